import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBirdRefusal } from './bird-refusal.ts';

test('tells what to do about trouble with BIRD', () => {
  const message = 'the embedded BIRD is damaged';
  assert.deepEqual(toBirdRefusal({ code: 'bird-binary-damaged', message }), {
    code: 'bird-binary-damaged',
    message,
    help: 'install bellbird again, and compare it with SHA256SUMS',
  });
});

test('takes a code that is not of BIRD for a failure of its own', () => {
  const refusal = toBirdRefusal({ code: 'not-rendered', message: 'it cannot be written' });
  assert.equal(refusal.code, 'bird-failed');
  assert.match(refusal.help, /`bellbird run --dry-run`/);
});
