// Parser exceptions → diagnostics. Chevrotain says which rule failed, at which token, and what could have stood there;
// here that becomes words of the language. Positions are repaired: the end of input and tokens that recovery added have
// none, so such errors point behind the last token.

import { type IRecognitionException, type IToken, MismatchedTokenException, NoViableAltException } from 'chevrotain';
import { blockOfRule } from './blocks.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import type { Span } from './span.ts';
import { decodeExpectation, type Expectation } from './syntax-expectation.ts';
import { syntaxHelp } from './syntax-help.ts';
import { findKeyword, RightBrace, VOCABULARY } from './tokens.ts';
import { article } from './wording.ts';

const LABELS = new Map(VOCABULARY.map((type) => [type.name, type.LABEL ?? `\`${type.name}\``]));

/** What a rule stands for, where a list of its tokens would say less. */
const RULE_PHRASES: Readonly<Record<string, string>> = {
  statement: 'a statement',
  prefix: 'a prefix',
  prefixes: 'a prefix',
  refs: 'a name',
  paths: 'a service path',
  communities: 'a community',
  prefixSet: 'a prefix or a list in parentheses',
  address: 'an address',
  asn: 'an AS number',
  asns: 'an AS number or a list in parentheses',
  community: 'a community',
  communitySet: 'a community or a list in parentheses',
  value: 'a value',
  let: 'a value',
  negation: 'a condition',
  term: 'a condition',
  addressKind: 'a kind of address',
  operand: 'a value',
  action: 'an action',
  thenActions: 'an action',
  peerAddress: 'an address',
  addressOrObject: 'an address',
  speakerAs: 'an AS number',
  asSetting: 'an AS number',
  durationOrOff: 'a duration or `off`',
  filters: 'a filter, `all` or `nothing`',
  toSetting: 'a peer, a template or `all`',
  nodes: 'a node or `where`',
};

/** Reports one parser exception; `tokens` is what was parsed, and `end` says in words what comes after them. */
export function reportSyntaxError(
  exception: IRecognitionException,
  tokens: readonly IToken[],
  source: SourceFile,
  report: Report,
  end: string,
): void {
  const expectation = decodeExpectation(exception.message);
  const token = exception.token;
  const span = spanOfProblem(token, previousToken(exception), tokens, source);
  report(
    span,
    messages['syntax-error']({
      expected: expectedPhrases(expectation),
      help: syntaxHelp(expectation, token, tokens),
      // Braces that were put in to go on have no text.
      found: isEnd(token) || token.image === '' ? end : describe(token),
    }),
  );
}

/** What could have stood there, in words. */
export function expectedPhrases({ rule, whole, tokens: names }: Expectation): readonly string[] {
  const phrase = whole ? RULE_PHRASES[rule] : undefined;
  if (phrase !== undefined) return [phrase];
  if (names.length === 0) return ['the end of the statement'];
  const labels = names.map((name) => LABELS.get(name) ?? name);
  const block = names.length === 1 && names[0] === RightBrace.name ? blockOfRule(rule) : undefined;
  return block === undefined
    ? [...new Set(labels)]
    : [`${article(block.item)} ${block.item} of ${block.phrase}`, ...labels];
}

/** True for the end of the tokens, which has no place. */
function isEnd(token: IToken): boolean {
  return !(token.startOffset >= 0);
}

/** How a token is named in a message. */
export function describe(token: IToken): string {
  if (isEnd(token)) return 'the end';
  const text = token.image.length > 40 ? `${token.image.slice(0, 39)}…` : token.image;
  return findKeyword(token.image) === undefined && /^"/.test(text) ? `the string \`${text}\`` : `\`${text}\``;
}

/** Chevrotain sets it on two kinds of exceptions only. */
function previousToken(exception: IRecognitionException): IToken | undefined {
  return exception instanceof MismatchedTokenException || exception instanceof NoViableAltException
    ? exception.previousToken
    : undefined;
}

function spanOfProblem(
  token: IToken,
  previous: IToken | undefined,
  tokens: readonly IToken[],
  source: SourceFile,
): Span {
  if (token.startOffset >= 0) {
    return { source, start: token.startOffset, end: token.startOffset + token.image.length };
  }
  const last = previous !== undefined && previous.startOffset >= 0 ? previous : tokens.at(-1);
  const end = last === undefined ? 0 : last.startOffset + last.image.length;
  return { source, start: end, end };
}
