// Tokens of a file with syntax errors → one piece per statement, so that a mistake in one cannot spoil the next. A
// statement starts at a statement keyword that is first on its line and not indented deeper than the statement before:
// only files that did not parse come here, so a guess costs at worst a less helpful message.

import { createTokenInstance, type IToken } from 'chevrotain';
import { itemRuleOf } from '../blocks.ts';
import { firstWords } from '../grammar/first-words.ts';
import { tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import type { Report } from '../report.ts';
import { positionAt, type SourceFile } from '../source-file.ts';
import { Comma, Equal, Identifier, LeftBrace, RightBrace, StringToken } from '../tokens.ts';

/**
 * Splits tokens into statements; reports blocks that are never closed and braces that close nothing. `behind` is the
 * token that follows, if there is one.
 */
export function splitStatements(
  tokens: readonly IToken[],
  source: SourceFile,
  report: Report,
  behind?: IToken,
): readonly IToken[][] {
  const segments: IToken[][] = [];
  let current: Segment = { tokens: [], open: [] };
  const finish = (next: IToken | undefined) => {
    closeBlocks(current, next, source, report);
    if (current.tokens.length > 0) segments.push(current.tokens);
    current = { tokens: [], open: [] };
  };
  for (const [index, token] of tokens.entries()) {
    if (startsStatement(token, tokens[index - 1], tokens[index + 1], current, source)) finish(token);
    takeToken(token, current, source, report);
  }
  finish(behind);
  return segments;
}

/** The statement being collected, with the braces that are open in it. */
interface Segment {
  readonly tokens: IToken[];
  readonly open: IToken[];
}

function takeToken(token: IToken, { tokens, open }: Segment, source: SourceFile, report: Report): void {
  if (token.tokenType === LeftBrace) open.push(token);
  else if (token.tokenType === RightBrace && open.pop() === undefined && !isOpeningMissing(tokens)) {
    const span = tokenSpan(token, source);
    report(span, messages['stray-brace']({}), { fix: { span, newText: '', guess: true } });
    return;
  }
  tokens.push(token);
}

/** True for a statement with a block that has no brace so far: what is missing is the one before. */
function isOpeningMissing(tokens: readonly IToken[]): boolean {
  const [first] = tokens;
  return (
    itemRuleOf(first?.image ?? '') !== undefined &&
    first?.image !== 'range' &&
    tokens.length > 2 &&
    !tokens.some(({ tokenType }) => tokenType === LeftBrace || tokenType === RightBrace)
  );
}

function startsStatement(
  token: IToken,
  previous: IToken | undefined,
  next: IToken | undefined,
  { tokens: [first], open }: Segment,
  source: SourceFile,
): boolean {
  if (first === undefined || !isFirstOnLine(token, previous, source)) return false;
  const before = previous?.tokenType;
  if (open.length === 0 && before === RightBrace) return true;
  if (columnOf(token, source) > columnOf(first, source)) return false;
  if (firstWords('statement').includes(token.image) && goesOnLikeStatement(next)) return true;
  return open.length === 0 && token.tokenType === Identifier && before !== Comma && before !== Equal;
}

/** `range` as a term of a condition is followed by an operator; as a statement by a name. */
function goesOnLikeStatement(next: IToken | undefined): boolean {
  if (next === undefined) return true;
  const { tokenType: type, image } = next;
  if (type === Comma || type === Equal || type === RightBrace) return false;
  return type === StringToken || !/^(?:[=!<>]|and$|or$|in$|not$|then$|matches$)/.test(image);
}

function columnOf(token: IToken, source: SourceFile): number {
  return positionAt(source, token.startOffset).column;
}

/** True if only white space and comments stand before the token on its line. */
export function isFirstOnLine(token: IToken, previous: IToken | undefined, source: SourceFile): boolean {
  if (previous === undefined) return true;
  return source.text.slice(previous.startOffset + previous.image.length, token.startOffset).includes('\n');
}

/** Adds the braces that are missing at the end of a statement. */
function closeBlocks({ tokens, open }: Segment, next: IToken | undefined, source: SourceFile, report: Report): void {
  const [innermost, first, last] = [open.at(-1), tokens[0], tokens.at(-1)];
  if (innermost === undefined || first === undefined || last === undefined) return;
  const { end } = tokenSpan(last, source);
  for (const _ of open) tokens.push(createTokenInstance(RightBrace, '', end, end, 0, 0, 0, 0));
  // A string that is never closed, which is reported, has the brace in it.
  if (tokens.some(({ tokenType, image }) => tokenType === StringToken && /^"[^"]*\}[^"]*$/.test(image))) return;
  const line = next === undefined ? undefined : positionAt(source, next.startOffset).line;
  const text = `a new \`${next?.image}\` starts before the closing \`}\``;
  const also = next === undefined ? [] : [{ span: tokenSpan(next, source), text }];
  report(tokenSpan(innermost, source), messages['unclosed-block']({ what: `\`${first.image}\``, line }), { also });
}
