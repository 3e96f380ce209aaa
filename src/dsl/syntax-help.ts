// What can be written where parsing failed and no repair is known: an example of what was expected, else the form of the
// setting or statement that was begun.

import type { IToken } from 'chevrotain';
import { itemRuleOf } from './blocks.ts';
import type { Expectation } from './syntax-expectation.ts';
import { LeftBrace, tokenWord } from './tokens.ts';
import { wordDoc } from './word-docs.ts';

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
  communities: 'write for example `64512:100`',
  durationOrOff: 'write for example `30s`',
  let: 'write for example `64512`, `64512:100`, `198.51.100.0/24` or `"edge"`',
  communitySet: 'write for example `64512:100`',
  asns: 'write for example `64500`',
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

/** A line of help for a token that did not fit; `tokens` are those of its statement. */
export function syntaxHelp(expectation: Expectation, token: IToken, tokens: readonly IToken[]): string | undefined {
  const { rule, whole } = expectation;
  const statement = tokenWord(tokens[0]);
  if (/^(?:exists|present)$/.test(token.image)) return 'leave it out: `label "k"` alone asks whether it is there';
  if (expectation.tokens.length === 1 && expectation.tokens[0] === LeftBrace.name)
    return textFor(BLOCK_HELP, statement);
  const example =
    rule === 'term' || rule === 'negation' ? textFor(CONDITION_HELP, statement) : textFor(RULE_HELP, rule);
  if (whole && example !== undefined) return example;
  const found = tokens.indexOf(token);
  return formOf(found < 0 ? tokens : tokens.slice(0, found));
}

/** How the item is written that the last of the tokens belong to. */
function formOf(before: readonly IToken[]): string | undefined {
  const statement = tokenWord(before[0]);
  const brace = before.findLastIndex(({ tokenType }) => tokenType === LeftBrace);
  const rule = brace < 0 ? 'statement' : itemRuleOf(statement);
  if (rule === undefined) return undefined;
  const words = brace < 0 ? [statement] : before.slice(brace + 1).map(tokenWord);
  const word = words.findLast((candidate) => wordDoc(rule, candidate) !== undefined);
  const syntax = word === undefined ? undefined : wordDoc(rule, word)?.syntax;
  return syntax === undefined ? undefined : `the form is \`${syntax}\``;
}

function textFor(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}
