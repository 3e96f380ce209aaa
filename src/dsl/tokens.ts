// The words and shapes of the language: one table, from which the parser and the editors' highlighting are made.
// The first token type that matches counts, not the longest match, so the order of `LEXED_TOKENS` is the rule.
// A literal matches only if no letter, digit or literal character follows; what is left over is one `Malformed` token.

import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import { WELL_KNOWN_COMMUNITIES } from './community.ts';

/** Words with a fixed meaning where a value or a reference stands; no name may be one of them. */
export const RESERVED_WORDS = [
  ...['all', 'nothing', 'every', 'no', 'node', 'where', 'when', 'off', 'on', 'none', 'self', 'keep', 'auto'],
  ...['gateway', 'internal', 'external', 'label', 'annotation', 'interface', 'except', 'for', 'exact', 'aggregate'],
  ...['default', 'prefix', 'service', 'and', 'or', 'not', 'in', 'matches', 'if', 'then', 'local', 'remote'],
  ...['ipv4', 'ipv6', 'ebgp', 'ibgp', 'no-export', 'no-advertise', 'no-export-subconfed', 'no-peer'],
  ...['graceful-shutdown', 'blackhole', 'llgr-stale', 'no-llgr', 'accept-own'],
] as const;

/** Words that mean something in one place and are ordinary names everywhere else. */
export const PLAIN_KEYWORDS = [
  ...['accept', 'add-paths', 'address', 'advertise', 'advertise-delay', 'advertises', 'algorithm', 'all-nodes'],
  ...['allow-local-as', 'as', 'as-path', 'authentication', 'bfd', 'block', 'calico', 'class', 'cluster', 'cluster-ip'],
  ...['community', 'confirm', 'connect-retry', 'cordoned', 'description', 'disable', 'drop', 'endpoint'],
  ...['endpoint-nodes', 'endpoints', 'env', 'exclude', 'exclude-label', 'expect', 'export', 'export-limit'],
  ...['extended-next-hop', 'external-ip', 'family', 'file', 'filter', 'from', 'graceful-restart', 'guard'],
  ...['hold-time', 'http', 'import', 'import-limit', 'include', 'install', 'internal-traffic-policy', 'interval'],
  ...['keepalive', 'key', 'key-id', 'kind', 'length', 'let', 'limit', 'listen', 'load-balancer-ip', 'local-as'],
  ...['local-pref', 'long-lived-graceful-restart', 'loop-protection', 'max-routes', 'max-withdraw', 'md5', 'med'],
  ...['multihop', 'multiplier', 'name', 'namespace', 'next-hop', 'nodes', 'passive', 'password', 'peer'],
  ...['peer-type', 'port', 'prefixes', 'prepend', 'range', 'ready', 'ready-or-last', 'reject', 'remove', 'require'],
  ...['restart', 'role', 'router-id', 'routes', 'secret', 'services', 'serving', 'source', 'speaker', 'starts'],
  ...['taint', 'tcp-ao', 'template', 'test', 'to', 'traffic-policy', 'transit', 'ttl-security', 'type', 'update'],
  ...['use', 'used', 'wait-for', 'warn', 'with', 'withholds', 'within', 'zone'],
] as const;

/** Any word the grammar knows. */
export type Keyword = (typeof RESERVED_WORDS)[number] | (typeof PLAIN_KEYWORDS)[number];

// Categories

/** What may be declared: an identifier, `AS64512`, or any keyword; reserved words are refused by a check. */
export const NameToken = createToken({ name: 'Name', pattern: Lexer.NA, label: 'a name' });
/** What may be referred to: an identifier, `AS64512`, a keyword that is not reserved, or a string. */
export const RefToken = createToken({ name: 'Ref', pattern: Lexer.NA, label: 'a name' });
/** A well-known community. */
export const WellKnownToken = createToken({ name: 'WellKnown', pattern: Lexer.NA, label: 'a community' });

// Trivia

