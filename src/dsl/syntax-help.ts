// What can be written where parsing failed and no repair is known: an example of what was expected, else the form of the
// setting or statement that was begun.

import type { IToken } from 'chevrotain';
import { itemRuleOf } from './blocks.ts';
import type { Expectation } from './syntax-expectation.ts';
import { Duration, Identifier, Integer, LeftBrace, Percent, tokenWord } from './tokens.ts';
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

/** Word → what is often written behind it, and what to write instead. */
const HABITS: Readonly<Record<string, readonly (readonly [found: RegExp, help: string])[]>> = {
  nodes: [[/^(?:all|any|every|\*|\*\/\*)$/, 'leave `nodes` out: without it every node opens the session']],
  to: [
    [/^(?:nothing|none|nobody)$/, 'write `advertise nothing`'],
    [/^all$/, 'leave `to` out: without it any peer counts'],
  ],
  family: [
    [/^(?:all|any|both|dual-?stack)$/i, 'leave `family` out: without it both are carried'],
    [/^(?:v4|inet|ip|ip4)$/i, 'write `ipv4`'],
    [/^(?:v6|inet6|ip6)$/i, 'write `ipv6`'],
  ],
  export: [[/^(?:where|if|\{)$/, 'name a filter, which has the conditions: `filter to-fabric { accept if … }`']],
  import: [[/^(?:where|if|\{)$/, 'name a filter, which has the conditions: `filter from-fabric { accept if … }`']],
  advertise: [[/^(?:cluster-ip|external-ip|load-balancer-ip)$/, 'write what for, for example `advertise exact KIND`']],
  from: [
    [/^local$/, 'write `from endpoint-nodes`'],
    [/^(?:all|any|every|cluster)$/, 'write `from all-nodes`'],
    [/^[a-z]/, 'write for example `from nodes where name == "worker-1"`'],
  ],
  'loop-protection': [[/^(?:on|true|yes)$/, 'write `drop`, or `reject` to tell the sender']],
  'exclude-label': [
    [/^(?:true|yes)$/, 'write `on`'],
    [/^(?:false|no)$/, 'write `off`'],
  ],
  install: [[/^(?:all|kernel|on|true|yes)$/, 'write `routes`']],
  'next-hop': [[/^[\d:]/, 'an address stands in a filter: `accept then next-hop 192.0.2.1`']],
  listen: [[/^\d+$/, 'write for example `listen port 1790`']],
  'wait-for': [[/^"|^https$/, 'write for example `wait-for http "http://127.0.0.1:10256/healthz"`']],
  as: [[/^(?:ibgp|ebgp|iBGP|eBGP)$/, 'write `internal`, `external` or its number']],
  source: [[/^interface$/, 'write an address, or `label "k"` where each node has its own']],
  if: [
    [/^(?:true|always|any|all)$/, 'leave `if` out: a rule without it takes every route'],
    [/^(?:false|never)$/, 'leave the rule out'],
    [/^\d/, 'the field stands first, for example `length <= 24`'],
  ],
  or: [[/^[\d"A-Za-z]/, 'repeat the field and the operator, or write `in (…)`']],
  and: [[/^[\d"A-Za-z]/, 'repeat the field and the operator, or write `in (…)`']],
  limit: [[/^nodes?$/, 'write for example `limit 2 nodes`']],
};

/** A line of help for a token that did not fit; `tokens` are those of its statement. */
export function syntaxHelp(expectation: Expectation, token: IToken, tokens: readonly IToken[]): string | undefined {
  const { rule, whole } = expectation;
  const habits = HABITS[tokenWord(tokens[tokens.indexOf(token) - 1])] ?? [];
  const habit = habits.find(([found]) => found.test(token.image));
  if (habit !== undefined && token.startOffset >= 0) return habit[1];
  const statement = tokenWord(tokens[0]);
  if (/^(?:exists|present)$/.test(token.image)) return 'leave it out: `label "k"` alone asks whether it is there';
  if (expectation.tokens.length === 1 && expectation.tokens[0] === LeftBrace.name)
    return textFor(BLOCK_HELP, statement);
  const example =
    rule === 'term' || rule === 'negation' ? textFor(CONDITION_HELP, statement) : textFor(RULE_HELP, rule);
  if (whole && example !== undefined) return example;
  const literal = LITERALS.find(({ type }) => expectation.tokens.length === 1 && expectation.tokens[0] === type.name);
  if (literal !== undefined && token.tokenType === Identifier)
    return `write ${literal.what} itself: here a name cannot stand for it`;
  const found = tokens.indexOf(token);
  return formOf(found < 0 ? tokens : tokens.slice(0, found));
}

/** What is always written out. */
const LITERALS = [
  { type: Integer, what: 'the number' },
  { type: Duration, what: 'the duration' },
  { type: Percent, what: 'the share' },
];

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
