// Conditions in the form of another language: operators that are words, fields that are called like functions, lists
// where one value stands.

import type { IToken, TokenType } from 'chevrotain';
import { firstWords } from '../grammar/first-words.ts';
import { literalOf, tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { spanText } from '../span.ts';
import { describe, expectedPhrases } from '../syntax-errors.ts';
import {
  EqualEqual,
  Greater,
  GreaterEqual,
  keyword,
  LeftParenthesis,
  Less,
  LessEqual,
  NotEqual,
  Path,
  RightParenthesis,
  StringToken,
} from '../tokens.ts';
import { type Failure, isExpected, newToken, type Repair, replaceToken, reportUnexpected } from './failure.ts';
import { isFirstOnLine } from './segments.ts';
import { isInCondition } from './words.ts';

/** Words and signs of other languages → the operator, and where it is a pattern its stars. */
const OPERATORS: ReadonlyMap<string, { readonly text: string; readonly type: TokenType; readonly glob?: string }> =
  new Map([
    ...['contains', 'includes', 'has'].map((word) => [word, matches('*_*')] as const),
    ...['like', 'regex', 'regexp', 'glob'].map((word) => [word, matches('_')] as const),
    ...['startswith', 'starts-with', 'starts'].map((word) => [word, matches('_*')] as const),
    ...['endswith', 'ends-with', 'ends'].map((word) => [word, matches('*_')] as const),
    ...['is', 'equals', 'equal', 'eq', ':'].map((word) => [word, { text: '==', type: EqualEqual }] as const),
    ...['ne', 'neq', 'differs'].map((word) => [word, { text: '!=', type: NotEqual }] as const),
    ['gt', { text: '>', type: Greater }],
    ...['ge', 'gte', 'atleast', 'at-least'].map((word) => [word, { text: '>=', type: GreaterEqual }] as const),
    ['lt', { text: '<', type: Less }],
    ...['le', 'lte', 'atmost', 'at-most'].map((word) => [word, { text: '<=', type: LessEqual }] as const),
  ]);

function matches(glob: string) {
  return { text: 'matches', type: keyword('matches'), glob };
}

/** `name contains "gpu"` and `range is vips`. */
export const repairOperatorWord: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const operator = OPERATORS.get(token.image.toLowerCase());
  if (operator === undefined || !isField(tokens[index - 1], tokens[index - 2])) return undefined;
  const operand = literalOf(tokens[index + 1] ?? token);
  const meant =
    operator.glob === undefined || operand?.kind !== 'string'
      ? operator.text
      : `${operator.text} ${JSON.stringify(operator.glob.replace('_', operand.value))}`;
  const isPattern = meant !== operator.text;
  reportThrough(failure, isPattern ? index + 1 : index, `write \`${meant}\``, meant);
  return replaceToken(failure, newToken(operator.type, token.image, token.startOffset));
};

/** `length between 24 and 28`. */
export const repairBetween: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const [field, low, and, high] = [tokens[index - 1], tokens[index + 1], tokens[index + 2], tokens[index + 3]];
  if (token.image !== 'between' || !isField(field, undefined) || and?.image !== 'and') return undefined;
  if (low === undefined || high === undefined) return undefined;
  const meant = `>= ${low.image} and ${field?.image} <= ${high.image}`;
  reportThrough(failure, index + 3, `write \`${field?.image} ${meant}\``, meant);
  return { index, remove: 4, insert: [newToken(GreaterEqual, '', token.startOffset), low] };
};

/** `zone "a"` and `range vips`: a field and its value without an operator. */
export const repairMissingOperator: Repair = (failure) => {
  const { token, tokens, index, source } = failure;
  const previous = tokens[index - 1];
  if (!isField(previous, tokens[index - 2]) || !isInCondition(failure) || isFirstOnLine(token, previous, source))
    return undefined;
  const isValue =
    /^["\w]/.test(token.image) && !/^(?:and|or|not|in|matches|then|accept|reject|update)$/.test(token.image);
  // Behind a key a word is something else: labels are text.
  if (isKeyed(tokens[index - 2]) && literalOf(token) === undefined) return undefined;
  if (!isValue) return undefined;
  reportThrough(failure, index, 'put `==` before it', `== ${spanText(tokenSpan(token, source))}`);
  return { index, remove: 0, insert: [newToken(EqualEqual, '', token.startOffset)] };
};

const FIELDS: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'type', 'class', 'traffic-policy', 'internal-traffic-policy', 'family', 'kind', 'zone'],
  ...['length', 'range', 'med', 'local-pref', 'source', 'peer-type', 'interface', 'prefix'],
]);

/** True if a field of a condition ends with the token. */
function isField(token: IToken | undefined, before: IToken | undefined): boolean {
  if (token === undefined) return false;
  return FIELDS.has(token.image) || (literalOf(token)?.kind === 'string' && isKeyed(before));
}

/** True for a field that a key follows. */
function isKeyed(token: IToken | undefined): boolean {
  return /^(?:label|annotation|taint)$/.test(token?.image ?? '');
}

