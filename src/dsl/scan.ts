// Text → tokens, as the table of token types says, only faster than a lexer that knows nothing of this table: every
// literal and every word is a run of the same characters, and a run takes its type as a whole. The kinds of characters
// that were seen in a run tell nearly all types apart.

import type { IToken, TokenType } from 'chevrotain';
import {
  AsNumber,
  Comma,
  Comment,
  Equal,
  EqualEqual,
  ForeignComment,
  Greater,
  GreaterEqual,
  Identifier,
  Integer,
  keyword,
  LeftBrace,
  LeftParenthesis,
  Less,
  LessEqual,
  LITERAL_TOKENS,
  Malformed,
  NotEqual,
  PLAIN_KEYWORDS,
  RESERVED_WORDS,
  RightBrace,
  RightParenthesis,
  SingleQuoted,
  StringToken,
  UnclosedString,
  Unknown,
} from './tokens.ts';

/** Every piece of a text but white space. */
export interface Scanned {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  readonly foreignComments: readonly IToken[];
  /** Where it goes on; the length of the text at its end. */
  readonly end: number;
}

/** Where to stop early: as soon as there are `enough` tokens, before one of these types that starts a line outside of braces. */
export interface Stop {
  readonly enough: number;
  readonly types: ReadonlySet<TokenType>;
}

/** Splits a text. Nothing but white space is left out; what is no token is `Malformed` or `Unknown`. */
export function scan(text: string, from = 0, stop?: Stop): Scanned {
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const foreignComments: IToken[] = [];
  let depth = 0;
  let at = skipSpace(text, from);
  while (at < text.length) {
    const token = scanOne(text, at, text.charCodeAt(at));
    const type = token.tokenType;
    if (stop !== undefined && depth === 0 && isStop(stop, tokens.length, type) && startsLine(text, at)) break;
    if (type === Comment) comments.push(token);
    else if (type === ForeignComment) foreignComments.push(token);
    else tokens.push(token);
    if (type === LeftBrace) depth++;
    else if (type === RightBrace) depth--;
    at = skipSpace(text, at + token.image.length);
  }
  return { tokens, comments, foreignComments, end: at };
}

function isStop({ enough, types }: Stop, count: number, type: TokenType): boolean {
  return count >= enough && types.has(type);
}

function startsLine(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at) + 1, at).trim() === '';
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && kindOf(text.charCodeAt(at)) === SPACE) at++;
  return at;
}

/** The token at an offset where no white space is. */
function scanOne(text: string, at: number, code: number): IToken {
  const foreign = code === SLASH_CODE ? matchAt(ForeignComment, text, at) : undefined;
  if (foreign !== undefined) return foreign;
  if ((kindOf(code) & IN_RUN) !== 0) return scanRun(text, at);
  for (const type of BY_FIRST[code] ?? []) {
    const token = matchAt(type, text, at);
    if (token !== undefined) return token;
  }
  return matchAt(Unknown, text, at) ?? newToken(Unknown, text.charAt(at), at);
}

function scanRun(text: string, start: number): IToken {
  const first = kindOf(text.charCodeAt(start));
  let seen = first;
  let end = start + 1;
  while (end < text.length) {
    const kind = kindOf(text.charCodeAt(end));
    if ((kind & IN_RUN) === 0) break;
    seen |= kind;
    end++;
  }
  const image = text.slice(start, end);
  if (first === LETTER && (seen & ~IN_WORD) === 0) return wordToken(image, start, seen);
  return newToken(seen === DIGIT ? Integer : typeOfRun(image, seen), image, start);
}

function wordToken(image: string, start: number, seen: number): IToken {
  const known = KEYWORDS.get(image);
  if (known !== undefined) return newToken(known.type, known.image, start);
  const isNumbered = (seen & DIGIT) !== 0 && /^[Aa][Ss]\d+$/.test(image);
  return newToken(isNumbered ? AsNumber : Identifier, image, start);
}

/** With one text of each, so that those cut out of the policy need not be kept. */
const KEYWORDS: ReadonlyMap<string, { readonly image: string; readonly type: TokenType }> = new Map(
  [...RESERVED_WORDS, ...PLAIN_KEYWORDS].map((word) => [word, { image: word, type: keyword(word) }]),
);

interface WholeRun {
  readonly pattern: RegExp;
  readonly type: TokenType;
}

/** No two of these match the same run, so that any of them may be tried first. */
const WHOLE_RUNS: readonly WholeRun[] = LITERAL_TOKENS.map((type) => ({
  pattern: new RegExp(`^(?:${sourceOf(type)})$`),
  type,
}));

/** What a run of the same kinds of characters was the last time. */
const LIKELY = new Map<number, WholeRun>();

function typeOfRun(image: string, seen: number): TokenType {
  const likely = LIKELY.get(seen);
  if (likely?.pattern.test(image) === true) return likely.type;
  const found = WHOLE_RUNS.find(({ pattern }) => pattern.test(image));
  if (found === undefined) return Malformed;
  LIKELY.set(seen, found);
  return found.type;
}

/** The types of tokens that are no runs, by the code of their first character; the longer before the shorter. */
const BY_FIRST: readonly (readonly TokenType[] | undefined)[] = byFirst({
  '#': [Comment],
  '"': [StringToken, UnclosedString],
  "'": [SingleQuoted],
  '{': [LeftBrace],
  '}': [RightBrace],
  '(': [LeftParenthesis],
  ')': [RightParenthesis],
  ',': [Comma],
  '=': [EqualEqual, Equal],
  '!': [NotEqual],
  '<': [LessEqual, Less],
  '>': [GreaterEqual, Greater],
});

function byFirst(types: Readonly<Record<string, readonly TokenType[]>>): (readonly TokenType[] | undefined)[] {
  const table: (readonly TokenType[] | undefined)[] = new Array(128).fill(undefined);
  for (const [character, list] of Object.entries(types)) table[character.charCodeAt(0)] = list;
  return table;
}

const STICKY = new Map<TokenType, RegExp>();

function matchAt(type: TokenType, text: string, at: number): IToken | undefined {
  if (typeof type.PATTERN === 'string') {
    return text.startsWith(type.PATTERN, at) ? newToken(type, type.PATTERN, at) : undefined;
  }
  const pattern = STICKY.get(type) ?? new RegExp(sourceOf(type), 'y');
  STICKY.set(type, pattern);
  pattern.lastIndex = at;
  return pattern.test(text) ? newToken(type, text.slice(at, pattern.lastIndex), at) : undefined;
}

function sourceOf({ PATTERN }: TokenType): string {
  return PATTERN instanceof RegExp ? PATTERN.source : '';
}

function newToken(tokenType: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0, tokenType, payload: undefined };
}

const SLASH_CODE = 0x2f;

// Kinds of characters, as bits that can be collected.
const LETTER = 1;
const DIGIT = 2;
const DASH = 4;
const DOT = 8;
const COLON = 16;
const SLASH = 32;
const OTHER_IN_RUN = 64;
const SPACE = 128;
const IN_WORD = LETTER | DIGIT | DASH;
const IN_RUN = IN_WORD | DOT | COLON | SLASH | OTHER_IN_RUN;

function kindOf(code: number): number {
  return KINDS[code] ?? 0;
}

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOfCharacter(String.fromCharCode(code)));

function kindOfCharacter(character: string): number {
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[*%]/.test(character)) return OTHER_IN_RUN;
  if (/[ \t\r\n\f\v]/.test(character)) return SPACE;
  const index = ['-', '_', '.', ':', '/'].indexOf(character);
  return [DASH, DASH, DOT, COLON, SLASH][index] ?? 0;
}
