import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionStatus } from '../bgp/index.ts';
import { NO_SESSION_OPTIONS } from '../dsl/session-options.ts';
import type { DesiredPeer } from '../engine/index.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { renderPeers, viewPeers } from './peers-view.ts';
import { createProblems } from './problems.ts';
import { createSessionWatch } from './session-watch.ts';

const PEER: DesiredPeer = {
  name: 'tor_a',
  address: '192.0.2.1',
  port: 179,
  localAs: 64512,
  remoteAs: 64500,
  source: undefined,
  families: ['ipv4', 'ipv6'],
  nextHops: { ipv4: undefined, ipv6: undefined },
  description: undefined,
  export: { kind: 'all' },
  import: { kind: 'nothing' },
  password: undefined,
  multihop: undefined,
  passive: false,
  holdTimeMs: 30_000,
  keepaliveMs: 10_000,
  connectRetryMs: 5_000,
  gracefulRestartMs: undefined,
  ...NO_SESSION_OPTIONS,
};

const UP: SessionStatus = {
  peer: 'tor_a',
  protocol: 'peer_tor_a',
  state: 'established',
  sinceMs: 90_000,
  neighborAddress: '192.0.2.1',
  neighborAs: 64500,
  localAs: 64512,
  sourceAddress: '192.0.2.11',
  lastError: undefined,
  families: [
    { family: 'ipv4', received: 1, advertised: 12 },
    { family: 'ipv6', received: 0, advertised: 4 },
  ],
};
const DOWN: SessionStatus = { ...UP, state: 'active', sinceMs: 1_000, lastError: 'Socket: Connection refused' };

function createHarness() {
  const lines: string[] = [];
  const log = createLog({ format: 'text', level: 'info', color: false, write: (line) => lines.push(line.slice(13)) });
  const problems = createProblems(createFakeClock(), log);
  return { lines, problems, watch: createSessionWatch(log, problems) };
}

test('logs a session that comes up and one that goes down, with the reason', () => {
  const { lines, watch } = createHarness();
  for (const session of [DOWN, UP, UP, DOWN]) watch.look([PEER], [session]);
  assert.deepEqual(lines, [
    'info  the session with `tor_a` is established\n',
    'warn  the session with `tor_a` is down: Socket: Connection refused\n',
  ]);
});

test('counts a session as a problem only when it had time to open', () => {
  const { problems, watch } = createHarness();
  watch.look([PEER], [DOWN]);
  assert.deepEqual(problems.list(), []);
  watch.look([PEER], [{ ...DOWN, sinceMs: 16_000 }]);
  assert.equal(problems.list()[0]?.code, 'session-down');
  watch.look([PEER], [UP]);
  assert.deepEqual(problems.list(), []);
});

test('says nothing about sessions that this node should not run', () => {
  const { lines, watch } = createHarness();
  watch.look([], [UP]);
  assert.deepEqual(lines, []);
});

test('shows a row per family under the names that users know', () => {
  assert.equal(
    renderPeers('worker-1', viewPeers([PEER], [UP])),
    `Node      Local AS  Peer AS  Peer Address  Session State  Uptime  Family  Received  Advertised  Peer
worker-1  64512     64500    192.0.2.1     established    90 s    ipv4    1         12          tor_a
                                                                  ipv6    0         4
`,
  );
});

test('shows the last error of a session that is not up', () => {
  const text = renderPeers('worker-1', viewPeers([{ ...PEER, families: ['ipv4'] }], [DOWN]));
  assert.match(text, /^worker-1 +64512 +64500 +192\.0\.2\.1 +active +- +ipv4 +- +- +tor_a\n/m);
  assert.match(text, /^tor_a: the last error was `Socket: Connection refused`\n$/m);
});

test('shows a peer that BIRD does not know', () => {
  assert.match(renderPeers('worker-1', viewPeers([PEER], [])), /not in BIRD/);
});

test('says so where a node runs no session', () => {
  assert.equal(renderPeers('worker-1', []), 'worker-1 runs no session\n');
});
