// The parser and what follows it recurse with every parenthesis and every `not` of a condition, so text with thousands of
// them could exhaust the stack.

import type { IToken } from 'chevrotain';
import { tokenSpan } from './lexer.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import { keyword, LeftParenthesis, RightParenthesis } from './tokens.ts';

const MAX_DEPTH = 64;
const Not = keyword('not');

/** Drops parentheses, and `not` after `not`, that nest deeper than any condition needs, and reports the first of them. */
export function limitNesting(tokens: IToken[], source: SourceFile, report: Report): IToken[] {
  let count = 0;
  tokens.forEach(({ tokenType }) => {
    if (tokenType === LeftParenthesis || tokenType === Not) count++;
  });
  // Nearly always there are fewer than may nest, however they stand.
  if (count <= MAX_DEPTH) return tokens;
  const kept = dropTooDeep(tokens, source, report);
  return kept.length === tokens.length ? tokens : kept;
}

function dropTooDeep(tokens: readonly IToken[], source: SourceFile, report: Report): IToken[] {
  let [depth, nots, reported] = [0, 0, false];
  const isTooDeep = (token: IToken, level: number, what: string): boolean => {
    if (level <= MAX_DEPTH) return false;
    if (!reported) report(tokenSpan(token, source), messages['nesting-too-deep']({ what, max: MAX_DEPTH }));
    reported = true;
    return true;
  };
  return tokens.filter((token) => {
    nots = token.tokenType === Not ? nots + 1 : 0;
    if (nots > 0) return !isTooDeep(token, nots, 'conditions with `not`');
    if (token.tokenType === LeftParenthesis) return !isTooDeep(token, ++depth, 'parentheses');
    if (token.tokenType !== RightParenthesis) return true;
    depth = Math.max(0, depth - 1);
    return depth < MAX_DEPTH;
  });
}
