import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';

/** A reconciler of texts whose runs end when the test says so. */
function setUp(): {
  readonly clock: FakeClock;
  readonly reconciler: Reconciler<string, string>;
  /** What was carried out so far. */
  readonly runs: readonly string[];
  /** Ends the run that goes on. */
  readonly finish: () => Promise<void>;
  /** The same, without success. */
  readonly fail: () => Promise<void>;
} {
  const clock = createFakeClock();
  const runs: string[] = [];
  let end: ((result: 'did' | 'failed') => void) | undefined;
  const reconciler = createReconciler<string, string>({
    clock,
    intervalMs: 20,
    carryOut: (state) => {
      runs.push(state);
      return new Promise((resolve) => {
        end = (result) => resolve(`${result} ${state}`);
      });
    },
    merge: (overtaken, latest) => (overtaken.endsWith('!') ? `${latest}!` : latest),
    rest: (state, result) => (result.startsWith('did') ? state.replace('!', '') : state),
  });
  const finish = async (result: 'did' | 'failed' = 'did') => {
    assert.ok(end !== undefined, 'nothing goes on');
    end(result);
    end = undefined;
    // Lets the continuation of the run come first.
    await new Promise(setImmediate);
  };
  return { clock, reconciler, runs, finish, fail: () => finish('failed') };
}

test('the first state is carried out at once', async () => {
  const { reconciler, runs, finish } = setUp();
  const result = reconciler.submit('a');
  assert.deepEqual(runs, ['a']);
  await finish();
  assert.equal(await result, 'did a');
});

test('of a burst the first and the last state are carried out', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  const results = ['a', 'b', 'c'].map((state) => reconciler.submit(state));
  await finish();
  assert.deepEqual(runs, ['a']);
  clock.advance(19);
  assert.deepEqual(runs, ['a']);
  clock.advance(1);
  assert.deepEqual(runs, ['a', 'c']);
  await finish();
  assert.deepEqual(await Promise.all(results), ['did a', 'did c', 'did c']);
});

test('what is to be done once is not done again, but for where it failed or was asked for and overtaken', async () => {
  const { clock, reconciler, runs, finish, fail } = setUp();
  void reconciler.submit('a!');
  reconciler.again();
  await finish();
  clock.advance(20);
  await finish();
  void reconciler.submit('b!');
  void reconciler.submit('c');
  clock.advance(20);
  await fail();
  reconciler.again();
  clock.advance(20);
  await finish();
  reconciler.again();
  clock.advance(20);
  assert.deepEqual(runs, ['a!', 'a', 'c!', 'c!', 'c']);
});

test('never two at a time, however long one takes', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  void reconciler.submit('a');
  void reconciler.submit('b');
  clock.advance(1_000);
  assert.deepEqual(runs, ['a']);
  await finish();
  assert.deepEqual(runs, ['a', 'b']);
  await finish();
});

test('a change after a quiet time is carried out at once', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  void reconciler.submit('a');
  await finish();
  clock.advance(20);
  void reconciler.submit('b');
  assert.deepEqual(runs, ['a', 'b']);
  await finish();
});

test('what an overtaken state asked for is not lost', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  void reconciler.submit('a');
  void reconciler.submit('b!');
  void reconciler.submit('c');
  await finish();
  clock.advance(20);
  assert.deepEqual(runs, ['a', 'c!']);
  await finish();
});

test('the latest state can be carried out again', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  reconciler.again();
  assert.deepEqual(runs, []);
  void reconciler.submit('a');
  await finish();
  clock.advance(20);
  reconciler.again();
  assert.deepEqual(runs, ['a', 'a']);
  await finish();
});

test('after a stop nothing starts, and what waits gets the last word', async () => {
  const { clock, reconciler, runs, finish } = setUp();
  const results = [reconciler.submit('a'), reconciler.submit('b')];
  reconciler.stop('stopped');
  const idle = reconciler.idle();
  await finish();
  await idle;
  clock.advance(1_000);
  assert.deepEqual(await Promise.all([...results, reconciler.submit('c')]), ['did a', 'stopped', 'stopped']);
  assert.deepEqual(runs, ['a']);
});
