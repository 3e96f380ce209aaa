import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShare } from './share.ts';

test('gives an owner the object it had before as long as the value is equal', () => {
  const share = createShare<object, { readonly med: number }>();
  const [a, b] = [{}, {}];
  const first = share(a, { med: 1 });
  assert.equal(share(a, { med: 1 }), first);
  assert.notEqual(share(b, { med: 1 }), first);
  assert.deepEqual(share(a, { med: 2 }), { med: 2 });
  assert.deepEqual(share(a, { med: 1 }), { med: 1 });
});
