// Chevrotain builds an error text where parsing failed. Ours is not for people: it carries, NUL-separated, what could have
// stood there, and syntax-errors.ts makes the diagnostic from it.

import type { IParserErrorMessageProvider, TokenType } from 'chevrotain';

/** What the parser could have gone on with. */
export interface Expectation {
  /** Grammar rule that failed. */
  readonly rule: string;
  /** Names of the token types that could start what was expected. */
  readonly tokens: readonly string[];
}

/** Writes an `Expectation` into the parser's exceptions. */
export const expectationProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => encode(ruleName, [expected]),
  buildNotAllInputParsedMessage: ({ ruleName }) => encode(ruleName, []),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, ruleName }) =>
    encode(ruleName, firstTokens(expectedPathsPerAlt.flat())),
  buildEarlyExitMessage: ({ expectedIterationPaths, ruleName }) =>
    encode(ruleName, firstTokens(expectedIterationPaths)),
};

/** Reads it back. */
export function decodeExpectation(message: string): Expectation {
  const [rule = '', ...tokens] = message.split('\u0000');
  return { rule, tokens };
}

function firstTokens(paths: readonly TokenType[][]): TokenType[] {
  return [...new Set(paths.flatMap((path) => path.slice(0, 1)))];
}

function encode(rule: string, tokens: readonly TokenType[]): string {
  return [rule, ...tokens.map((token) => token.name)].join('\u0000');
}
