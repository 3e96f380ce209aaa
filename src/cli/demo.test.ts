import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { skipWithoutBird } from '../testing/bird-lab.ts';
import { bellbird, startBellbird } from './testdata/command.ts';

// A temporary directory of its own: other demonstrations may be running on this machine.
const folder = mkdtempSync(join(tmpdir(), 'bellbird-test-'));
after(() => rmSync(folder, { recursive: true }));
const env = { TMPDIR: folder };

/** Files of demonstrations, and programs that run from them. */
function leftovers(): readonly string[] {
  const programs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`);
      } catch {
        return '';
      }
    });
  return [...readdirSync(folder), ...programs.filter((path) => path.startsWith(folder))];
}

test('bellbird demo shows every change arrive and leaves nothing behind', { skip: skipWithoutBird }, () => {
  const { status, stdout, stderr } = bellbird(['demo'], folder, env);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /^ {2}10\.96\.0\.0\/16 +3 next hops: worker-1, worker-2, worker-3/m);
  assert.match(stdout, /^ {2}2001:db8:100::10\/128 +2 next hops: worker-1, worker-2/m);
  const changes = [...stdout.matchAll(/^Change (\d): (.*)\n[\s\S]*?seen by tor-a after \d+ ms, tor-b after \d+ ms$/gm)];
  assert.deepEqual(
    changes.map(([, number]) => number),
    ['1', '2', '3'],
  );
  assert.match(stdout, /^ {2}shop\/checkout 198\.51\.100\.10\/32: withheld on worker-2$/m);
  assert.match(stdout, /^Try next:$/m);
  assert.deepEqual(leftovers(), []);
});

test('bellbird demo leaves nothing behind when it is interrupted', { skip: skipWithoutBird }, async () => {
  const demo = startBellbird(['demo'], folder, env);
  while (!leftovers().some((path) => path.endsWith('/bird'))) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await demo.end('SIGINT'), 2);
  assert.equal(demo.stderr(), 'error: the demonstration ends early: interrupted\n');
  assert.deepEqual(leftovers(), []);
});
