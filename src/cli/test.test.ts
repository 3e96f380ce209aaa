import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertGolden } from '../testing/golden.ts';
import { bellbird, startBellbird } from './testdata/command.ts';

const folder = join(import.meta.dirname, 'testdata/test');
const scratch = mkdtempSync(join(tmpdir(), 'bellbird-test-'));
after(() => rmSync(scratch, { recursive: true }));
cpSync(folder, scratch, { recursive: true });

/** Durations differ from run to run. */
function withoutTimes(text: string): string {
  return text.replace(/((?:duration_ms:?|"durationMs":) |\btime=")[\d.]+/g, '$10');
}

test('bellbird test passing.bell exits with 0 and has a line for each test', () => {
  assert.deepEqual(bellbird(['test', 'passing.bell'], folder), {
    status: 0,
    stdout:
      '✔ checkout is announced only where it runs\n✔ the canary never leaves\n' +
      'ℹ tests 2\nℹ expectations 5\nℹ pass 2\nℹ fail 0\n',
    stderr: '',
  });
});

test('bellbird test finds fixtures beside the policy, wherever it is called', () => {
  const { status, stderr } = bellbird(['test', join(scratch, 'passing.bell')], tmpdir());
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

for (const [options, golden] of [
  [[], 'failing.txt'],
  [['--reporter', 'tap'], 'failing.tap'],
  [['--reporter', 'junit'], 'failing.xml'],
  [['-o', 'json'], 'failing.json'],
] as const) {
  test(`bellbird ${['test', ...options].join(' ')} failing.bell exits with 1 and says what was computed and why`, () => {
    const { status, stdout, stderr } = bellbird(['test', ...options, 'failing.bell'], folder);
    assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
    assertGolden(join(folder, golden), withoutTimes(stdout));
  });
}

test('bellbird test broken.bell exits with 2 and names the nodes and files there are not', () => {
  const { status, stdout, stderr } = bellbird(['test', 'broken.bell'], folder);
  assert.equal(status, 2);
  assertGolden(join(folder, 'broken.txt'), stdout);
  assert.equal(stderr, 'note: a test whose cluster cannot be read as a whole is not run\n');
});

test('bellbird test --reporter junit broken.bell tells errors from failures', () => {
  const { status, stdout } = bellbird(['test', '--reporter', 'junit', 'broken.bell'], folder);
  assert.equal(status, 2);
  assert.match(stdout, /<testsuites tests="4" failures="0" errors="3" /);
  assert.match(stdout, /<error type="cluster-unreadable" message="broken.bell:14:11: fixtures\/none.yaml: /);
});

test('bellbird test refused.bell exits with 1 and runs nothing', () => {
  const { status, stdout, stderr } = bellbird(['test', 'refused.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /^error\[missing-setting\]: this `test` has no `cluster`$/m);
  assert.match(stderr, /^error\[unknown-peer\]: there is no peer or template `tor-c`$/m);
});

test('bellbird test none.bell runs nothing and says so', () => {
  const { status, stdout, stderr } = bellbird(['test', 'none.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: 'ℹ tests 0\nℹ expectations 0\nℹ pass 0\nℹ fail 0\n' });
  assert.match(stderr, /note: the policy has no `test`\n$/);
});

test('bellbird test --filter private failing.bell runs only the tests with that name', () => {
  const { status, stdout } = bellbird(['test', '--filter', 'private', 'failing.bell'], folder);
  assert.equal(status, 0);
  assert.match(stdout, /^✔ no private address leaves\nℹ tests 1\n/);
});

test('bellbird test --filter nowhere passing.bell exits with 2, as a misspelt filter must not pass', () => {
  assert.deepEqual(bellbird(['test', '--filter', 'nowhere', 'passing.bell'], folder), {
    status: 2,
    stdout: '',
    stderr: 'error: none of 2 tests has "nowhere" in its name\n',
  });
});

test('bellbird test -o json --reporter tap passing.bell exits with 2', () => {
  const { status, stdout, stderr } = bellbird(['test', '-o', 'json', '--reporter', 'tap', 'passing.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /`--reporter` is a form of text/);
});

test('bellbird test --deny-warnings exits with 1 where tests pass and the policy has a warning', () => {
  writeFileSync(join(scratch, 'warned.bell'), 'include "passing.bell"\nlet unused = 64512:1\n');
  assert.equal(bellbird(['test', 'warned.bell'], scratch).status, 0);
  assert.equal(bellbird(['test', '--deny-warnings', 'warned.bell'], scratch).status, 1);
});

test('bellbird test --watch runs again when the policy or a fixture changes', async () => {
  const fixture = join(scratch, 'fixtures/shop.yaml');
  const watching = startBellbird(['test', '--watch', 'passing.bell'], scratch);
  const runs = (count: number) => watching.says(new RegExp(`(watching for changes[^]*){${count}}`));
  await runs(1);
  const shop = readFileSync(fixture, 'utf8');
  writeFileSync(fixture, shop.replace('nodeName: worker-1', 'nodeName: worker-2'));
  await runs(2);
  writeFileSync(join(scratch, 'passing.bell'), 'speaker { as 0 }');
  await runs(3);
  assert.match(watching.stderr(), /error\[as-out-of-range\]/);
  writeFileSync(join(scratch, 'passing.bell'), readFileSync(join(folder, 'failing.bell')));
  await runs(4);
  assert.equal(await watching.end('SIGINT'), 1);
});
