import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { ApiError } from './api-error.ts';
import { createPathProbe } from './path-probe.ts';

/** A probe whose questions stay open until a test answers them. */
function createLab() {
  const clock = createFakeClock();
  const asked: {
    readonly way: string;
    readonly signal: AbortSignal;
    readonly yes: () => void;
    readonly no: () => void;
  }[] = [];
  const probe = createPathProbe<string>({
    clock,
    ask: (way, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => reject(signal.reason));
      asked.push({ way, signal, yes: resolve, no: () => reject(new Error('proxy 192.0.2.1: HTTP 502')) });
      return promise;
    },
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await nextTurn();
  };
  return { probe, asked, pass };
}

function reasonOf(signal: AbortSignal): string | undefined {
  if (!signal.aborted) return undefined;
  assert.ok(signal.reason instanceof ApiError && signal.reason.failure === 'unreachable');
  return signal.reason.message;
}

test('asks after twenty seconds of silence over all watches, and no sooner', async () => {
  const { probe, asked, pass } = createLab();
  const [first, second] = [probe.follow('a'), probe.follow('b')];
  await pass(19_999);
  first.touch();
  await pass(19_999);
  assert.equal(asked.length, 0);
  await pass(1);
  assert.deepEqual(
    asked.map(({ way }) => way),
    ['b'],
  );
  asked[0]?.yes();
  await pass(0);
  await pass(19_999);
  assert.equal(asked.length, 1);
  await pass(1);
  assert.equal(asked.length, 2);
  assert.ok(!first.signal.aborted && !second.signal.aborted);
});

test('ends all watches when there is no answer for ten seconds', async () => {
  const { probe, asked, pass } = createLab();
  const watches = [probe.follow('a'), probe.follow('a')];
  await pass(20_000);
  await pass(9_999);
  assert.ok(watches.every(({ signal }) => !signal.aborted));
  await pass(1);
  const message = 'nothing came for 20 s, and a request sent through the proxy after that was not answered';
  assert.deepEqual(
    watches.map(({ signal }) => reasonOf(signal)),
    [message, message],
  );
  for (const watch of watches) watch.end();
  await pass(100_000);
  assert.equal(asked.length, 1);
});

test('believes a refusal of the proxy the third time', async () => {
  const { probe, asked, pass } = createLab();
  const { signal } = probe.follow('a');
  await pass(20_000);
  for (const question of [0, 1]) {
    asked[question]?.no();
    await pass(0);
    assert.ok(!signal.aborted);
    await pass(1_000);
  }
  asked[2]?.no();
  await pass(0);
  assert.equal(reasonOf(signal), 'nothing came for 20 s, and proxy 192.0.2.1: HTTP 502');
});

test('what comes while it asks counts as an answer', async () => {
  const { probe, asked, pass } = createLab();
  const watch = probe.follow('a');
  await pass(20_000);
  await pass(5_000);
  watch.touch();
  await pass(5_000);
  assert.ok(!watch.signal.aborted);
  await pass(15_000);
  assert.equal(asked.length, 2);
});

test('rests where no watch is left, and begins again with the next', async () => {
  const { probe, asked, pass } = createLab();
  const watch = probe.follow('a');
  await pass(20_000);
  watch.end();
  assert.ok(asked[0]?.signal.aborted);
  await pass(100_000);
  assert.equal(asked.length, 1);
  probe.follow('b');
  await pass(20_000);
  assert.deepEqual(
    asked.map(({ way }) => way),
    ['a', 'b'],
  );
});
