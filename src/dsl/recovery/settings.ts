// Settings and clauses in the form of another language: words too many, words apart, clauses in another place.

import { firstWords } from '../grammar/first-words.ts';
import { literalOf, tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { spanText } from '../span.ts';
import { expectedPhrases } from '../syntax-errors.ts';
import {
  Comma,
  Identifier,
  Integer,
  keyword,
  LeftParenthesis,
  Length,
  Path,
  RefToken,
  RightBrace,
  RightParenthesis,
  tokenWord,
} from '../tokens.ts';
import {
  type Failure,
  isExpected,
  keywordToken,
  newToken,
  type Repair,
  replaceToken,
  reportUnexpected,
} from './failure.ts';
import { endOfItem } from './rules.ts';
import { isFirstOnLine } from './segments.ts';

/** Words before a name → words that say again what it is the name of. */
const REPEATED: ReadonlyMap<string, RegExp> = new Map([
  ['export', /^(?:filters?|policy|route-map|prefix-list)$/],
  ['import', /^(?:filters?|policy|route-map|prefix-list)$/],
  ['to', /^(?:peers?|template|neighbor|group|peer-group)$/],
  ['from', /^(?:template|group|peer-group)$/],
]);

/** `export filter to-fabric`: the first word was taken for the name. */
export const repairRepeatedKind: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  const [before, word] = [tokens[index - 2], tokens[index - 1]];
  if (word === undefined || REPEATED.get(before?.image ?? '')?.test(word.image) !== true) return undefined;
  if (!/^[A-Za-z"]/.test(token.image) || isFirstOnLine(token, word, source)) return undefined;
  const span = tokenSpan(word, source);
  const params = { expected: ['a name'], found: `\`${word.image}\``, help: `remove \`${word.image}\`` };
  const fix = { span: { ...span, end: token.startOffset }, newText: '', guess: true } as const;
  report(span, messages['syntax-error'](params), { fix });
  return { index: index - 1, remove: 1, insert: [] };
};

/** `to (tor-a, tor-b)` and `exclude prefixes (P, P)`: a list outside of rules and conditions has no parentheses. */
export const repairParenthesizedNames: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  if (token.tokenType !== LeftParenthesis) return undefined;
  if (!isExpected(failure, RefToken) && !isExpected(failure, Path)) return undefined;
  if (!LIST_WORDS.test(tokens[index - 1]?.image ?? '')) return undefined;
  const close = tokens.findIndex(({ tokenType }, at) => at > index && tokenType === RightParenthesis);
  const [last] = tokens.slice(close, close + 1);
  if (close < 0 || last === undefined) return undefined;
  const inside = tokens.slice(index + 1, close);
  const meant = inside.map(({ image, tokenType }) => (tokenType === Comma ? ', ' : image)).join('');
  const span = tokenSpan(token, source);
  const whole = { ...span, end: tokenSpan(last, source).end };
  const params = { expected: expectedPhrases(failure.expectation), found: '`(`', help: `write \`${meant}\`` };
  report(span, messages['syntax-error'](params), { fix: { span: whole, newText: meant } });
  return { index, remove: close - index + 1, insert: inside };
};

const LIST_WORDS =
  /^(?:to|export|import|nodes|from|prefixes|services|except|for|cluster-ip|external-ip|load-balancer-ip)$/;

/** `to tor-a and tor-b`. */
export const repairNamesSeparator: Repair = (failure) => {
  const { token, tokens, index, block } = failure;
  const [previous, next] = [tokens[index - 1], tokens[index + 1]];
  if (block === undefined || !/^(?:and|or|&|\|)$/.test(token.image) || next?.tokenType !== Identifier) return undefined;
  if (previous === undefined || !/^[A-Za-z"]/.test(previous.image)) return undefined;
  const word = tokens.slice(0, index - 1).findLast(({ tokenType }) => tokenType !== Comma && tokenType !== Identifier);
  if (!/^(?:to|export|import|nodes)$/.test(word?.image ?? '')) return undefined;
  reportUnexpected(failure, 'names take commas', ',', 'guess');
  return replaceToken(failure, newToken(Comma, '', token.startOffset));
};

/** `hold time 9s`, `router id 192.0.2.1`: a setting is one word. */
export const repairWordsApart: Repair = (failure) => {
  const { token, tokens, index, block, source, report } = failure;
  const next = tokens[index + 1];
  if (block === undefined || next === undefined || !/^[A-Za-z]/.test(token.image)) return undefined;
  const known = firstWords(block.itemRule);
  const word = [`${token.image}-${next.image}`, `${token.image}${next.image}`].find((each) => known.includes(each));
  if (word === undefined || known.includes(token.image)) return undefined;
  const span = { ...tokenSpan(token, source), end: tokenSpan(next, source).end };
  const params = { text: `\`${spanText(span)}\``, known, near: word, block: block.phrase, item: block.item };
  report(span, messages['unknown-setting'](params), { fix: { span, newText: word } });
  const joined = keywordToken(word, token.startOffset, spanText(span));
  return { index, remove: 2, insert: joined === undefined ? [] : [joined] };
};

/** `no bfd`: a setting is turned off behind its word. */
export const repairNo: Repair = (failure) => {
  const { token, tokens, index, block, source, report } = failure;
  const next = tokens[index + 1];
  if (block === undefined || token.image !== 'no' || next === undefined) return undefined;
  const known = firstWords(block.itemRule);
  if (!known.includes(next.image)) return undefined;
  const span = { ...tokenSpan(token, source), end: tokenSpan(next, source).end };
  const advice = CAN_BE_OFF.has(next.image)
    ? `write \`${next.image} off\``
    : `leave it out: without \`${next.image}\` it has its default`;
  const params = { text: '`no`', known, near: undefined, advice, block: block.phrase, item: block.item };
  report(tokenSpan(token, source), messages['unknown-setting'](params), {
    ...(CAN_BE_OFF.has(next.image) && { fix: { span, newText: `${next.image} off`, guess: true } as const }),
  });
  const end = CAN_BE_OFF.has(next.image) ? index + 2 : endOfItem({ ...failure, index: index + 1 });
  return { index, remove: end - index, insert: [] };
};

const CAN_BE_OFF: ReadonlySet<string> = new Set([
  ...['bfd', 'multihop', 'ttl-security', 'passive', 'add-paths', 'extended-next-hop', 'transit', 'password', 'role'],
  ...['graceful-restart', 'long-lived-graceful-restart', 'import-limit', 'export-limit', 'allow-local-as'],
  ...['loop-protection', 'exclude-label', 'listen', 'limit'],
]);

/** `peer tor-a { … } from fabric`: the template stands before the block. */
export const repairLateTemplate: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const [previous, template] = [tokens[index - 1], tokens[index + 1]];
  const [peer, name] = tokens;
  if (token.image !== 'from' || previous?.tokenType !== RightBrace || template === undefined) return undefined;
  if (tokenWord(peer) !== 'peer' || peer === undefined || name === undefined) return undefined;
  reportUnexpected(failure, `write it before the block: \`peer ${name.image} from ${template.image} { … }\``);
  const insert = [peer, name, token, template, ...tokens.slice(2, index), ...tokens.slice(index + 2)];
  return { index: 0, remove: tokens.length, insert };
};

/** `exclude 10.0.0.0/8` and `exclude kube-system/*`: what is excluded has a word. */
export const repairExcludeKind: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const kind = literalOf(token)?.kind;
  if (tokenWord(tokens[0]) !== 'exclude' || index !== 1 || kind === undefined) return undefined;
  const word = kind === 'prefix' || kind === 'address' ? 'prefixes' : kind === 'path' ? 'services' : undefined;
  if (word === undefined) return undefined;
  reportUnexpected(failure, `write \`exclude ${word} ${token.image}\``, `${word} ${token.image}`);
  return { index, remove: 0, insert: [newToken(keyword(word), '', token.startOffset)] };
};

/** `aggregate 27`. */
export const repairBareLength: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const literal = literalOf(token);
  if (token.tokenType !== Integer || literal?.kind !== 'integer' || tokens[index - 1]?.image !== 'aggregate')
    return undefined;
  reportUnexpected(failure, `write \`/${token.image}\``, `/${token.image}`);
  const { value, span } = literal;
  return replaceToken(failure, newToken(Length, token.image, token.startOffset, { kind: 'length', value, span }));
};

/** `aggregate /27 if used` and `aggregate when-used`. */
export const repairWhenUsed: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const isApart = token.image === 'if' && tokens[index + 1]?.image === 'used';
  if (!isAggregate(failure) || (!isApart && token.image !== 'when-used' && token.image !== 'used')) return undefined;
  reportUnexpected(failure, 'write `when used`', isApart ? 'when' : 'when used');
  const words = isApart ? [keyword('when')] : [keyword('when'), keyword('used')];
  return replaceToken(failure, ...words.map((type) => newToken(type, '', token.startOffset)));
};

function isAggregate({ tokens, index }: Failure): boolean {
  const previous = tokens[index - 1];
  return previous?.image === 'aggregate' || previous?.tokenType === Length;
}

/** `- worker-1`: the first item of a list; the others have their commas. */
export const repairDash: Repair = ({ token, index }) =>
  token.tokenType === Comma && token.image === '-' ? { index, remove: 1, insert: [] } : undefined;
