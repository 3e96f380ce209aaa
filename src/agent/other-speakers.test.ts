import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { portOf } from '../testing/port-of.ts';
import { createLog } from './log.ts';
import {
  FIRST_LOOK_MS,
  findMetalLb,
  LOOK_AGAIN_MS,
  lookAtNode,
  type NodeView,
  watchOtherSpeakers,
} from './other-speakers.ts';
import { createProblems } from './problems.ts';

const NOTHING: NodeView = { speakers: [], ports: new Set([22, 10_250]), bgpPort: undefined };
const SPEAKER = { pid: 812, args: ['/speaker', '--port=9120', '--log-level=info'] };

test('finds a speaker of MetalLB by its process', () => {
  const [problem] = findMetalLb({ ...NOTHING, speakers: [SPEAKER] });
  assert.equal(problem?.code, 'other-speaker');
  assert.match(
    problem?.message ?? '',
    /^a speaker of MetalLB runs on this node \(pid 812\): .* `speaker\.enabled=false`/,
  );
});

test('finds it by its ports where no process can be seen', () => {
  for (const port of [7472, 9120]) {
    const [problem] = findMetalLb({ ...NOTHING, ports: new Set([7946, port]) });
    assert.match(
      problem?.message ?? '',
      new RegExp(`listens on the ports 7946 and ${port}, as a speaker of MetalLB does`),
    );
  }
});

test('takes nothing else for one', () => {
  const views: readonly NodeView[] = [
    NOTHING,
    { ...NOTHING, speakers: [{ pid: 5, args: ['/usr/bin/speaker', 'test.wav'] }] },
    { ...NOTHING, speakers: [{ pid: 5, args: [] }] },
    // Other programs gossip on this port.
    { ...NOTHING, ports: new Set([7946]) },
    { ...NOTHING, ports: new Set([7472]) },
  ];
  for (const view of views) assert.deepEqual(findMetalLb(view), []);
});

function createHarness(first: NodeView, { hasBgpPort }: { hasBgpPort: boolean | undefined } = { hasBgpPort: false }) {
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog({ format: 'text', level: 'info', color: false, write: (line) => lines.push(line.slice(13)) });
  const problems = createProblems(clock, log);
  let view = first;
  const stop = watchOtherSpeakers({ clock, log, problems, hasBgpPort: () => hasBgpPort, look: () => view });
  const set = (next: NodeView) => {
    view = next;
  };
  return { clock, lines, problems, stop, set };
}

test('says it once, and no more in the status when it is gone', () => {
  const { clock, lines, problems, set, stop } = createHarness({ ...NOTHING, speakers: [SPEAKER] });
  clock.advance(FIRST_LOOK_MS + LOOK_AGAIN_MS);
  assert.equal(lines.filter((line) => line.startsWith('warn')).length, 1);
  assert.equal(problems.list().length, 1);
  set(NOTHING);
  clock.advance(LOOK_AGAIN_MS);
  assert.deepEqual(problems.list(), []);
  stop();
  assert.equal(clock.pending(), 0);
});

const CALICO = { user: 'root', process: { pid: 900, name: 'bird' } };

test('tells who else speaks BGP on the node, which is no problem', () => {
  const { clock, lines, problems } = createHarness({ ...NOTHING, bgpPort: CALICO });
  clock.advance(FIRST_LOOK_MS + LOOK_AGAIN_MS);
  assert.deepEqual(lines, [
    'info  `bird` (pid 900, user `root`) listens on port 179 of this node; its sessions and ours need addresses of their own at routers that they share\n',
  ]);
  assert.deepEqual(problems.list(), []);
});

test('does not take our own BIRD for another', () => {
  for (const hasBgpPort of [true, undefined]) {
    const { clock, lines } = createHarness({ ...NOTHING, bgpPort: CALICO }, { hasBgpPort });
    clock.advance(FIRST_LOOK_MS);
    assert.deepEqual(lines, []);
  }
});

test('sees processes and ports of this machine', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
  const program = join(folder, 'speaker');
  copyFileSync('/bin/sh', program);
  // It ends when its input does.
  const child = spawn(program, ['-c', 'echo; read line', '--port=9120'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  t.after(() => {
    child.stdin.end();
    server.close();
    rmSync(folder, { recursive: true });
  });
  await Promise.all([once(child.stdout, 'data'), once(server, 'listening')]);
  const view = lookAtNode();
  const found = view.speakers.filter(({ pid }) => pid === child.pid);
  assert.deepEqual(found, [{ pid: child.pid, args: [program, '-c', 'echo; read line', '--port=9120'] }]);
  assert.equal(findMetalLb({ ...view, speakers: found, ports: new Set() }).length, 1);
  assert.ok(view.ports.has(portOf(server)));
});
