// A place in a text → what the grammar allows there. Only the statement around the place is read, and inside a block only
// the item around it, so that mistakes elsewhere do not matter: while somebody types, there are some.

import type { IToken } from 'chevrotain';
import {
  firstWords,
  itemRuleOf,
  type LexedFile,
  type NextToken,
  nextTokens,
  type SourceFile,
  type Subject,
} from '../dsl/editor.ts';
import type { Offsets } from './positions.ts';

/** What surrounds a place. */
export interface SyntaxContext {
  /** What may stand at the place. */
  readonly expected: readonly NextToken[];
  /** The word or string that is being written there; empty at the cursor if there is none. */
  readonly partial: Offsets;
  /** Tokens of the statement before the place. */
  readonly before: readonly IToken[];
  /** What a condition at the place would be about. */
  readonly subject: Subject;
  /** True if nothing but white space stands before the place on its line. */
  readonly firstOnLine: boolean;
}

/** Looks at the place of an offset; undefined inside a comment. */
export function contextAt(
  offset: number,
  source: SourceFile,
  { tokens, comments }: LexedFile,
): SyntaxContext | undefined {
  if (comments.some((comment) => comment.startOffset < offset && offset <= endOf(comment))) return undefined;
  const current = tokens.find((token) => isPartial(token, offset));
  const partial = current === undefined ? { start: offset, end: offset } : spanOf(current);
  const earlier = tokens.filter((token) => endOf(token) <= partial.start);
  const before = currentStatement(earlier, source);
  const block = openBlock(before);
  const subject = subjectOf(before, block);
  const rule = block === undefined ? 'statement' : itemRuleOf(before[0]?.image ?? '');
  const next = block === undefined ? nextTokens('statement', before) : nextInBlock(block, source, rule);
  const firstOnLine = isFirstOnLine(partial.start, source);
  // A line may start something new although the line before is not finished, or not understood.
  const startsAnew = rule !== undefined && (next.length === 0 || firstOnLine) ? nextTokens(rule, []) : [];
  const expected = [...next, ...startsAnew];
  return { expected, partial, before, subject, firstOnLine };
}

/** True for the word or string that the offset is in, or right behind. A closed string ends before its last quote. */
function isPartial(token: IToken, offset: number): boolean {
  if (token.startOffset >= offset || offset > endOf(token)) return false;
  const isClosed = /^".*"$/s.test(token.image);
  return isClosed ? offset < endOf(token) : /^["A-Za-z0-9_.:/%*-]/.test(token.image);
}

/** The tokens since the last word that starts a statement. */
function currentStatement(tokens: readonly IToken[], source: SourceFile): readonly IToken[] {
  const words = new Set(firstWords('statement'));
  let [start, depth] = [0, 0];
  tokens.forEach((token, index) => {
    if (token.image === '{') depth++;
    else if (token.image === '}') depth = Math.max(0, depth - 1);
    if (!words.has(token.image) || !isFirstOnLine(token.startOffset, source)) return;
    // A block that is still open does not swallow a statement at the very start of a line.
    const atMargin = token.startOffset === 0 || source.text[token.startOffset - 1] === '\n';
    if (depth > 0 && !(atMargin && !/^[=!<>,]/.test(tokens[index + 1]?.image ?? ''))) return;
    [start, depth] = [index, 0];
  });
  return tokens.slice(start);
}

/** The tokens of the block that is open at the end of a statement. */
function openBlock(statement: readonly IToken[]): readonly IToken[] | undefined {
  const brace = statement.findIndex(({ image }) => image === '{');
  if (brace < 0) return undefined;
  const inside = statement.slice(brace + 1);
  return inside.some(({ image }) => image === '}') ? undefined : inside;
}

/** Reads the item that the end of the block belongs to: what starts a line first, then whatever could start one. */
function nextInBlock(block: readonly IToken[], source: SourceFile, rule: string | undefined): readonly NextToken[] {
  if (rule === undefined) return [];
  const words = new Set(firstWords(rule));
  const starts = block.flatMap((token, index) => (words.has(token.image) ? [index] : [])).reverse();
  const atLines = starts.filter((index) => index === 0 || isFirstOnLine(block[index]?.startOffset ?? 0, source));
  for (const start of block.length === 0 ? [0] : [...atLines.slice(0, 3), ...starts.slice(0, 3)]) {
    const next = nextTokens(rule, block.slice(start));
    if (next.length > 0) return next;
  }
  return [];
}

function subjectOf(statement: readonly IToken[], block: readonly IToken[] | undefined): Subject {
  const [first, second] = statement;
  if (first?.image === 'filter') return 'route';
  if (first?.image === 'exclude') return second?.image === 'nodes' ? 'node' : 'service';
  return first?.image === 'service' && block === undefined ? 'service' : 'node';
}

function isFirstOnLine(offset: number, source: SourceFile): boolean {
  const lineStart = source.text.lastIndexOf('\n', offset - 1) + 1;
  return source.text.slice(lineStart, offset).trim() === '';
}

function spanOf(token: IToken): Offsets {
  return { start: token.startOffset, end: endOf(token) };
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}
