// Where parsing failed, and how tokens are changed so that it can go on.

import { createTokenInstance, type IToken, type TokenType } from 'chevrotain';
import type { Literal } from '../ast.ts';
import type { Block } from '../blocks.ts';
import { tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import type { Report } from '../report.ts';
import type { SourceFile } from '../source-file.ts';
import type { Span } from '../span.ts';
import { describe, expectedPhrases } from '../syntax-errors.ts';
import type { Expectation } from '../syntax-expectation.ts';
import { findKeyword } from '../tokens.ts';

/** One failure of the parser. */
export interface Failure {
  /** The token that did not fit; without a place at the end of the statement. */
  readonly token: IToken;
  /** Its index, or the number of tokens at the end. */
  readonly index: number;
  readonly tokens: readonly IToken[];
  readonly source: SourceFile;
  readonly report: Report;
  /** The block whose next item was read, if that is where it failed. */
  readonly block: Block | undefined;
  readonly expectation: Expectation;
}

/** A way to explain a failure: tokens to change, `reported` where nothing can be changed, undefined if it does not apply. */
export type Repair = (failure: Failure) => TokenEdit | 'reported' | undefined;

/** Tokens to put in the place of others. */
export interface TokenEdit {
  readonly index: number;
  readonly remove: number;
  readonly insert: readonly IToken[];
}

/** Reports `expected …, found …` at the token, with help and, if there is one, the text that repairs it. */
export function reportUnexpected(failure: Failure, help: string, newText?: string, guess?: 'guess'): void {
  const span = spanOfToken(failure);
  const params = { expected: expectedPhrases(failure.expectation), found: describe(failure.token), help };
  const message = messages['syntax-error'](params);
  if (newText === undefined) failure.report(span, message);
  else failure.report(span, message, { fix: { span, newText, ...(guess === 'guess' && { guess: true }) } });
}

/** The span of the token that did not fit. */
export function spanOfToken({ token, source }: Failure): Span {
  return tokenSpan(token, source);
}

/** True if a token of the type could have stood there. */
export function isExpected(failure: Failure, type: TokenType): boolean {
  return failure.expectation.tokens.includes(type.name);
}

/** Puts other tokens in the place of the one that did not fit. */
export function replaceToken({ index }: Failure, ...insert: readonly IToken[]): TokenEdit {
  return { index, remove: 1, insert };
}

/** A keyword in the place of another text, which keeps its length so that spans stay true. */
export function keywordToken(word: string, offset: number, image = word): IToken | undefined {
  const type = findKeyword(word);
  return type === undefined ? undefined : newToken(type, image, offset);
}

/** A token that the text does not have. */
export function newToken(type: TokenType, image: string, offset: number, payload?: Literal): IToken {
  const token = createTokenInstance(type, image, offset, offset + image.length - 1, 0, 0, 0, 0);
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
  if (payload !== undefined) token.payload = payload;
  return token;
}
