import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { messages } from './messages.ts';
import { article, count, list, orList } from './wording.ts';

const folder = join(import.meta.dirname, 'testdata/errors');

/** What a message may quote does not count: it is as long as the user wrote it. */
const withoutQuotes = (text: string) => text.replace(/`[^`]*`/g, '`…`');

test('every code of the catalogue is kebab-case', () => {
  for (const code of Object.keys(messages)) assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/);
});

test('every message shown is one short clause in lower case without a full stop', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    for (const [, text = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
      /^(?:error|warning)\[[^\]]+\]: (.*)$/gm,
    )) {
      assert.ok(withoutQuotes(text).length <= 72, `${file}: ${text}`);
      assert.match(text, /^[^A-Z]/, file);
      assert.doesNotMatch(text, /[.!?]$|invalid|please|oops/i, file);
    }
  }
});

test('chooses the article by sound', () => {
  const words = [
    'address',
    'range',
    'AS number',
    'IPv4 prefix',
    'extended community',
    'prefix',
    'unit',
    'unknown name',
  ];
  assert.deepEqual(words.map(article), ['an', 'a', 'an', 'an', 'an', 'a', 'a', 'an']);
});

test('counts and lists as English does', () => {
  assert.deepEqual([count(1, 'error'), count(2, 'error'), count(0, 'error')], ['1 error', '2 errors', '0 errors']);
  assert.deepEqual(
    [list([]), list(['b']), list(['b', 'a']), list(['c', 'a', 'b'])],
    ['nothing', 'b', 'a and b', 'a, b and c'],
  );
  assert.equal(list([...'jihgfedcba']), 'a, b, c, d, e, f, g, h and 2 more');
  assert.deepEqual([orList(['b', 'a']), orList(['b', 'a', 'c'])], ['b or a', 'b, a or c']);
});
