import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { assertGolden } from '../../testing/golden.ts';
import { renderChoices } from '../../testing/grammar-choices.ts';
import { firstWords } from './first-words.ts';
import { KNOWN_CHOICES } from './known-choices.ts';
import { startsOf } from './known-lookahead.ts';
import { recoveringParser } from './statements.ts';

test('the table of choices is that of the grammar', () => {
  const rules = Object.values(recoveringParser().getGAstProductions());
  assertGolden(join(import.meta.dirname, 'known-choices.ts'), renderChoices(rules));
});

test('no two alternatives of a choice begin with the same tokens', () => {
  for (const [rule, choices] of Object.entries(KNOWN_CHOICES)) {
    for (const [choice, text] of Object.entries(choices)) {
      const paths = text.split(' | ').flatMap((alternative) => alternative.split(', '));
      const isClash = (path: string) => paths.filter((other) => `${other} `.startsWith(`${path} `)).length > 1;
      assert.equal(paths.find(isClash), undefined, `${rule}, ${choice}`);
    }
  }
});

test('knows the words that a statement starts with', () => {
  const starts = [...startsOf('statement')].map(({ name }) => name.replaceAll("'", ''));
  assert.deepEqual(starts.sort(), firstWords('statement'));
});
