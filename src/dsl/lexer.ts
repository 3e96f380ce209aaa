// Source file → tokens. Nothing is thrown away in silence: white space is skipped, comments are kept beside the
// tokens, and text that is no token of the language is reported and replaced by what it most likely stands for,
// so that the parser does not stumble over the same mistake. Literals carry their decoded value as payload.

import type { IToken, TokenType } from 'chevrotain';
import type { Literal } from './ast.ts';
import { decodeLiteral } from './literals.ts';
import { explainMalformed, type Malformation } from './malformed.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import { type Stop, scan } from './scan.ts';
import type { SourceFile } from './source-file.ts';
import type { Span } from './span.ts';
import {
  AsNumber,
  keyword,
  LeftParenthesis,
  LITERAL_TOKENS,
  Malformed,
  RightParenthesis,
  SingleQuoted,
  StringToken,
  UnclosedString,
  Unknown,
} from './tokens.ts';

/** The tokens of one file, and its comments in order. */
export interface LexedFile {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  /** Where it goes on, if it stopped early. */
  readonly end: number;
}

/** Splits a file, or a part of it, into tokens and reports every piece of text that is none. */
export function lex(source: SourceFile, report: Report, from = 0, stop?: Stop): LexedFile {
  const { tokens, comments, foreignComments, end } = scan(source.text, from, stop);
  for (const comment of foreignComments) reportForeignComment(comment, source, report);
  const dropped = new Set<IToken>();
  tokens.forEach((token, index) => {
    if (UNFINISHED[token.tokenTypeIdx] !== true) return;
    if (!finishToken(token, tokens[index - 1], source, report)) dropped.add(token);
  });
  return { tokens: dropped.size === 0 ? tokens : tokens.filter((token) => !dropped.has(token)), comments, end };
}

/** The span of a token of the text. */
export function tokenSpan(token: IToken, source: SourceFile): Span {
  return { source, start: token.startOffset, end: token.startOffset + token.image.length };
}

/** The literal a token carries, if it is one. */
export function literalOf(token: IToken): Literal | undefined {
  const literal: Literal | undefined = token.payload;
  return literal;
}

/** Types of tokens that have a value, or need a repair, by their number; the others are words and punctuation. */
const UNFINISHED: readonly boolean[] = flagsOf([
  ...LITERAL_TOKENS,
  ...[AsNumber, StringToken, SingleQuoted, UnclosedString, Malformed, Unknown],
]);

function flagsOf(types: readonly TokenType[]): readonly boolean[] {
  const flags: boolean[] = [];
  for (const { tokenTypeIdx = 0 } of types) flags[tokenTypeIdx] = true;
  return Array.from(flags, (flag) => flag === true);
}

/** Decodes a literal, or repairs what is no token; false for what has to be dropped. */
function finishToken(token: IToken, previous: IToken | undefined, source: SourceFile, report: Report): boolean {
  const type = token.tokenType;
  const span = tokenSpan(token, source);
  if (type === Unknown) return repairUnknown(token, span, report, previous);
  if (type === SingleQuoted) {
    const value = token.image.slice(1, -1);
    const meant = JSON.stringify(value);
    report(span, messages['single-quotes']({ meant }), { fix: { span, newText: meant } });
    token.payload = { kind: 'string', value, span } satisfies Literal;
    retype(token, StringToken);
    return true;
  }
  if (type === UnclosedString) {
    report(span, messages['unclosed-string']({}));
    token.payload = { kind: 'string', value: token.image.slice(1), span } satisfies Literal;
    retype(token, StringToken);
  } else if (type === Malformed) repairMalformed(token, span, report);
  else token.payload = decodeLiteral(token, span, report);
  return true;
}

/** Operators of other languages stand for their words; anything else is dropped. */
const OPERATORS: Readonly<Record<string, 'and' | 'or' | 'not'>> = {
  '&&': 'and',
  '&': 'and',
  '||': 'or',
  '|': 'or',
  '!': 'not',
};

function repairUnknown(token: IToken, span: Span, report: Report, previous: IToken | undefined): boolean {
  const parenthesis = parenthesisFor(span);
  if (parenthesis !== undefined) {
    const message = messages['unknown-character']({ text: token.image, after: undefined });
    report(span, message, { fix: { span, newText: parenthesis.text }, habit: '[]' });
    retype(token, parenthesis.type);
    return true;
  }
  const word = OPERATORS[token.image];
  const newText = word === undefined ? gap(span) : apart(word, span);
  const fix = word === undefined && token.image !== ';' ? {} : { fix: { span, newText } };
  const habit = HABITS.find((characters) => characters.includes(token.image));
  const message = messages['unknown-character']({ text: token.image, after: previous?.image });
  report(span, message, { ...fix, ...(habit !== undefined && { habit }) });
  if (word !== undefined) retype(token, keyword(word));
  return word !== undefined;
}

/** The parenthesis that a bracket stands for in a condition or an action: `in [a, b]`. */
function parenthesisFor({ source: { text }, start }: Span): { text: string; type: TokenType } | undefined {
  const character = text.charAt(start);
  const open = character === '[' ? start : character === ']' ? text.lastIndexOf('[', start) : -1;
  if (open < 0 || !/\b(?:in|community|as|starts)\s*$/.test(text.slice(Math.max(0, open - 20), open))) return undefined;
  return character === '[' ? { text: '(', type: LeftParenthesis } : { text: ')', type: RightParenthesis };
}

/** Characters of other languages that who writes one writes often. */
const HABITS = [';', '[]', '“”„«»', '‘’‚'];

/** What is left where something is removed: two words, as in `2;role`, must not become one. */
export function gap({ source: { text }, start, end }: Span): string {
  return /\S/.test(text.charAt(start - 1)) && /\S/.test(text.charAt(end)) ? ' ' : '';
}

/** A word with a space where another word would run into it. */
function apart(word: string, { source: { text }, start, end }: Span): string {
  const before = /[\w")]/.test(text.charAt(start - 1)) ? ' ' : '';
  const after = /[\w"(]/.test(text.charAt(end)) ? ' ' : '';
  return `${before}${word}${after}`;
}

function repairMalformed(token: IToken, span: Span, report: Report): void {
  const malformation: Malformation = explainMalformed(token.image, span);
  const { fix, habit } = malformation;
  report(span, malformation.message, {
    ...(fix !== undefined && { fix: { span, newText: fix } }),
    ...(habit !== undefined && { habit }),
  });
  if (malformation.literal !== undefined) token.payload = malformation.literal;
  if (malformation.word !== undefined) token.image = malformation.word;
  retype(token, malformation.type);
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
}

function reportForeignComment(comment: IToken, source: SourceFile, report: Report): void {
  const span = tokenSpan(comment, source);
  const oneLine = comment.image.startsWith('//');
  const fix = oneLine ? { fix: { span: { ...span, end: span.start + 2 }, newText: '#' } } : {};
  report(span, messages['foreign-comment']({ start: oneLine ? '//' : '/*' }), fix);
}
