import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPacer } from './pacer.ts';
import { createFakeClock } from './testing/fake-clock.ts';

/** Lets every promise that is due run. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('applies the first change of a burst at once and the rest once per interval', async () => {
  const clock = createFakeClock();
  const runs: number[] = [];
  const pacer = createPacer(clock, 20, async () => void runs.push(clock.elapsed()));
  for (let millisecond = 0; millisecond < 50; millisecond++) {
    pacer.request();
    await turn();
    clock.advance(1);
    await turn();
  }
  clock.advance(20);
  await turn();
  assert.deepEqual(runs, [0, 20, 40, 60]);
});

test('runs one at a time, and once more for everything asked meanwhile', async () => {
  const clock = createFakeClock();
  const finish: (() => void)[] = [];
  let runs = 0;
  const pacer = createPacer(clock, 20, () => {
    runs++;
    return new Promise((resolve) => void finish.push(resolve));
  });
  pacer.request();
  pacer.request();
  pacer.request();
  clock.advance(100);
  await turn();
  assert.equal(runs, 1);
  finish.shift()?.();
  await turn();
  assert.equal(runs, 2);
  finish.shift()?.();
  await pacer.idle();
  assert.equal(runs, 2);
});

test('starts nothing after it was stopped', async () => {
  const clock = createFakeClock();
  let runs = 0;
  const pacer = createPacer(clock, 20, async () => void runs++);
  pacer.stop();
  pacer.request();
  clock.advance(100);
  await pacer.idle();
  assert.equal(runs, 0);
});
