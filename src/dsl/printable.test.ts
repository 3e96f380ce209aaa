import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, quoteForeign } from './printable.ts';

test('escapes what would move the cursor, end a line or turn the direction of text', () => {
  assert.equal(
    printable('a\u001b[31mb\r\nc\u009bd\u202ee\u2028f'),
    'a\\u{1b}[31mb\\u{d}\\u{a}c\\u{9b}d\\u{202e}e\\u{2028}f',
  );
});

test('leaves other text as it is', () => {
  assert.equal(printable('zone-a/größe 😀'), 'zone-a/größe 😀');
});

test('quotes a text and cuts a long one between characters', () => {
  assert.equal(quoteForeign('192.0.2.1\n'), '`192.0.2.1\\u{a}`');
  assert.equal(quoteForeign('😀'.repeat(101)), `\`${'😀'.repeat(100)}…\``);
});
