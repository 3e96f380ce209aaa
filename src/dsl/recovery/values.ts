// Values in a form of another place or another language: the message shows the form that is taken here.

import type { IToken } from 'chevrotain';
import { literalOf, tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { isSingleAddress } from '../prefix.ts';
import { spanText } from '../span.ts';
import {
  Address4,
  Address6,
  AsDot,
  AsNumber,
  Duration,
  Identifier,
  Integer,
  keyword,
  LeftBrace,
  Length,
  Path,
  Percent,
  Prefix4,
  RightBrace,
  StandardCommunity,
  StringToken,
} from '../tokens.ts';
import {
  type Failure,
  isExpected,
  keywordToken,
  newToken,
  type Repair,
  replaceToken,
  reportUnexpected,
  spanOfToken,
} from './failure.ts';
import { isFirstOnLine } from './segments.ts';

/** `aggregate/27` reads as a path. */
export const repairLength: Repair = (failure) => {
  const { token, report } = failure;
  const [, word = '', length = ''] = /^([a-z-]+)(\/\d+)$/.exec(token.image) ?? [];
  if (token.tokenType !== Path || word !== 'aggregate') return undefined;
  const span = spanOfToken(failure);
  const meant = `${word} ${length}`;
  report(span, messages['missing-space']({ text: token.image, meant }), { fix: { span, newText: meant } });
  const start = token.startOffset + word.length;
  const value = { kind: 'length', value: Number(length.slice(1)), span: { ...span, start } } as const;
  const first = keywordToken(word, token.startOffset);
  return replaceToken(failure, ...(first === undefined ? [] : [first]), newToken(Length, length, start, value));
};

/** `10/8` reads as a path as well. */
export const repairShortPrefix: Repair = (failure) => {
  const { token, report } = failure;
  const [, first, length] = /^(\d+)\/(\d+)$/.exec(token.image) ?? [];
  if (token.tokenType !== Path || first === undefined || !isExpected(failure, Prefix4)) return undefined;
  const help = `write all four parts: \`${first}.0.0.0/${length}\``;
  const params = { text: token.image, reason: 'an IPv4 address has four parts', help };
  report(spanOfToken(failure), messages['malformed-literal'](params));
  return replaceToken(failure, newToken(Prefix4, token.image, token.startOffset));
};

/** `address 192.0.2.1/32`: a prefix where one address is meant. */
export const repairAddress: Repair = (failure) => {
  const { token } = failure;
  const literal = literalOf(token);
  if (literal?.kind !== 'prefix' || !isExpected(failure, Address4) || isExpected(failure, Prefix4)) return undefined;
  const [address = ''] = token.image.split('/');
  const isOne = literal.value === undefined || isSingleAddress(literal.value);
  reportUnexpected(failure, isOne ? `write \`${address}\`` : 'an address has no length', isOne ? address : undefined);
  const type = address.includes(':') ? Address6 : Address4;
  return replaceToken(failure, newToken(type, token.image, token.startOffset));
};

/** Units, and how they are called. */
const UNITS = [
  ['ms', /^(?:ms|msecs?|millis|milliseconds?)$/],
  ['s', /^(?:s|secs?|seconds?)$/],
  ['m', /^(?:m|mins?|minutes?)$/],
  ['h', /^(?:h|hrs?|hours?)$/],
] as const;

/** `hold-time 90`. */
export const repairDuration: Repair = (failure) => {
  const { token, tokens, index } = failure;
  if (token.tokenType !== Integer || !isExpected(failure, Duration)) return undefined;
  // Everybody counts the interval of BFD in milliseconds, and everything else in seconds.
  const [unit, name] = tokens[index - 1]?.image === 'interval' ? ['ms', 'milliseconds'] : ['s', 'seconds'];
  const meant = `${token.image}${unit}`;
  // Anything but a number was reported when it was read.
  const next = tokens[index + 1];
  const ownUnit = UNITS.find(([, words]) => words.test(next?.image ?? ''))?.[0];
  const apart = ownUnit === undefined ? undefined : `${token.image}${ownUnit}`;
  if (apart !== undefined) reportUnexpected(failure, `write \`${apart}\``);
  else if (/^\d+$/.test(token.image)) reportUnexpected(failure, `write \`${meant}\` for ${name}`, meant);
  const duration = newToken(Duration, token.image, token.startOffset);
  return { index, remove: apart === undefined ? 1 : 2, insert: [duration] };
};

/** `hold-time "9s"`: a value with quotes that is no text. */
export const repairQuotedValue: Repair = (failure) => {
  const { token } = failure;
  const literal = literalOf(token);
  if (literal?.kind !== 'string' || token.tokenType !== StringToken) return undefined;
  const [, type] =
    [[/^\d+(?:ms|s|m|h)$/, Duration] as const, [/^\d+$/, Integer] as const, [/^\d+%$/, Percent] as const].find(
      ([pattern, expected]) => pattern.test(literal.value) && isExpected(failure, expected),
    ) ?? [];
  if (type === undefined) return undefined;
  reportUnexpected(failure, `write \`${literal.value}\` without quotes`, literal.value);
  return replaceToken(failure, newToken(type, token.image, token.startOffset));
};

/** `50 %`. */
export const repairPercent: Repair = (failure) => {
  const { token, tokens, index, source } = failure;
  const number = tokens[index - 1];
  const literal = number && literalOf(number);
  if (!/^(?:%|percent|pct)$/.test(token.image) || number === undefined || literal?.kind !== 'integer') return undefined;
  reportUnexpected(failure, `write \`${number.image}%\``);
  const span = { ...tokenSpan(number, source), end: tokenSpan(token, source).end };
  const percent = { kind: 'percent', value: literal.value, span } as const;
  return { index: index - 1, remove: 2, insert: [newToken(Percent, number.image, number.startOffset, percent)] };
};

/** `community 64512.100`. */
export const repairDottedCommunity: Repair = (failure) => {
  const { token } = failure;
  if (token.tokenType !== AsDot || !isExpected(failure, StandardCommunity)) return undefined;
  const meant = token.image.replace('.', ':');
  reportUnexpected(failure, `write \`${meant}\``, meant, 'guess');
  return replaceToken(failure, newToken(StandardCommunity, token.image, token.startOffset));
};

// In a string, as the bundler writes characters of strings as ASCII, and leaves those of expressions.
const OTHER_QUOTES: ReadonlySet<string> = new Set('“”„‘’‚«»');

/** `label tier`: text without its quotes. */
export const repairQuotes: Repair = (failure) => {
  const { token } = failure;
  const onlyString = failure.expectation.tokens.length === 1 && isExpected(failure, StringToken);
  if (!onlyString || (token.tokenType !== Identifier && token.tokenType !== Path)) return undefined;
  const { index, source, report } = failure;
  const words = wordsOfText(failure);
  const span = { ...spanOfToken(failure), end: tokenSpan(words.at(-1) ?? token, source).end };
  const text = spanText(span);
  const meant = JSON.stringify(text);
  // Quotes of another kind around it are reported already.
  if (!OTHER_QUOTES.has(source.text.charAt(span.start - 1))) {
    const params = { expected: ['a string'], found: `\`${token.image}\``, help: `write \`${meant}\`` };
    report(spanOfToken(failure), messages['syntax-error'](params), { fix: { span, newText: meant } });
  }
  const value = { kind: 'string', value: text, span } as const;
  return { index, remove: words.length, insert: [newToken(StringToken, text, token.startOffset, value)] };
};

/** The words of a text without quotes: a description has several, up to the next setting or the end of the line. */
function wordsOfText({ token, tokens, index, source }: Failure): readonly IToken[] {
  if (tokens[index - 1]?.image !== 'description') return [token];
  const words = [token];
  for (const next of tokens.slice(index + 1)) {
    const isWord = next.tokenType === Identifier || next.tokenType === Integer;
    if (!isWord || isFirstOnLine(next, words.at(-1), source)) break;
    words.push(next);
  }
  return words;
}

/** A pattern between slashes, in the form of other languages. */
export const repairPattern: Repair = (failure) => {
  const { token, tokens, index } = failure;
  if (tokens[index - 1]?.image !== 'matches' || !isExpected(failure, StringToken)) return undefined;
  if (!token.image.startsWith('/') || !token.image.endsWith('/')) return undefined;
  reportUnexpected(failure, 'write a pattern with `*` for any characters, for example `"gpu-*"`');
  const value = { kind: 'string', value: '*', span: spanOfToken(failure) } as const;
  return replaceToken(failure, newToken(StringToken, token.image, token.startOffset, value));
};

/** `service "shop/checkout"` and `exclude services shop`: a path in the form of a name. */
export const repairPath: Repair = (failure) => {
  const { token } = failure;
  if (!isExpected(failure, Path)) return undefined;
  const literal = literalOf(token);
  const text = literal?.kind === 'string' ? literal.value : token.tokenType === Identifier ? token.image : undefined;
  if (text === undefined) return undefined;
  const path = /^[A-Za-z0-9*-]+\/[A-Za-z0-9*-]+$/.test(text) ? text : undefined;
  reportUnexpected(failure, path === undefined ? helpForPath(text) : `write \`${path}\``, path);
  const value = { kind: 'path', value: '*/*', span: spanOfToken(failure) } as const;
  return replaceToken(failure, newToken(Path, token.image, token.startOffset, value));
};

function helpForPath(text: string): string {
  if (/^\/+[^/]+\/[^/]+$/.test(text)) return `write \`${text.replace(/^\/+/, '')}\``;
  if (text.includes('/')) return 'a service path is `namespace/name`, of letters, digits, `-` and `*`';
  // The names that Kubernetes gives to services have the namespace last.
  const [, name, namespace] = /^([A-Za-z0-9-]+)\.([A-Za-z0-9-]+)$/.exec(text) ?? [];
  if (name !== undefined)
    return `write \`${namespace}/${name}\`, or \`${name}/${namespace}\`: the namespace stands first`;
  return `write \`${text}/*\` for a namespace, \`*/${text}\` for a name`;
}

/** `password "secret"`. */
export const repairPassword: Repair = (failure) => {
  const { token, tokens, index } = failure;
  if (tokens[index - 1]?.image !== 'password' || token.tokenType !== StringToken) return undefined;
  reportUnexpected(failure, 'a password never stands in a policy: write `env "VARIABLE"` or `file "PATH"`');
  const env = keywordToken('env', token.startOffset, '');
  return env === undefined ? 'reported' : replaceToken(failure, env, token);
};

/** `10.0.0.0/8{24,32}` of other languages is a condition of its own here. */
export const repairLengthBounds: Repair = (failure) => {
  const { token, tokens, index, block } = failure;
  const previous = tokens[index - 1];
  if (block?.itemRule !== 'filterRule' || token.tokenType !== LeftBrace || previous === undefined) return undefined;
  if (literalOf(previous)?.kind !== 'prefix') return undefined;
  const close = tokens.findIndex((other, at) => at > index && other.tokenType === RightBrace);
  const [low, high] = tokens.slice(index, close).flatMap(numberOf);
  if (close < 0 || low === undefined || high === undefined) return undefined;
  reportUnexpected(failure, `write \`and length >= ${low} and length <= ${high}\` behind the prefix`);
  return { index, remove: close - index + 1, insert: [] };
};

function numberOf(token: IToken): readonly number[] {
  const literal = literalOf(token);
  return literal?.kind === 'integer' ? [literal.value] : [];
}

/** `as-path == 64500`: of a path only its beginning is compared. */
export const repairAsPath: Repair = (failure) => {
  const { token, tokens, index, expectation } = failure;
  const isOnly = expectation.tokens.length === 1 && isExpected(failure, keyword('starts'));
  if (!isOnly || tokens[index - 1]?.image !== 'as-path') return undefined;
  const isNumber = isAsNumber(token);
  const starts = newToken(keyword('starts'), '', token.startOffset);
  const value = isNumber ? token : tokens[index + 1];
  const example = value !== undefined && isAsNumber(value) ? value.image : '64500';
  const newText = isNumber ? `starts ${token.image}` : 'starts';
  reportUnexpected(failure, `write \`as-path starts ${example}\``, newText, 'guess');
  return isNumber ? replaceToken(failure, starts, token) : replaceToken(failure, starts);
};

function isAsNumber({ tokenType }: IToken): boolean {
  return tokenType === Integer || tokenType === AsNumber;
}
