import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerStop } from './agent-api.ts';

const ask = (failure: string | undefined) => answerStop({ stop: async () => failure }, { body: { withdraw: true } });

test('says what a withdrawal leaves behind', async () => {
  const { status, value, text } = await ask('not permitted');
  const left = 'the rules of `loop-protection` stay, and do nothing: not permitted';
  assert.deepEqual(
    [status, value],
    [200, { apiVersion: 'bellbird/v1', kind: 'Stopped', withdraw: true, rulesLeft: left }],
  );
  assert.match(text ?? '', /^the agent and its BIRD have ended; .*\nnote: the rules of .* stay, .*: not permitted\n$/);
});

test('says nothing of rules where none stay', async () => {
  const { value, text } = await ask(undefined);
  assert.deepEqual(value, { apiVersion: 'bellbird/v1', kind: 'Stopped', withdraw: true, rulesLeft: null });
  assert.equal(text, 'the agent and its BIRD have ended; peers have dropped the routes\n');
});
