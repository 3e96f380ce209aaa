// Tokens of a file with syntax errors → one piece per statement, so that a mistake in one cannot spoil the next. A
// statement starts at a statement keyword that is first on its line and not indented deeper than the statement before:
// only files that did not parse come here, so a guess costs at worst a less helpful message.

import { createTokenInstance, type IToken } from 'chevrotain';
import { firstWords } from '../grammar/first-words.ts';
import { tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import type { Report } from '../report.ts';
import type { SourceFile } from '../source-file.ts';
import { positionAt } from '../source-file.ts';
import { Comma, Equal, Identifier, LeftBrace, RightBrace, StringToken } from '../tokens.ts';

/** Splits tokens into statements; reports blocks that are never closed and braces that close nothing. */
export function splitStatements(tokens: readonly IToken[], source: SourceFile, report: Report): readonly IToken[][] {
  const splitter = createSplitter(source, report);
  for (const [index, token] of tokens.entries()) splitter.take(token, tokens[index - 1], tokens[index + 1]);
  return splitter.finish();
}

function createSplitter(source: SourceFile, report: Report) {
  const segments: IToken[][] = [];
  let current: IToken[] = [];
  let open: IToken[] = [];
  const statementWords = new Set(firstWords('statement'));

  function take(token: IToken, previous: IToken | undefined, next: IToken | undefined): void {
    if (startsStatement(token, previous, next)) endSegment(token);
    if (token.tokenType === LeftBrace) open.push(token);
    else if (token.tokenType === RightBrace && open.pop() === undefined) {
      report(tokenSpan(token, source), messages['stray-brace']({}), {
        fix: { span: tokenSpan(token, source), newText: '' },
      });
      return;
    }
    current.push(token);
  }

  function startsStatement(token: IToken, previous: IToken | undefined, next: IToken | undefined): boolean {
    const first = current[0];
    if (first === undefined || !isFirstOnLine(token, previous, source)) return false;
    const isKeyword = statementWords.has(token.image) && goesOnLikeStatement(next);
    if (open.length === 0 && previous?.tokenType === RightBrace) return true;
    if (columnOf(token) > columnOf(first)) return false;
    if (isKeyword) return previous?.tokenType !== Equal;
    return (
      open.length === 0 &&
      token.tokenType === Identifier &&
      previous?.tokenType !== Comma &&
      previous?.tokenType !== Equal
    );
  }

  function endSegment(next: IToken | undefined): void {
    const innermost = open.at(-1);
    if (innermost !== undefined) {
      reportUnclosed(innermost, current[0], next, source, report);
      const end = tokenSpan(current.at(-1) ?? innermost, source).end;
      for (const _ of open) current.push(createTokenInstance(RightBrace, '', end, end, 0, 0, 0, 0));
    }
    if (current.length > 0) segments.push(current);
    current = [];
    open = [];
  }

  function columnOf(token: IToken): number {
    return positionAt(source, token.startOffset).column;
  }

  return {
    take,
    finish(): readonly IToken[][] {
      endSegment(undefined);
      return segments;
    },
  };
}

/** `range` as a term of a condition is followed by an operator; as a statement by a name. */
function goesOnLikeStatement(next: IToken | undefined): boolean {
  if (next === undefined) return true;
  const { tokenType: type, image } = next;
  if (type === Comma || type === Equal || type === RightBrace) return false;
  return type === StringToken || !/^(?:[=!<>]|and$|or$|in$|not$|then$|matches$)/.test(image);
}

/** True if only white space and comments stand before the token on its line. */
export function isFirstOnLine(token: IToken, previous: IToken | undefined, source: SourceFile): boolean {
  if (previous === undefined) return true;
  return source.text.slice(previous.startOffset + previous.image.length, token.startOffset).includes('\n');
}

function reportUnclosed(
  brace: IToken,
  statement: IToken | undefined,
  next: IToken | undefined,
  source: SourceFile,
  report: Report,
): void {
  const what = `\`${statement?.image ?? ''}\``;
  const line = next === undefined ? undefined : positionAt(source, next.startOffset).line;
  const also =
    next === undefined
      ? []
      : [{ span: tokenSpan(next, source), text: `a new \`${next.image}\` starts before the closing \`}\`` }];
  report(tokenSpan(brace, source), messages['unclosed-block']({ what, line }), { also });
}
