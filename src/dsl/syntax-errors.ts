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
import { findKeyword, LeftBrace, RightBrace, VOCABULARY } from './tokens.ts';
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

/** What can be pasted where a rule found nothing. */
const RULE_HELP: Readonly<Record<string, string>> = {
  addressKind: 'write `cluster-ip`, `external-ip` or `load-balancer-ip`',
  statement: 'a statement starts with a word such as `range`, `peer` or `filter`',
  address: 'write for example `192.0.2.1`',
  addressOrObject: 'write for example `192.0.2.1`, or `label "example.org/router-id"` where each node has its own',
  peerAddress: 'write for example `address 192.0.2.1`',
  asn: 'write for example `64500`',
  asSetting: 'write for example `64500`, `internal` or `external`',
  speakerAs: 'write for example `64512`',
  prefix: 'write for example `198.51.100.0/24`',
  paths: 'write for example `shop/checkout`, or `shop/*` for a namespace',
  community: 'write for example `64512:100`',
  durationOrOff: 'write for example `30s`',
};

/** What a condition may look like, by the statement it stands in. */
const CONDITION_HELP: Readonly<Record<string, string>> = {
  filter: 'a condition is for example `range == vips`, `prefix in 198.51.100.0/24` or `aggregate`',
  exclude: 'a condition is for example `label "tier" == "edge"`',
  service: 'a condition is for example `label "tier" == "edge"` or `traffic-policy == local`',
  peer: 'a condition is for example `label "rack" == "a1"`',
  template: 'a condition is for example `label "rack" == "a1"`',
};

/** How a statement with a block is written. */
const BLOCK_HELP: Readonly<Record<string, string>> = {
  speaker: 'write `speaker { … }`',
  service: 'write `service NAMESPACE/NAME { … }`, with `where` and a condition before the block if you like',
  filter: 'write `filter NAME { … }`, with rules such as `accept if range == vips` in the block',
  template: 'write `template NAME { … }`',
  peer: 'write `peer NAME { … }`, or `peer NAME from TEMPLATE { … }`',
  guard: 'write `guard { … }`',
  test: 'write `test "NAME" { … }`',
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
      help: helpFor(expectation, wordOf(tokens[0])),
      found: isEnd(token) ? end : describe(token),
    }),
  );
}

/** The word that a token stands for, which repairs may have put in the place of another one. */
export function wordOf(token: IToken | undefined): string {
  return token === undefined ? '' : (/^'(.+)'$/.exec(token.tokenType.name)?.[1] ?? token.image);
}

function helpFor({ rule, whole, tokens }: Expectation, statement: string): string | undefined {
  if (tokens.length === 1 && tokens[0] === LeftBrace.name) return textFor(BLOCK_HELP, statement);
  if (!whole) return undefined;
  return rule === 'term' || rule === 'negation' ? textFor(CONDITION_HELP, statement) : textFor(RULE_HELP, rule);
}

function textFor(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
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