export const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /[ \t\r\n\f\v]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const Comment = createToken({ name: 'Comment', pattern: /#[^\n\r]*/, group: 'comments' });
/** A comment in the style of other languages. */
export const ForeignComment = createToken({
  name: 'ForeignComment',
  pattern: /\/\/[^\n\r]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//,
  group: 'foreignComments',
  line_breaks: true,
});

// Literals

export const StringToken = createToken({
  name: 'String',
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"/,
  label: 'a string',
  categories: [RefToken],
});
/** A string in the style of other languages. */
export const SingleQuoted = createToken({ name: 'SingleQuoted', pattern: /'[^'\n\r]*'/ });
export const UnclosedString = createToken({ name: 'UnclosedString', pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*\\?/ });

const END = '(?![A-Za-z0-9_.:/%*-])';
const HEX = '[0-9A-Fa-f]';
// Two colons in a row, or exactly seven colons: the only texts that are IPv6 (so never a community).
const IPV6 = `(?=${HEX}*:(?:${HEX}+:)*:|:(?::|${HEX})|(?:${HEX}+:){7}${HEX})[0-9A-Fa-f:]+(?:\\d+\\.\\d+\\.\\d+\\.\\d+)?(?:%[A-Za-z0-9_.-]+)?`;
const IPV4 = '\\d+\\.\\d+\\.\\d+\\.\\d+';

export const Prefix6 = literal('Prefix6', `${IPV6}/\\d+`, 'a prefix');
export const Address6 = literal('Address6', IPV6, 'an address');
export const Prefix4 = literal('Prefix4', `${IPV4}/\\d+`, 'a prefix');
export const Address4 = literal('Address4', IPV4, 'an address');
export const ExtendedCommunity = literal('ExtendedCommunity', '(?:rt|ro|generic):\\d+:\\d+', 'a community');
export const LargeCommunity = literal('LargeCommunity', '\\d+:\\d+:\\d+', 'a community');
export const StandardCommunity = literal('StandardCommunity', '\\d+:\\d+', 'a community');
export const Path = literal('Path', '[A-Za-z0-9*][A-Za-z0-9*-]*/[A-Za-z0-9*][A-Za-z0-9*-]*', 'a service path');
export const AsDot = literal('AsDot', '\\d+\\.\\d+', 'an AS number');
export const Duration = literal('Duration', '\\d+(?:ms|s|m|h)', 'a duration');
export const Percent = literal('Percent', '\\d+%', 'a percentage');
export const Integer = literal('Integer', '\\d+', 'a number');
export const Length = literal('Length', '/\\d+', 'a block length such as `/27`');
export const AsNumber = createToken({
  name: 'AsNumber',
  pattern: new RegExp(`[Aa][Ss]\\d+${END}`),
  label: 'an AS number',
  categories: [NameToken, RefToken],
});

// Words. Keywords are recognised by their text after an identifier was matched, so `as-path` is never `as`.

export const Identifier = createToken({
  name: 'Identifier',
  pattern: new RegExp(`[A-Za-z][A-Za-z0-9_-]*${END}`),
  label: 'a name',
  categories: [NameToken, RefToken],
});

// Punctuation

export const LeftBrace = createToken({ name: 'LeftBrace', pattern: '{', label: '`{`' });
export const RightBrace = createToken({ name: 'RightBrace', pattern: '}', label: '`}`' });
export const LeftParenthesis = createToken({ name: 'LeftParenthesis', pattern: '(', label: '`(`' });
export const RightParenthesis = createToken({ name: 'RightParenthesis', pattern: ')', label: '`)`' });
export const Comma = createToken({ name: 'Comma', pattern: ',', label: '`,`' });
export const EqualEqual = createToken({ name: 'EqualEqual', pattern: '==', label: '`==`' });
export const NotEqual = createToken({ name: 'NotEqual', pattern: '!=', label: '`!=`' });
export const LessEqual = createToken({ name: 'LessEqual', pattern: '<=', label: '`<=`' });
export const GreaterEqual = createToken({ name: 'GreaterEqual', pattern: '>=', label: '`>=`' });
export const Less = createToken({ name: 'Less', pattern: '<', label: '`<`' });
export const Greater = createToken({ name: 'Greater', pattern: '>', label: '`>`' });
export const Equal = createToken({ name: 'Equal', pattern: '=', label: '`=`' });

// What is no token of the language, kept whole so that it is one mistake

/** A run of literal characters that is no literal: `10.0.0.0/8x`, `1h30m`, `calico.filter`. */
export const Malformed = createToken({ name: 'Malformed', pattern: /[A-Za-z0-9_.:/%*-]+/ });
/** Any other character; several of one kind in a row are one mistake. */
export const Unknown = createToken({ name: 'Unknown', pattern: /&&|\|\||[\u0080-\uffff]+|[\x00-\x7f]/ });

const RESERVED: ReadonlySet<string> = new Set(RESERVED_WORDS);

const KEYWORD_TOKENS: ReadonlyMap<string, TokenType> = new Map(
  [...RESERVED_WORDS, ...PLAIN_KEYWORDS].map((word) => [word, keywordToken(word)]),
);

/** Literals that are one run of characters, the special before the general. */
export const LITERAL_TOKENS: readonly TokenType[] = [
  ...[Prefix6, Address6, Prefix4, Address4, ExtendedCommunity, LargeCommunity, StandardCommunity],
  ...[Path, AsDot, Duration, Percent, Integer, Length],
];

/** All token types of the text; the first that matches counts. */
export const LEXED_TOKENS: TokenType[] = [
  ...[WhiteSpace, Comment, ForeignComment, StringToken, SingleQuoted, UnclosedString],
  ...LITERAL_TOKENS,
  ...[AsNumber, Identifier],
  ...[LeftBrace, RightBrace, LeftParenthesis, RightParenthesis, Comma],
  ...[EqualEqual, NotEqual, LessEqual, GreaterEqual, Less, Greater, Equal, Malformed, Unknown],
];

/** Every token type the parser may see. */
export const VOCABULARY: TokenType[] = [
  ...LEXED_TOKENS,
  ...[NameToken, RefToken, WellKnownToken],
  ...KEYWORD_TOKENS.values(),
];

/** The token type of a keyword. */
export function keyword(word: Keyword): TokenType {
  return KEYWORD_TOKENS.get(word) ?? Identifier;
}

/** The keyword's token type if the text is one. */
export function findKeyword(text: string): TokenType | undefined {
  return KEYWORD_TOKENS.get(text);
}

/** The word that a token stands for, which repairs may have put in the place of another one. */
export function tokenWord(token: IToken | undefined): string {
  return token === undefined ? '' : (/^'(.+)'$/.exec(token.tokenType.name)?.[1] ?? token.image);
}

/** True for a word that no name may be. */
export function isReserved(text: string): boolean {
  return RESERVED.has(text);
}

function literal(name: string, pattern: string, label: string): TokenType {
  return createToken({ name, pattern: new RegExp(pattern + END), label });
}

function keywordToken(word: Keyword): TokenType {
  const categories = RESERVED.has(word) ? [NameToken] : [NameToken, RefToken];
  if (word in WELL_KNOWN_COMMUNITIES) categories.push(WellKnownToken);
  // The name must differ from every grammar rule's.
  const type = createToken({ name: `'${word}'`, pattern: Lexer.NA, label: `\`${word}\`` });
  // Not given to `createToken`, which goes through all words of a category for each new one. The parser does it once.
  type.CATEGORIES = categories;
  return type;
}
