import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { loadPolicyText } from './load-policy.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import { createPolicyTrial } from './policy-trial.ts';

function checked(guard: string, origin: CheckedPolicy['origin'] = 'disk'): CheckedPolicy {
  const text = `speaker { as 64512 }\npeer a { address 192.0.2.1 as 64500 }\n${guard}`;
  const loaded = loadPolicyText({ entries: ['edge.bell'], files: { 'edge.bell': text } });
  assert.ok(loaded.policy !== undefined);
  return { policy: loaded.policy, loaded, origin };
}

const OLD = checked('');
const NEW = checked('guard { confirm within 1m }');
const NEWER = checked('guard { confirm within 2m }');
const MINUTE = 60_000;

function setUp(before: readonly string[]) {
  const clock = createFakeClock();
  let up: ReadonlySet<string> | undefined = new Set(before);
  let isBusy = false;
  let forbidden: string | undefined;
  let spared: CheckedPolicy | undefined;
  const put: [CheckedPolicy, string][] = [];
  let codes: readonly string[] = [];
  const trial = createPolicyTrial({
    clock,
    file: { read: () => undefined, write: () => undefined },
    established: async () => up,
    peers: () => ['a', 'b'],
    isBusy: () => isBusy,
    forbidden: () => forbidden,
    spare: (previous) => {
      spared = previous;
    },
    putBack: (previous, reason) => put.push([previous, reason]),
    lost: () => {},
    report: (found) => {
      codes = found.map(({ code }) => code);
    },
  });
  return {
    trial,
    put,
    codes: () => codes,
    spared: () => spared,
    apply: async (policy: CheckedPolicy, previous: CheckedPolicy) => {
      await trial.prepare(policy, previous);
      trial.begin(policy, { isPassing: false, hasStayed: false });
    },
    now: (...peers: readonly string[]) => {
      up = new Set(peers);
    },
    silence: () => {
      up = undefined;
    },
    busy: (busy: boolean) => {
      isBusy = busy;
    },
    forbid: (prefix: string) => {
      forbidden = prefix;
    },
    pass: async (milliseconds: number) => {
      clock.advance(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('puts the policy before back where a session that was up is down when the time is over', async () => {
  const { apply, now, pass, put, codes } = setUp(['a', 'b']);
  await apply(NEW, OLD);
  assert.deepEqual(codes(), ['policy-on-trial']);
  now('b');
  await pass(MINUTE - 1);
  assert.deepEqual(put, []);
  await pass(1);
  assert.deepEqual(put, [[OLD, 'the session with `a` did not come back']]);
  assert.deepEqual(codes(), []);
});

test('keeps the policy where every session that was up is up, also if another one is down', async () => {
  const { apply, pass, put, codes } = setUp(['a']);
  await apply(NEW, OLD);
  await pass(MINUTE);
  assert.deepEqual([put, codes()], [[], []]);
});

test('asks again which sessions are up where BIRD did not answer when the policy was to be tried first', async () => {
  const { apply, now, pass, put, silence, trial } = setUp([]);
  silence();
  await trial.prepare(NEW, OLD);
  now('a');
  await pass(5_000);
  await apply(NEW, OLD);
  now();
  await pass(MINUTE);
  assert.deepEqual(put, [[OLD, 'the session with `a` did not come back']]);
});

test('keeps a policy that is confirmed', async () => {
  const { apply, now, pass, put, spared, trial } = setUp(['a', 'b']);
  await apply(NEW, OLD);
  assert.equal(spared(), OLD);
  assert.equal(trial.confirm(), true);
  assert.equal(trial.confirm(), false);
  assert.equal(spared(), undefined);
  now();
  await pass(MINUTE);
  assert.deepEqual(put, []);
});

test('goes back to the last policy that was confirmed, by the sessions that were up then', async () => {
  const { apply, now, pass, put } = setUp(['a', 'b']);
  await apply(NEW, OLD);
  now('b');
  await apply(NEWER, NEW);
  await pass(2 * MINUTE);
  assert.deepEqual(put, [[OLD, 'the session with `a` did not come back']]);
});

test('tries neither what is gone back to, nor a policy without the setting', async () => {
  const { apply, now, pass, put, codes } = setUp(['a', 'b']);
  await apply(NEW, OLD);
  now();
  await apply({ ...OLD, origin: 'last-good' }, NEW);
  assert.deepEqual(codes(), []);
  await apply(checked('guard { confirm within 1m }', 'last-good'), NEW);
  await apply(NEW, OLD);
  await apply(OLD, NEW);
  await pass(5 * MINUTE);
  assert.deepEqual(put, []);
});

test('says so where the policy before would announce what the new one excludes', async () => {
  const { apply, forbid, now, pass, put, codes } = setUp(['a']);
  await apply(NEW, OLD);
  forbid('198.51.100.1/32');
  now();
  await pass(MINUTE);
  assert.deepEqual([put, codes()], [[], ['policy-not-put-back']]);
  await apply(OLD, NEW);
  assert.deepEqual(codes(), []);
});

test('waits for sessions whose turn to be restarted has not come, and for a BIRD that does not answer', async () => {
  const { apply, busy, now, pass, put, silence } = setUp(['a']);
  await apply(NEW, OLD);
  busy(true);
  now();
  await pass(MINUTE);
  busy(false);
  silence();
  await pass(MINUTE);
  now();
  assert.deepEqual(put, []);
  await pass(1_000);
  assert.equal(put.length, 1);
});

test('gives sessions that restart because of the policy all the time from then on', async () => {
  const { apply, now, pass, put, trial } = setUp(['a']);
  await apply(NEW, OLD);
  now();
  await pass(MINUTE / 2);
  trial.restarted();
  await pass(MINUTE - 1);
  assert.deepEqual(put, []);
  await pass(1);
  assert.equal(put.length, 1);
});
