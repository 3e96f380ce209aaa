// Tokens and comments → tokens that carry their comments: `before` are the whole lines above a token, `suffix` is what
// stands behind it on its line. What follows the last token stays apart as `after`. No comment is ever dropped here, and
// their order never changes. A comment in front of a `,` or `{` moves behind it, so that neither ever starts a line;
// a comma before `)` is left out, since the printer decides where one stands.

import type { IToken } from 'chevrotain';
import type { LexedFile } from '../lexer.ts';
import { displayWidth } from '../text-width.ts';
import { Comma, LeftBrace, RightParenthesis } from '../tokens.ts';
import { spellToken } from './spelling.ts';

/** A comment with its `#`, without the blanks at its end. */
export interface Comment {
  readonly text: string;
  /** True if nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
  /** True if it stands exactly below the comment of the line before, as its second line. */
  readonly continues: boolean;
  readonly blankBefore: boolean;
}

/** A token in its canonical spelling, with the comments that belong to it. */
export interface PlacedToken {
  readonly text: string;
  /** Offsets into the source. */
  readonly start: number;
  readonly end: number;
  /** True if an empty line stands above the token, between it and what comes before, comments included. */
  readonly blankBefore: boolean;
  readonly before: readonly Comment[];
  /** The first ends the token's line; the others continue it on lines of their own. */
  readonly suffix: readonly Comment[];
}

/** All tokens of a file. */
export interface PlacedTokens {
  readonly tokens: readonly PlacedToken[];
  /** Comments after the last token's line. */
  readonly after: readonly Comment[];
}

/** A token and everything between it and the token before. */
interface Piece {
  readonly token: IToken | undefined;
  readonly gap: readonly Comment[];
  readonly blankBefore: boolean;
}

/** Gives every comment of a file its token. */
export function placeComments(text: string, lexed: LexedFile): PlacedTokens {
  const pieces = hoist(splitIntoPieces(text, lexed));
  const split = pieces.map(({ gap }) => splitGap(gap));
  const tokens = pieces.flatMap(({ token, blankBefore }, index) => {
    if (token === undefined) return [];
    const start = token.startOffset;
    return {
      text: spellToken(pieces, index),
      start,
      end: start + token.image.length,
      blankBefore,
      before: split[index]?.before ?? [],
      suffix: split[index + 1]?.suffix ?? [],
    };
  });
  return { tokens, after: split.at(-1)?.before ?? [] };
}

/** The last piece has no token: it holds what follows the last one. */
function splitIntoPieces(text: string, { tokens, comments }: LexedFile): readonly Piece[] {
  const pieces: Piece[] = [];
  let [at, nextComment] = [0, 0];
  for (const token of [...tokens, undefined]) {
    const start = token?.startOffset ?? text.length;
    const gap: Comment[] = [];
    for (; ; nextComment++) {
      const comment = comments[nextComment];
      if (comment === undefined || comment.startOffset > start) break;
      gap.push(toComment(text, comment, at, comments[nextComment - 1]));
      at = comment.startOffset + comment.image.length;
    }
    pieces.push({ token, gap, blankBefore: countLines(text, at, start) > 1 });
    at = start + (token?.image.length ?? 0);
  }
  return pieces;
}

/** `from` is where the token or comment before it ends; `previous` the comment before it, wherever that stands. */
function toComment(text: string, comment: IToken, from: number, previous: IToken | undefined): Comment {
  const lines = countLines(text, from, comment.startOffset);
  const isNext = previous !== undefined && previous.startOffset + previous.image.length === from;
  return {
    text: comment.image.replace(/[ \t\f\v]+$/, ''),
    ownLine: from === 0 || lines > 0,
    continues: isNext && lines === 1 && columnOf(text, comment) === columnOf(text, previous),
    blankBefore: lines > 1,
  };
}

function countLines(text: string, start: number, end: number): number {
  return text.slice(start, end).match(/\r\n|\n|\r/g)?.length ?? 0;
}

function columnOf(text: string, { startOffset }: IToken): number {
  const lineStart = Math.max(text.lastIndexOf('\n', startOffset), text.lastIndexOf('\r', startOffset)) + 1;
  return displayWidth(text.slice(lineStart, startOffset));
}

/** Moves comments behind a following `,` or `{`, and leaves out the comma before a `)`. */
function hoist(pieces: readonly Piece[]): readonly Piece[] {
  const hoisted: Piece[] = [];
  let carried: readonly Comment[] = [];
  pieces.forEach((piece, index) => {
    const type = piece.token?.tokenType;
    const gap = joinGaps(carried, piece.gap);
    const isTrailing = type === Comma && pieces[index + 1]?.token?.tokenType === RightParenthesis;
    const moves = type === Comma || type === LeftBrace;
    carried = moves ? gap : [];
    if (!isTrailing) hoisted.push(moves ? { ...piece, gap: [] } : { ...piece, gap });
  });
  return hoisted;
}

/** Only the first comment behind a token can stand on its line. */
function joinGaps(first: readonly Comment[], second: readonly Comment[]): readonly Comment[] {
  if (first.length === 0) return second;
  return [...first, ...second.map((comment) => (comment.ownLine ? comment : { ...comment, ownLine: true }))];
}

/** The comments that belong to the token before the gap, and those of the token after it. */
function splitGap(gap: readonly Comment[]): Pick<PlacedToken, 'before' | 'suffix'> {
  if (gap[0] === undefined || gap[0].ownLine) return { before: gap, suffix: [] };
  const end = gap.findIndex((comment, index) => index > 0 && !comment.continues);
  return end < 0 ? { before: [], suffix: gap } : { before: gap.slice(end), suffix: gap.slice(0, end) };
}
