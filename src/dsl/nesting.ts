// The parser recurses with every parenthesis of a condition, so text with thousands of them could exhaust the stack.

import type { IToken } from 'chevrotain';
import { tokenSpan } from './lexer.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import { LeftParenthesis, RightParenthesis } from './tokens.ts';

const MAX_DEPTH = 64;

/** Drops parentheses that nest deeper than any condition needs, and reports the first of them. */
export function limitNesting(tokens: IToken[], source: SourceFile, report: Report): IToken[] {
  let [depth, deepest] = [0, 0];
  tokens.forEach(({ tokenType }) => {
    if (tokenType === LeftParenthesis) deepest = Math.max(deepest, ++depth);
    else if (tokenType === RightParenthesis) depth = Math.max(0, depth - 1);
  });
  return deepest <= MAX_DEPTH ? tokens : dropTooDeep(tokens, source, report);
}

function dropTooDeep(tokens: readonly IToken[], source: SourceFile, report: Report): IToken[] {
  let [depth, reported] = [0, false];
  return tokens.filter((token) => {
    if (token.tokenType === LeftParenthesis) {
      depth++;
      if (depth <= MAX_DEPTH) return true;
      if (!reported) report(tokenSpan(token, source), messages['nesting-too-deep']({ max: MAX_DEPTH }));
      reported = true;
      return false;
    }
    if (token.tokenType !== RightParenthesis) return true;
    depth = Math.max(0, depth - 1);
    return depth < MAX_DEPTH;
  });
}
