// Lists: commas too many and too few, and lists that need parentheses.

import type { IToken } from 'chevrotain';
import { firstWords } from '../grammar/first-words.ts';
import { literalOf, tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { spanText } from '../span.ts';
import { describe } from '../syntax-errors.ts';
import {
  Comma,
  findKeyword,
  keyword,
  LeftBrace,
  LeftParenthesis,
  RefToken,
  RightBrace,
  RightParenthesis,
} from '../tokens.ts';
import { isExpected, newToken, type Repair, spanOfToken, type TokenEdit } from './failure.ts';
import { isFirstOnLine } from './segments.ts';

/** The list of a statement ends with a comma, and the next statement starts. */
export const repairTrailingComma: Repair = ({ token, tokens, source, report }) => {
  const last = tokens.at(-1);
  if (token.startOffset >= 0 || last?.tokenType !== Comma) return undefined;
  const span = tokenSpan(last, source);
  report(span, messages['trailing-comma']({ next: undefined }), { fix: { span, newText: '' } });
  return { index: tokens.length - 1, remove: 1, insert: [] };
};

/**
 * A keyword that was meant to start the next item was taken as a name, because a comma or a setting without its value
 * stands before it: `to tor-a,` newline `prepend 2`.
 */
export const repairSwallowedWord: Repair = ({ index, tokens, source, report, block }) => {
  const [word, before] = [tokens[index - 1], tokens[index - 2]];
  if (block === undefined || word === undefined || before === undefined) return undefined;
  const words = firstWords(block.itemRule);
  if (!words.includes(word.image) || !isFirstOnLine(word, before, source)) return undefined;
  const span = tokenSpan(before, source);
  if (before.tokenType === Comma) {
    report(span, messages['trailing-comma']({ next: `\`${word.image}\`` }), { fix: { span, newText: '' } });
    return { index: index - 2, remove: 1, insert: [] };
  }
  if (!words.includes(before.image)) return undefined;
  report(span, messages['missing-value']({ setting: before.image }));
  return { index: index - 2, remove: 1, insert: [] };
};

/** `prefix in 10.0.0.0/8, 172.16.0.0/12` and `then community 64512:1, 64512:2`: inside a filter a list has parentheses. */
export const repairBareList: Repair = ({ index, tokens, source, report, block, expectation }) => {
  const inFilter = block?.itemRule === 'filterRule' || expectation.rule === 'action';
  const first = tokens[index - 1]?.tokenType === Comma ? index - 2 : index - 1;
  const start = tokens[first];
  if (!inFilter || start === undefined || valueKind(start) === undefined || valueKind(start) === 'name')
    return undefined;
  const last = endOfList(tokens, first);
  const end = tokens[last];
  if (last === first || end === undefined) return undefined;
  const values = tokens.slice(first, last + 1).filter((token) => token.tokenType !== Comma);
  const span = { ...tokenSpan(start, source), end: tokenSpan(end, source).end };
  const newText = `(${values.map((token) => spanText(tokenSpan(token, source))).join(', ')})`;
  report(span, messages['list-needs-parentheses']({ meant: newText }), { fix: { span, newText } });
  const commas = values.flatMap((token, at) => (at === 0 ? [token] : [newToken(Comma, '', token.startOffset), token]));
  const parentheses = [newToken(LeftParenthesis, '', span.start), ...commas, newToken(RightParenthesis, '', span.end)];
  return { index: first, remove: last - first + 1, insert: parentheses };
};

/** Index of the last value of a list with or without commas. */
function endOfList(tokens: readonly IToken[], first: number): number {
  const kind = valueKind(tokens[first]);
  let last = first;
  for (;;) {
    const next = tokens[last + 1]?.tokenType === Comma ? last + 2 : last + 1;
    if (valueKind(tokens[next]) !== kind) return last;
    last = next;
  }
}

/** `range in vips` and `range in vips, public`: values behind `in` need them too. */
export const repairBareValue: Repair = (failure) => {
  const { token, tokens, index, expectation, source, report } = failure;
  if (expectation.rule !== 'operands' || !isExpected(failure, LeftParenthesis)) return undefined;
  if (!isOperand(token)) return undefined;
  let last = index;
  while (tokens[last + 1]?.tokenType === Comma && isOperand(tokens[last + 2])) last += 2;
  const values = tokens.slice(index, last + 1);
  const { start } = spanOfToken(failure);
  const { end } = tokenSpan(values.at(-1) ?? token, source);
  const meant = `(${values.map(({ image, tokenType }) => (tokenType === Comma ? ', ' : image)).join('')})`;
  const params = { expected: ['`(`'], found: describe(token), help: `write \`in ${meant}\`` };
  report(spanOfToken(failure), messages['syntax-error'](params), {
    fix: { span: { source, start, end }, newText: meant },
  });
  const insert = [newToken(LeftParenthesis, '', start), ...values, newToken(RightParenthesis, '', end)];
  return { index, remove: values.length, insert };
};

function isOperand(token: IToken | undefined): boolean {
  if (token === undefined) return false;
  return literalOf(token) !== undefined || (token.tokenType.CATEGORIES?.includes(RefToken) ?? false);
}

/** `range in { vips, public }`: a list in the braces of another language. */
export const repairBracedList: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  if (token.tokenType !== LeftBrace || !isExpected(failure, LeftParenthesis)) return undefined;
  const close = tokens.findIndex(({ tokenType }, at) => at > index && tokenType === RightBrace);
  const [last] = tokens.slice(close, close + 1);
  if (close < 0 || last === undefined) return undefined;
  const values = tokens.slice(index + 1, close);
  const span = { ...spanOfToken(failure), end: tokenSpan(last, source).end };
  const meant = `(${values.map(({ image, tokenType }) => (tokenType === Comma ? ', ' : image)).join('')})`;
  const params = { expected: ['`(`'], found: '`{`', help: `write \`${meant}\`` };
  report(spanOfToken(failure), messages['syntax-error'](params), { fix: { span, newText: meant } });
  const insert = [
    newToken(LeftParenthesis, '', span.start),
    ...values,
    newToken(RightParenthesis, '', last.startOffset),
  ];
  return { index, remove: close - index + 1, insert };
};