/** `"rack" == "a"` and `labels.rack == "a"`: a label without its word. */
export const repairBareKey: Repair = (failure) => {
  const { token, expectation } = failure;
  const literal = literalOf(token);
  if (!['term', 'negation'].includes(expectation.rule) || literal?.kind !== 'string' || isExpected(failure, Path))
    return undefined;
  const [, of, key = literal.value] =
    /^(?:node\.|service\.|metadata\.)*(labels?|annotations?)\.(.+)$/.exec(literal.value) ?? [];
  const word = of?.startsWith('annotation') ? 'annotation' : 'label';
  const meant = `${word} ${JSON.stringify(key)}`;
  reportUnexpected(failure, `write \`${meant}\``, meant, 'guess');
  const text = newToken(StringToken, token.image, token.startOffset, { ...literal, value: key });
  return replaceToken(failure, newToken(keyword(word), '', token.startOffset), text);
};

/** `label("rack")`: a field is no function. */
export const repairCalledField: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const [key, close] = [tokens[index + 1], tokens[index + 2]];
  if (token.tokenType !== LeftParenthesis || !isKeyed(tokens[index - 1])) return undefined;
  if (key?.tokenType !== StringToken || close?.tokenType !== RightParenthesis) return undefined;
  reportThrough(failure, index + 2, `write \`${tokens[index - 1]?.image} ${key.image}\``, ` ${key.image}`);
  return { index, remove: 3, insert: [key] };
};

/** `community in (64512:1, 64512:2)`: a condition asks for one community. */
export const repairCommunityList: Repair = (failure) => {
  const { token, tokens, index, source } = failure;
  const word = tokens[index - 1];
  const open = token.tokenType === LeftParenthesis ? index : index + 1;
  if (word?.image !== 'community' || failure.expectation.rule === 'communitySet') return undefined;
  if (tokens[open]?.tokenType !== LeftParenthesis || (open > index && !/^(?:in|==)$/.test(token.image)))
    return undefined;
  const close = tokens.findIndex(({ tokenType }, at) => at > open && tokenType === RightParenthesis);
  const values = tokens
    .slice(open + 1, close)
    .filter((each) => literalOf(each) !== undefined || /^\w/.test(each.image));
  const [first] = values;
  if (close < 0 || first === undefined) return undefined;
  const meant = values.map((value) => `community ${spanText(tokenSpan(value, source))}`).join(' or ');
  reportUnexpected(failure, `write \`(${meant})\``);
  return { index, remove: close - index + 1, insert: [first] };
};

/** `prefix in range vips`: a range is a term of its own. */
export const repairPrefixInRange: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  const range = tokens[index - 1];
  const start = tokens.slice(0, index).findLastIndex(({ image }) => image === 'prefix');
  const words = tokens.slice(start, index).map(({ image }) => image);
  if (range === undefined || start < 0 || !/^prefix (?:not )?in range$/.test(words.join(' '))) return undefined;
  const operator = words.length === 4 ? '!=' : '==';
  const meant = `range ${operator} ${token.image}`;
  const span = { ...tokenSpan(range, source), end: tokenSpan(token, source).end };
  const params = { expected: ['a prefix'], found: `\`${spanText(span)}\``, help: `write \`${meant}\`` };
  const whole = { ...span, start: tokens[start]?.startOffset ?? span.start };
  report(span, messages['syntax-error'](params), { fix: { span: whole, newText: meant, guess: true } });
  const type = operator === '==' ? EqualEqual : NotEqual;
  return { index: start, remove: index - start, insert: [range, newToken(type, '', token.startOffset)] };
};

/** `exclude nodes if label "x"`, `accept when aggregate`: a condition behind the word of another place. */
export const repairConditionWord: Repair = (failure) => {
  const { token, tokens, index, block } = failure;
  const next = tokens[index + 1];
  const previous = tokens[index - 1]?.image ?? '';
  if (!/^(?:if|when|where)$/.test(token.image) || next === undefined) return undefined;
  if (!firstWords('condition').includes(next.image) && !/^(?:not|\()$/.test(next.image)) return undefined;
  const isRule = block?.itemRule === 'filterRule' && /^(?:accept|reject|update)$/.test(previous);
  const isPlace = isExpected(failure, keyword('where')) || /^(?:exclude|service)$/.test(tokens[0]?.image ?? '');
  const meant = isRule ? 'if' : isPlace ? 'where' : undefined;
  if (meant === undefined || meant === token.image) return undefined;
  reportUnexpected(failure, `replace it with \`${meant}\``, meant, 'guess');
  return replaceToken(failure, newToken(keyword(meant), token.image, token.startOffset));
};

/** Reports the tokens from the one that did not fit to another one as one, with the text that repairs them. */
function reportThrough(
  { token, tokens, source, report, expectation }: Failure,
  last: number,
  help: string,
  newText: string,
) {
  const span = tokenSpan(token, source);
  const end = tokens[last];
  const whole = { ...span, end: end === undefined ? span.end : tokenSpan(end, source).end };
  const phrases = expectedPhrases(expectation);
  const expected = phrases.join() === 'the end of the statement' || phrases.length > 1 ? ['an operator'] : phrases;
  const params = { expected, found: describe(token), help };
  report(span, messages['syntax-error'](params), { fix: { span: whole, newText, guess: true } });
}
