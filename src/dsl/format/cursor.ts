// The tokens of a file, taken one by one while the tree says what they are. The printer only ever prints what it takes
// from here, so it can neither drop nor invent anything.

import type { Comment, PlacedToken } from './comments.ts';
import { concat, type Doc, group, join, line, space, toDoc } from './doc.ts';

/** A position among tokens. */
export interface Cursor {
  /** The next token without taking it. */
  peek(): PlacedToken | undefined;
  /** Takes the next token. */
  take(): PlacedToken;
  /** Takes the comments above the next token away from it. */
  takeComments(): readonly Comment[];
  /** True if the next token starts before an offset of the source. */
  isBefore(end: number): boolean;
}

/** Starts at the first token. */
export function createCursor(tokens: readonly PlacedToken[]): Cursor {
  let at = 0;
  let stripped = false;
  return {
    peek: () => tokens[at],
    take: () => {
      const token = tokens[at];
      if (token === undefined) throw new Error('the tree has more tokens than the source');
      at += 1;
      const taken = stripped ? { ...token, before: [] } : token;
      stripped = false;
      return taken;
    },
    takeComments: () => {
      const comments = stripped ? [] : (tokens[at]?.before ?? []);
      stripped = true;
      return comments;
    },
    isBefore: (end) => {
      const token = tokens[at];
      return token !== undefined && token.start < end;
    },
  };
}

/** The tokens up to an offset on one line; a list in parentheses among them may break. */
export function takeWords(cursor: Cursor, end: number): Doc {
  const parts: Doc[] = [];
  while (cursor.isBefore(end)) {
    const text = cursor.peek()?.text;
    if (parts.length > 0 && text !== ',') parts.push(space);
    parts.push(text === '(' ? takeParentheses(cursor) : toDoc(cursor.take()));
  }
  return concat(...parts);
}

/** The tokens up to and with the first one of a given text. */
export function takeThrough(cursor: Cursor, text: string): Doc {
  const parts: Doc[] = [];
  for (let isLast = false; !isLast; ) {
    isLast = cursor.peek()?.text === text;
    parts.push(takeWord(cursor));
  }
  return join(space, parts);
}

/** One token. */
export function takeWord(cursor: Cursor): Doc {
  return toDoc(cursor.take());
}

/** A list without parentheses, from its first value to an offset: after a space on one line, else one value a line. */
export function takeList(cursor: Cursor, end: number): Doc {
  const values: Doc[] = [];
  while (cursor.isBefore(end)) {
    const value = takeWord(cursor);
    values.push(cursor.peek()?.text === ',' ? concat(value, takeWord(cursor)) : value);
  }
  return values.length === 1 ? concat(space, ...values) : group(line, join(line, values));
}

/** `( value, … )`: on one line, else one value a line with a comma after the last. */
export function takeParentheses(cursor: Cursor): Doc {
  const open = cursor.take();
  const values: Doc[] = [];
  while (cursor.peek()?.text !== ')') {
    const value = cursor.take();
    if (cursor.peek()?.text === ',') values.push(concat(toDoc(value), takeWord(cursor)));
    // The comma that only a broken list has stands before the comment.
    else values.push(concat(toDoc({ ...value, suffix: [] }), { kind: 'trailing-comma', suffix: value.suffix }));
  }
  return { kind: 'parentheses', open, body: join(line, values), comments: cursor.takeComments(), close: cursor.take() };
}
