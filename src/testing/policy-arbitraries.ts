// Random policies for property tests: valid statements with tokens dropped, doubled, replaced or cut out.

import fc from 'fast-check';
import { VALID_STATEMENTS } from '../dsl/testdata/valid-statements.ts';

/** A word or mark of the language. */
export const policyToken: fc.Arbitrary<string> = fc.constantFrom(
  ...VALID_STATEMENTS.flatMap((statement) => statement.split(/\s+/)),
  ...['{', '}', '(', ')', ',', '=', '==', '"', '#', '\n', 'and', 'or', 'not', 'in'],
);

const edit = fc.tuple(fc.nat(), fc.constantFrom('drop', 'insert', 'replace', 'cut'), policyToken);

/** A few statements, each on its line, with at most eight edits. */
export const mutatedPolicy: fc.Arbitrary<string> = fc
  .tuple(fc.shuffledSubarray([...VALID_STATEMENTS], { maxLength: 6 }), fc.array(edit, { maxLength: 8 }))
  .map(([statements, edits]) => {
    const words = statements.join('\n').split(/(\s+)/);
    for (const [at, kind, word] of edits) {
      const index = words.length === 0 ? 0 : at % words.length;
      if (kind === 'cut') words.splice(index, 3);
      else words.splice(index, kind === 'insert' ? 0 : 1, ...(kind === 'drop' ? [] : [word]));
    }
    return words.join('');
  });
