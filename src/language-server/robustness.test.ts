import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeActionsAt } from './code-actions.ts';
import { completionsAt } from './completion.ts';
import { definitionsAt } from './definition.ts';
import { diagnosticsByUri } from './diagnostics.ts';
import { foldingRangesOf } from './folding.ts';
import { format } from './formatting.ts';
import { hoverAt } from './hover.ts';
import { rangeOf } from './positions.ts';
import { highlightsAt, referencesAt } from './references.ts';
import { renameAt, renameableAt } from './rename.ts';
import { semanticTokensOf } from './semantic-tokens.ts';
import { symbolsOf } from './symbols.ts';
import { FIXTURES, openPolicy } from './testdata/open-policy.ts';

const SAMPLE = readFileSync(join(import.meta.dirname, '../dsl/testdata/sample.bell'), 'utf8');
const TOKENS = SAMPLE.split(/(?<=\s)|(?=[{}(),])/);

/** Policies with pieces taken out, doubled and swapped, as they are while somebody edits. */
const damaged = fc
  .array(fc.tuple(fc.nat(TOKENS.length - 1), fc.constantFrom('drop', 'double', 'cut', 'brace', 'quote')), {
    minLength: 1,
    maxLength: 6,
  })
  .map((damages) => {
    const pieces = [...TOKENS];
    for (const [at, damage] of damages) {
      if (damage === 'drop') pieces[at] = '';
      else if (damage === 'double') pieces[at] += pieces[at] ?? '';
      else if (damage === 'cut') pieces[at] = (pieces[at] ?? '').slice(0, 2);
      else pieces[at] += damage === 'brace' ? '{' : '"';
    }
    return pieces.join('');
  });

test('every feature answers at every place of a damaged policy', () => {
  fc.assert(
    fc.property(damaged, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
      askEverything(text, Math.floor(share * text.length));
    }),
    { numRuns: 300 },
  );
});

test('every feature answers at every place of a text that is no policy', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat(80), (text, offset) => {
      askEverything(text.replaceAll(/[‹›]/g, ''), Math.min(offset, text.length));
    }),
    { numRuns: 300 },
  );
});

test('every feature answers at every letter of a policy that is being written', () => {
  for (let length = 0; length <= SAMPLE.length; length += 7) askEverything(SAMPLE.slice(0, length), length);
});

function askEverything(text: string, offset: number): void {
  const { file, workspace } = openPolicy(text);
  const range = rangeOf({ start: offset, end: offset }, file.source);
  const answers = [
    completionsAt(file, offset, FIXTURES),
    [hoverAt(file, offset)],
    definitionsAt(file, offset, String),
    referencesAt(file, offset, true, String),
    highlightsAt(file, offset),
    [renameableAt(file, offset), renameAt(file, offset, 'renamed', workspace)],
    symbolsOf(file),
    foldingRangesOf(file.source),
    [format(file.source)],
    codeActionsAt(file, { range, only: undefined, shown: [] }, String),
    semanticTokensOf(file).data,
    [...diagnosticsByUri(file.policy, { relatedInformation: true, uriOf: String })],
  ];
  assert.equal(answers.length, 12);
  const { data } = semanticTokensOf(file);
  assert.ok(
    data.every((number) => number >= 0),
    'semantic tokens are in order',
  );
  const selections = symbolsOf(file).filter(
    ({ range: whole, selectionRange: name }) => whole.start.line > name.start.line,
  );
  assert.deepEqual(selections, [], 'the name of a symbol is inside it');
}
