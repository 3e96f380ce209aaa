// A few runs of each; `npm run fuzz` runs them for minutes.

import { test } from 'node:test';
import fc from 'fast-check';
import { LANGUAGE_PROPERTIES } from './language-properties.ts';

for (const [sentence, property] of Object.entries(LANGUAGE_PROPERTIES)) {
  test(sentence, () => {
    fc.assert(property, { numRuns: sentence.startsWith('long') ? 10 : 100 });
  });
}
