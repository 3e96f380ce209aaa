import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { ASK_EVERY_MS, createWaitGate } from './wait-gate.ts';

const A = 'http://127.0.0.1:10256/healthz';
const B = 'http://127.0.0.1:81/';
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function createHarness() {
  const clock = createFakeClock();
  const asked: string[] = [];
  const reasons = new Map([
    [A, 'HTTP 503'],
    [B, 'HTTP 503'],
  ]);
  let calls = 0;
  const gate = createWaitGate(
    clock,
    async (url) => {
      asked.push(url);
      return reasons.get(url);
    },
    () => calls++,
  );
  const settle = async (milliseconds = 0) => {
    clock.advance(milliseconds);
    await turn();
  };
  return { clock, gate, asked, settle, answer: (url: string) => reasons.delete(url), calls: () => calls };
}

test('asks every second until each URL has answered, and never again after that', async () => {
  const { clock, gate, asked, settle, answer, calls } = createHarness();
  assert.deepEqual(gate.unanswered([A, B]), [
    { url: A, reason: '' },
    { url: B, reason: '' },
  ]);
  await settle();
  assert.deepEqual(gate.unanswered([A, B])[0], { url: A, reason: 'HTTP 503' });
  answer(A);
  await settle(ASK_EVERY_MS);
  assert.deepEqual(gate.unanswered([A, B]), [{ url: B, reason: 'HTTP 503' }]);
  answer(B);
  await settle(ASK_EVERY_MS);
  assert.deepEqual(gate.unanswered([A, B]), []);
  assert.deepEqual(asked, [A, B, A, B, B]);
  assert.equal(clock.pending(), 0);
  assert.equal(calls(), 4);
});

test('tells of the same reason only once', async () => {
  const { gate, settle, calls } = createHarness();
  gate.unanswered([A]);
  for (let second = 0; second < 5; second++) await settle(ASK_EVERY_MS);
  assert.equal(calls(), 1);
});

test('asks a URL no more that nobody waits for, or once it is stopped', async () => {
  const { clock, gate, asked, settle } = createHarness();
  gate.unanswered([A, B]);
  await settle();
  gate.unanswered([B]);
  await settle(ASK_EVERY_MS);
  assert.deepEqual(asked, [A, B, B]);
  gate.stop();
  await settle(ASK_EVERY_MS);
  assert.equal(asked.length, 3);
  assert.equal(clock.pending(), 0);
});
