// Chevrotain builds an error text where parsing failed. Ours is not for people: it carries, NUL-separated, what could have
// stood there, and syntax-errors.ts makes the diagnostic from it.

import type { IParserErrorMessageProvider, TokenType } from 'chevrotain';

/** What the parser could have gone on with. */
export interface Expectation {
  /** Grammar rule that failed. */
  readonly rule: string;
  /** True where nothing of what the rule stands for was found, rather than one token inside it. */
  readonly whole: boolean;
  /** Names of the token types that could start what was expected. */
  readonly tokens: readonly string[];
}

/** Writes an `Expectation` into the parser's exceptions. */
export const expectationProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => encode(ruleName, false, [expected]),
  buildNotAllInputParsedMessage: ({ ruleName }) => encode(ruleName, false, []),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, ruleName }) =>
    encode(ruleName, true, firstTokens(expectedPathsPerAlt.flat())),
  buildEarlyExitMessage: ({ expectedIterationPaths, ruleName }) =>
    encode(ruleName, true, firstTokens(expectedIterationPaths)),
};

/** Reads it back. */
export function decodeExpectation(message: string): Expectation {
  const [rule = '', whole, ...tokens] = message.split('\u0000');
  return { rule, whole: whole === 'whole', tokens };
}

function firstTokens(paths: readonly TokenType[][]): TokenType[] {
  return [...new Set(paths.flatMap((path) => path.slice(0, 1)))];
}

function encode(rule: string, whole: boolean, tokens: readonly TokenType[]): string {
  return [rule, whole ? 'whole' : 'part', ...tokens.map((token) => token.name)].join('\u0000');
}