/** `range == (vips, public)`: one of a list is `in`. */
export const repairEqualToList: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  const operator = tokens[index - 1];
  if (token.tokenType !== LeftParenthesis || operator === undefined || !/^[!=]=$/.test(operator.image))
    return undefined;
  const word = operator.image === '==' ? 'in' : 'not in';
  const span = tokenSpan(operator, source);
  const params = { expected: ['one value'], found: '`(`', help: `write \`${word}\` before a list` };
  report(spanOfToken(failure), messages['syntax-error'](params), { fix: { span, newText: word } });
  const words = word === 'in' ? [keyword('in')] : [keyword('not'), keyword('in')];
  return { index: index - 1, remove: 1, insert: words.map((type) => newToken(type, '', span.start)) };
};

/** Where values of a kind stand alone: an address of a peer is one, and each community of a test has its own word. */
const ONE_VALUE: Readonly<Record<string, ReadonlySet<string>>> = {
  prefix: new Set(['peerSetting', 'speakerSetting']),
  community: new Set(['testItem']),
};

/** Two values of a list without a comma between them. */
export const repairMissingComma: Repair = (failure): TokenEdit | undefined => {
  const { token, index, tokens, source, report, block } = failure;
  const previous = tokens[index - 1];
  if (previous === undefined || token.startOffset < 0) return undefined;
  const [left, right] = [valueKind(previous), valueKind(token)];
  if (left === undefined || left !== right) return undefined;
  if (ONE_VALUE[left]?.has(block?.itemRule ?? '')) return undefined;
  // Two names on two lines are more likely a name and an unknown setting.
  const isList = isInList(tokens, index - 1) && !isFirstOnLine(token, previous, source);
  if (left === 'name' && (!isList || block?.item === 'statement')) return undefined;
  const span = spanOfToken(failure);
  const gap = { ...span, start: tokenSpan(previous, source).end, end: span.start };
  report(span, messages['missing-comma']({}), { fix: { span: gap, newText: ', ' } });
  return { index, remove: 0, insert: [newToken(Comma, '', token.startOffset)] };
};

/** What can stand in one list: prefixes and addresses, communities, paths, or names. */
function valueKind(token: IToken | undefined): string | undefined {
  if (token === undefined) return undefined;
  const literal = literalOf(token);
  if (literal === undefined) {
    return /^[A-Za-z]/.test(token.image) && findKeyword(token.image) === undefined ? 'name' : undefined;
  }
  if (literal.kind === 'prefix' || literal.kind === 'address') return 'prefix';
  return literal.kind === 'community' || literal.kind === 'path' ? literal.kind : undefined;
}

const LIST_WORDS: ReadonlySet<string> = new Set(['to', 'export', 'import', 'nodes', 'community', 'prefixes', '(']);

function isInList(tokens: readonly IToken[], index: number): boolean {
  const before = tokens[index - 1];
  return before !== undefined && (before.tokenType === Comma || LIST_WORDS.has(before.image));
}
