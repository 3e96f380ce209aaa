import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BirdError, type BirdEvent, type BirdState, birdPaths } from '../bgp/index.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createBirdWatch } from './bird-watch.ts';
import { createLog } from './log.ts';
import { observeSessions } from './observe.ts';

const STARTED: BirdEvent = { kind: 'started', version: '2.17.5', pid: 7, recovered: false };
const EXITED: BirdEvent = { kind: 'exited', how: 'signal SIGKILL', planned: false };
const FAILED: BirdEvent = { kind: 'restart-failed', message: 'no greeting', retryInMs: 500 };

function harness() {
  const log = createLog({ format: 'json', level: 'error', color: false, write: () => undefined });
  const watch = createBirdWatch(createFakeClock(), log);
  const silent = (state: BirdState) =>
    watch.status({ state: () => state, pid: () => 7, paths: birdPaths('/nowhere') }).isSilent ?? false;
  return { watch, silent };
}

test('a BIRD that runs is silent from the first question without an answer to the next one with', async () => {
  const { silent, watch } = harness();
  watch.onEvent(STARTED);
  const ask = (outcome: 'answers' | 'bird-not-answering' | 'bird-not-running') => {
    const observe = async () => {
      if (outcome !== 'answers') throw new BirdError(outcome, outcome);
      return { version: '2.17.5', sessions: [] };
    };
    return observeSessions({ state: () => 'running', observe }, watch.onAnswer);
  };
  assert.equal(silent('running'), false);
  await ask('bird-not-answering');
  assert.equal(silent('running'), true);
  await ask('bird-not-running');
  assert.equal(silent('running'), true);
  await ask('answers');
  assert.equal(silent('running'), false);
});

test('one whose connection is lost is silent unless its process ended', () => {
  const { silent, watch } = harness();
  watch.onEvent(STARTED);
  assert.equal(silent('recovering'), true);
  watch.onEvent(FAILED);
  assert.equal(silent('recovering'), true);
  watch.onEvent({ kind: 'reconnected' });
  assert.equal(silent('running'), false);
  watch.onEvent(EXITED);
  watch.onEvent(FAILED);
  assert.equal(silent('recovering'), false);
  watch.onEvent(STARTED);
  assert.equal(silent('running'), false);
});

test('only a BIRD that ended unasked counts as restarted', () => {
  const { watch } = harness();
  watch.onEvent(STARTED);
  watch.onEvent({ kind: 'exited', how: 'graceful restart', planned: true });
  watch.onEvent(STARTED);
  assert.equal(watch.restarts(), 0);
  watch.onEvent(EXITED);
  watch.onEvent(STARTED);
  assert.equal(watch.restarts(), 1);
});
