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

/** More mistakes than this in one statement are not looked for: nobody reads them, and each costs time. */
const MAX_MISTAKES = 200;

/** Thrown out of the parser; the errors found until then are in it. */
export class TooManyMistakes extends Error {}

/** Writes an `Expectation` into the parser's exceptions. `mistakes` counts them since the last reset. */
export function createExpectationProvider(mistakes: { count: number }): IParserErrorMessageProvider {
  const counted = (text: string) => {
    if (++mistakes.count > MAX_MISTAKES) throw new TooManyMistakes();
    return text;
  };
  return {
    buildMismatchTokenMessage: ({ expected, ruleName }) => counted(encode(ruleName, false, [expected])),
    buildNotAllInputParsedMessage: ({ ruleName }) => encode(ruleName, false, []),
    buildNoViableAltMessage: ({ expectedPathsPerAlt, ruleName }) =>
      counted(encode(ruleName, true, firstTokens(expectedPathsPerAlt.flat()))),
    buildEarlyExitMessage: ({ expectedIterationPaths, ruleName }) =>
      counted(encode(ruleName, true, firstTokens(expectedIterationPaths))),
  };
}

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
