// Text → sections, cut where a line starts with a statement in its first column. Each of them is read the same whatever
// stands before it: no token reaches over the end of a line, and a file with mistakes is split at such places as well.

import { firstWords } from '../grammar/first-words.ts';

/** A part of a text. Together the sections of a text are the whole of it. */
export interface Section {
  readonly start: number;
  readonly text: string;
}

/** Cuts a text; undefined where that could change its meaning. */
export function cutSections(text: string): readonly Section[] | undefined {
  // The only token that has several lines; it is reported, so it will not be there for long.
  if (text.includes('/*')) return undefined;
  const starts = [0, ...[...text.matchAll(startsOfStatements())].map(({ index }) => index)].filter(
    (start, index) => index === 0 || start > 0,
  );
  return starts.map((start, index) => ({ start, text: text.slice(start, starts[index + 1]) }));
}

let pattern: RegExp | undefined;

/** Words such as `range` are also terms of conditions: what follows on the line must not be an operator. */
function startsOfStatements(): RegExp {
  const word = `(?:${firstWords('statement').join('|')})`;
  pattern ??= new RegExp(`(?<=\\n)${word}[ \\t]+(?!(?:and|or|in|not|then|matches)\\b)(?=[A-Za-z0-9"'{*])`, 'g');
  return pattern;
}
