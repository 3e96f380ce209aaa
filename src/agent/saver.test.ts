import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createSaver, SAVE_MS } from './saver.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function createHarness(tookMs = 0) {
  const clock = createFakeClock();
  const ends: (() => void)[] = [];
  const saver = createSaver(
    clock,
    () =>
      new Promise((resolve) => {
        ends.push(() => {
          clock.advance(tookMs);
          resolve();
        });
      }),
  );
  const advance = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await turn();
  };
  return { saver, ends, advance };
}

test('saves once for all changes of a while', async () => {
  const { saver, ends, advance } = createHarness();
  saver.later();
  await advance(SAVE_MS - 1);
  saver.later();
  assert.equal(ends.length, 0);
  await advance(1);
  await advance(SAVE_MS);
  assert.equal(ends.length, 1);
});

test('never writes twice at the same time', async () => {
  const { saver, ends } = createHarness();
  saver.now();
  saver.now();
  await turn();
  assert.equal(ends.length, 1);
  ends[0]?.();
  await turn();
  assert.equal(ends.length, 2);
});

test('saves less often when writing takes long', async () => {
  const { saver, ends, advance } = createHarness(200);
  saver.now();
  await turn();
  ends[0]?.();
  await turn();
  saver.later();
  await advance(5_999);
  assert.equal(ends.length, 1);
  await advance(1);
  assert.equal(ends.length, 2);
});

test('saves what is due before it finishes, and nothing if nothing is', async () => {
  const { saver, ends } = createHarness();
  await saver.finish();
  assert.equal(ends.length, 0);
  saver.later();
  const finished = saver.finish();
  await turn();
  ends[0]?.();
  await finished;
  assert.equal(ends.length, 1);
});
