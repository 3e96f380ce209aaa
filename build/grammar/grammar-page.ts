// The page docs/grammar.md and its diagrams, from the parser's own grammar.

import { renderRule, spellToken } from './ebnf.ts';
import { type Grammar, type Piece, readGrammar, rulesIn, spellRule } from './productions.ts';
import { renderDiagram } from './railroad.ts';

/** Token → what it is and an example. */
const TOKENS: Readonly<Record<string, readonly [string, string]>> = {
  Name: ['any word that is declared: an identifier, `AS64512`, or a keyword that is not reserved', '`tor-a`'],
  Ref: ['a name that is used: the same, or a string for names that are no identifiers', '`tor-a`, `"calico.filter"`'],
  String: ['text in double quotes', '`"worker-1"`'],
  Integer: ['a whole number', '`64512`'],
  AsDot: ['a 32-bit AS number in two halves', '`4.10`'],
  Address4: ['an IPv4 address', '`192.0.2.1`'],
  Address6: ['an IPv6 address', '`2001:db8::1`'],
  Prefix4: ['an IPv4 prefix', '`198.51.100.0/24`'],
  Prefix6: ['an IPv6 prefix', '`2001:db8::/32`'],
  StandardCommunity: ['two 16-bit numbers', '`64512:100`'],
  LargeCommunity: ['three 32-bit numbers', '`64512:1:2`'],
  ExtendedCommunity: ['`rt`, `ro` or `generic`, and two numbers', '`rt:64512:100`'],
  WellKnown: ['a community that has a name', '`no-export`'],
  Path: ['namespace and name of services, with `*` for any characters', '`shop/*`'],
  Length: ['a block length', '`/27`'],
  Duration: ['a number with `ms`, `s`, `m` or `h`', '`30s`'],
  Percent: ['a share', '`50%`'],
};

/** The files of the grammar, by path below docs/. */
export function grammarFiles(): ReadonlyMap<string, string> {
  const grammar = readGrammar();
  return new Map([
    ['grammar.md', renderPage(grammar)],
    ...[...grammar].map(([name, piece]) => [`grammar/${spellRule(name)}.svg`, renderDiagram(name, piece)] as const),
  ]);
}

function renderPage(grammar: Grammar): string {
  return `# Grammar

The grammar of the policy language, as its parser has it. What the parts mean stands in the [reference](language.md).
This page and its diagrams are generated: \`npm run test:update\` writes them, and a test fails while they are stale.

- In the diagrams a box with round corners is typed as it stands; other boxes are rules of this page, or, in capitals, tokens.
- In the text \`"word"\` is typed as it stands, \`[ … ]\` may be left out, \`{ … }\` may stand any number of times, and \`|\` separates
  alternatives.
- White space and comments may stand between any two tokens, and mean nothing.
- Checks behind the grammar refuse more: see [diagnostics](diagnostics.md).

Rules: ${[...grammar.keys()].map(linkTo).join(', ')}.

## Tokens

| token | what it is | example |
|---|---|---|
${tokenRows(grammar).join('\n')}

## Rules

${[...grammar].map(([name, piece]) => renderSection(name, piece, usersOf(name, grammar))).join('\n')}`;
}

function renderSection(name: string, piece: Piece, users: readonly string[]): string {
  const title = spellRule(name);
  const lines = [
    `### ${title}`,
    `![diagram of ${title}](grammar/${title}.svg)`,
    `\`\`\`ebnf\n${renderRule(name, piece)}\n\`\`\``,
    ...linkLine('Uses', rulesIn(piece)),
    ...linkLine('Used by', users),
  ];
  return `${lines.join('\n\n')}\n`;
}

function linkLine(word: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${word} ${[...new Set(names)].map(linkTo).join(', ')}.`];
}

function linkTo(name: string): string {
  return `[${spellRule(name)}](#${spellRule(name)})`;
}

function usersOf(name: string, grammar: Grammar): readonly string[] {
  return [...grammar].flatMap(([user, piece]) => (rulesIn(piece).includes(name) ? [user] : []));
}

/** A token that is new in the grammar has no text yet: that is an error, not a gap in the page. */
function tokenRows(grammar: Grammar): readonly string[] {
  const used = new Set([...grammar.values()].flatMap(tokensIn));
  const known = Object.keys(TOKENS).filter((name) => used.has(name));
  const unknown = [...used].filter((name) => !(name in TOKENS));
  if (unknown.length > 0) throw new Error(`the page says nothing about the tokens ${unknown.join(', ')}`);
  return known.map((name) => {
    const [what = '', example = ''] = TOKENS[name] ?? [];
    return `| \`${spellToken(name)}\` | ${what} | ${example} |`;
  });
}

function tokensIn(piece: Piece): readonly string[] {
  switch (piece.kind) {
    case 'token':
      return [piece.name];
    case 'sequence':
      return piece.parts.flatMap(tokensIn);
    case 'choice':
      return piece.options.flatMap(tokensIn);
    case 'optional':
    case 'list':
      return tokensIn(piece.piece);
    default:
      return [];
  }
}
