import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWords } from './grammar/first-words.ts';
import { documentedWords, wordDoc } from './word-docs.ts';

const rules = [
  ...['statement', 'speakerSetting', 'rangeSetting', 'serviceSetting', 'filterRule', 'action', 'peerSetting'],
  ...['guardSetting', 'testItem'],
];

for (const rule of rules) {
  test(`every word of ${rule} is documented, and no other`, () => {
    assert.deepEqual(documentedWords(rule), firstWords(rule));
  });

  test(`the documentation of ${rule} starts its syntax with the word and is whole sentences`, () => {
    for (const word of documentedWords(rule)) {
      const entry = wordDoc(rule, word);
      assert.match(entry?.syntax ?? '', new RegExp(`^${word}\\b`));
      assert.match(entry?.doc ?? '', /^[A-Z`].*\.$/, word);
    }
  });
}

test('a word that the rule does not have has no documentation', () => {
  assert.equal(wordDoc('guardSetting', 'peer'), undefined);
  assert.equal(wordDoc('no-such-rule', 'peer'), undefined);
  assert.equal(wordDoc('statement', 'constructor'), undefined);
});
