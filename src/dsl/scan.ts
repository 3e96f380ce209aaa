// Text → tokens, as the table of token types says, only faster than a lexer that knows nothing of this table: every
// literal and every word is a run of the same characters, and a run takes its type as a whole.

import type { IToken, TokenType } from 'chevrotain';
import {
  AsNumber,
  Comma,
  Comment,
  Equal,
  EqualEqual,
  ForeignComment,
  findKeyword,
  Greater,
  GreaterEqual,
  Identifier,
  Integer,
  LeftBrace,
  LeftParenthesis,
  Less,
  LessEqual,
  LITERAL_TOKENS,
  Malformed,
  NotEqual,
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
}

/** Splits a text. Nothing but white space is left out; what is no token is `Malformed` or `Unknown`. */
export function scan(text: string): Scanned {
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const foreignComments: IToken[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = scanOne(text, at, text.charCodeAt(at));
    if (token.tokenType === Comment) comments.push(token);
    else if (token.tokenType === ForeignComment) foreignComments.push(token);
    else tokens.push(token);
    at = skipSpace(text, at + token.image.length);
  }
  return { tokens, comments, foreignComments };
}

/** The token at an offset where no white space is. */
function scanOne(text: string, at: number, code: number): IToken {
  const foreign = code === SLASH ? matchAt(ForeignComment, text, at) : undefined;
  if (foreign !== undefined) return foreign;
  if (isInRun(code)) return scanRun(text, at);
  for (const type of BY_FIRST[code] ?? []) {
    const token = matchAt(type, text, at);
    if (token !== undefined) return token;
  }
  return matchAt(Unknown, text, at) ?? newToken(Unknown, text.charAt(at), at);
}

// Patterns are compiled to machine code at once, which loops over characters are only after a while.
const SPACE = /[ \t\r\n\f\v]+/y;
const RUN = /[A-Za-z0-9_.:/%*-]+/y;

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(text) ? SPACE.lastIndex : at;
}

function scanRun(text: string, start: number): IToken {
  RUN.lastIndex = start;
  RUN.test(text);
  const image = text.slice(start, RUN.lastIndex);
  const type = KNOWN_RUNS.get(image) ?? typeOfRun(image);
  return newToken(type, image, start);
}

function typeOfRun(image: string): TokenType {
  const type = classifyRun(image);
  if (!LITERALS.has(type) && KNOWN_RUNS.size < MAX_KNOWN) KNOWN_RUNS.set(image, type);
  return type;
}

/** The same few words are most of every policy. */
const KNOWN_RUNS = new Map<string, TokenType>();
const MAX_KNOWN = 1000;
const LITERALS: ReadonlySet<TokenType> = new Set(LITERAL_TOKENS);

/** Words and plain numbers are looked at first. */
function classifyRun(image: string): TokenType {
  if (/^[A-Za-z][\w-]*$/.test(image))
    return /^[Aa][Ss]\d+$/.test(image) ? AsNumber : (findKeyword(image) ?? Identifier);
  if (/^\d+$/.test(image)) return Integer;
  return WHOLE_RUNS.find(([pattern]) => pattern.test(image))?.[1] ?? Malformed;
}

const WHOLE_RUNS = LITERAL_TOKENS.map((type) => [new RegExp(`^(?:${sourceOf(type)})$`), type] as const);

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
  const image = pattern.exec(text)?.[0];
  return image === undefined ? undefined : newToken(type, image, at);
}

function sourceOf({ PATTERN }: TokenType): string {
  return PATTERN instanceof RegExp ? PATTERN.source : '';
}

function newToken(tokenType: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0, tokenType, payload: undefined };
}

const SLASH = 0x2f;

/** Letters, digits and `_ . : / % * -`. */
function isInRun(code: number): boolean {
  return code < 128 && IN_RUN[code] === true;
}

const IN_RUN: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_.:/%*-]/.test(String.fromCharCode(code)),
);
