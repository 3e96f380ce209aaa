import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListenAddress, renderListenAddress } from './listen-address.ts';

test('reads an address and a port, and writes them the same way', () => {
  for (const text of ['127.0.0.1:7475', '0.0.0.0:1', '[::1]:7475', '[2001:db8::1]:65535']) {
    const address = parseListenAddress(text);
    assert.ok(address !== undefined, text);
    assert.equal(renderListenAddress(address), text);
  }
});

test('takes nothing else', () => {
  for (const text of [
    '7475',
    ':7475',
    'localhost:7475',
    '127.0.0.1',
    '::1:7475',
    '[127.0.0.1]:1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
  ])
    assert.equal(parseListenAddress(text), undefined, text);
});
