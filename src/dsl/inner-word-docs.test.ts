import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WELL_KNOWN_COMMUNITIES } from './community.ts';
import { nextTokens } from './grammar/next-tokens.ts';
import { innerWordDoc } from './inner-word-docs.ts';
import { lex } from './lexer.ts';
import { AO_ALGORITHMS, SESSION_ROLES } from './session-options.ts';
import { createSourceFile } from './source-file.ts';
import { VALID_STATEMENTS } from './testdata/valid-statements.ts';
import { fieldInfo, termsFor } from './vocabulary.ts';
import { wordDoc } from './word-docs.ts';

const TERMS: ReadonlySet<string> = new Set((['node', 'service', 'route'] as const).flatMap(termsFor));
const FIELDS_OF_WORDS = [
  ...(['type', 'kind', 'family', 'source', 'peer-type', 'traffic-policy', 'internal-traffic-policy'] as const),
];

test('every word that a valid statement can have is documented where it stands', () => {
  const missing = new Set<string>();
  for (const statement of VALID_STATEMENTS) {
    const { tokens } = lex(createSourceFile('a.bell', statement), () => undefined);
    for (const [index] of tokens.entries()) {
      const before = tokens.slice(0, index);
      const images = before.map(({ image }) => image);
      for (const { type, rules } of nextTokens('statement', before)) {
        const word = /^'(.+)'$/.exec(type.name)?.[1];
        if (word === undefined || TERMS.has(word) || rules.some((rule) => wordDoc(rule, word) !== undefined)) continue;
        // What a condition compares with depends on the field, of which there may be another one behind the comma.
        if (rules.includes('operand')) continue;
        if (innerWordDoc(images, word) === undefined) missing.add(`${word} in ${rules.at(-1)}: ${images.join(' ')}`);
      }
    }
  }
  assert.deepEqual([...missing], []);
});

test('every word of an enumerated field, role and algorithm is documented', () => {
  for (const field of FIELDS_OF_WORDS) {
    const { type } = fieldInfo(field);
    for (const word of type.kind === 'words' ? type.words : []) assert.ok(innerWordDoc([field, '=='], word), word);
  }
  for (const word of Object.keys(WELL_KNOWN_COMMUNITIES)) assert.ok(innerWordDoc(['community'], word), word);
  for (const word of SESSION_ROLES) assert.ok(innerWordDoc(['peer', 'a', '{', 'role'], word), word);
  for (const word of AO_ALGORITHMS) assert.ok(innerWordDoc(['tcp-ao', 'key-id', '1', 'algorithm'], word), word);
});

test('the nearest word that knows another one decides what it means', () => {
  assert.match(innerWordDoc(['speaker', '{', 'loop-protection'], 'off')?.doc ?? '', /TTL/);
  assert.match(innerWordDoc(['speaker', '{', 'loop-protection', 'drop', 'exclude-label'], 'off')?.doc ?? '', /label/);
  assert.match(innerWordDoc(['peer', 'a', '{', 'bfd'], 'off')?.doc ?? '', /does not hold/);
  assert.equal(innerWordDoc(['peer', 'a', '{'], 'constructor'), undefined);
});
