// Rules of filters and items of tests in the form of another language.

import type { IToken } from 'chevrotain';
import { firstWords } from '../grammar/first-words.ts';
import { tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { describe } from '../syntax-errors.ts';
import {
  AsNumber,
  Comma,
  Integer,
  keyword,
  LeftBrace,
  LeftParenthesis,
  RightBrace,
  RightParenthesis,
  tokenWord,
} from '../tokens.ts';
import { type Failure, isExpected, newToken, type Repair, replaceToken, reportUnexpected } from './failure.ts';
import { isFirstOnLine } from './segments.ts';

/** `accept then med 5 if exact`: the condition stands before `then`. */
export const repairLateCondition: Repair = (failure) => {
  const { token, index, block } = failure;
  const rule = ruleBefore(failure);
  if (block?.itemRule !== 'filterRule' || token.image !== 'if' || !rule.includes('then')) return undefined;
  reportUnexpected(failure, `write it before \`then\`: \`${rule[0]} if CONDITION then ACTION, …\``);
  return { index, remove: endOfItem(failure) - index, insert: [] };
};

/** `then med 5 then prepend 2` and `then med 5 and prepend 2`: actions take commas. */
export const repairActionSeparator: Repair = (failure) => {
  const { token, tokens, index, block, source, report } = failure;
  const [previous, next] = [tokens[index - 1], tokens[index + 1]];
  if (block?.itemRule !== 'filterRule' || !/^(?:then|and)$/.test(token.image)) return undefined;
  if (!ruleBefore(failure).includes('then') || previous === undefined || next === undefined) return undefined;
  if (!firstWords('action').includes(next.image)) return undefined;
  const span = { ...tokenSpan(token, source), start: tokenSpan(previous, source).end };
  const params = { expected: ['`,`'], found: describe(token), help: 'put `,` between actions' };
  report(tokenSpan(token, source), messages['syntax-error'](params), { fix: { span, newText: ',' } });
  return replaceToken(failure, newToken(Comma, '', token.startOffset));
};

/** `reject then med 5`. */
export const repairActionOfReject: Repair = (failure) => {
  const { token, index, block } = failure;
  if (block?.itemRule !== 'filterRule' || token.image !== 'then' || ruleBefore(failure)[0] !== 'reject')
    return undefined;
  reportUnexpected(failure, 'remove it and the actions: a route that is rejected goes nowhere');
  return { index, remove: endOfItem(failure) - index, insert: [] };
};

/** `then as-path prepend 64512 64512`. */
export const repairPathPrepend: Repair = (failure) => {
  const { token, tokens, index, source, report } = failure;
  const [prepend, first] = [tokens[index + 1], tokens[index + 2]];
  if (token.image !== 'as-path' || prepend?.image !== 'prepend' || !isNumber(first)) return undefined;
  const rest = tokens.slice(index + 2);
  const count = rest.findIndex((each) => !isNumber(each));
  const numbers = count < 0 ? rest : rest.slice(0, count);
  const meant = `prepend as (${numbers.map(({ image }) => image).join(', ')})`;
  const last = numbers.at(-1) ?? token;
  const span = { ...tokenSpan(token, source), end: tokenSpan(last, source).end };
  const params = { expected: ['an action'], found: '`as-path`', help: `write \`${meant}\`` };
  report(tokenSpan(token, source), messages['syntax-error'](params), { fix: { span, newText: meant, guess: true } });
  const [as, number] = [newToken(keyword('as'), '', token.startOffset), numbers[0] ?? last];
  return { index, remove: numbers.length + 2, insert: [prepend, as, number] };
};

function isNumber(token: IToken | undefined): boolean {
  return token?.tokenType === Integer || token?.tokenType === AsNumber;
}

/** The words of the rule so far, its verdict first. */
function ruleBefore({ tokens, index }: Failure): readonly string[] {
  const words = tokens.slice(0, index).map(tokenWord);
  return words.slice(
    Math.max(
      0,
      words.findLastIndex((word) => /^(?:accept|reject|update)$/.test(word)),
    ),
  );
}

/** Index of the token that starts the next item of the block, or the next line, or closes the block. */
export function endOfItem({ tokens, index, block, source }: Failure): number {
  const known = firstWords(block?.itemRule ?? 'statement');
  let depth = 0;
  for (let at = index + 1; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.tokenType === LeftBrace || token.tokenType === LeftParenthesis) depth++;
    else if (token.tokenType === RightParenthesis) depth--;
    else if (token.tokenType === RightBrace && --depth < 0) return at;
    else if (depth === 0 && (known.includes(token.image) || isFirstOnLine(token, tokens[at - 1], source))) return at;
  }
  return tokens.length;
}

/** `expect node n1 …`, `expect all nodes …`. */
export const repairExpectedNode: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const [previous, next] = [tokens[index - 1]?.image ?? '', tokens[index + 1]];
  if (token.image === 'node' && previous === 'expect') {
    reportUnexpected(failure, 'leave it out: the name of a node stands alone', '', 'guess');
    return { index, remove: 1, insert: [] };
  }
  const isAll = /^(?:all|any|each)$/.test(token.image) && previous === 'expect';
  const isAny =
    /^nodes?$/.test(token.image) && /^(?:any|each)$/.test(previous) && tokens[index - 2]?.image === 'expect';
  if (!isAll && !isAny) return undefined;
  reportUnexpected(failure, 'write `every node`, or the name of a node');
  const every = [keyword('every'), keyword('node')].map((type) => newToken(type, '', token.startOffset));
  if (isAny) return { index: index - 1, remove: 2, insert: every };
  return { index, remove: /^nodes?$/.test(next?.image ?? '') ? 2 : 1, insert: every };
};

/** `expect n1, n2 advertises …`. */
export const repairSeveralNodes: Repair = (failure) => {
  const { token, tokens, index } = failure;
  if (token.tokenType !== Comma || !isExpected(failure, keyword('advertises'))) return undefined;
  const verdict = tokens.findIndex(({ image }, at) => at > index && /^(?:advertises|withholds)$/.test(image));
  reportUnexpected(failure, 'write one `expect` for each node, or `every node`');
  return verdict < 0 ? 'reported' : { index, remove: verdict - index, insert: [] };
};

/** `expect n1 does not advertise …`. */
export const repairNegatedVerdict: Repair = (failure) => {
  const { token, tokens, index } = failure;
  if (!isExpected(failure, keyword('withholds'))) return undefined;
  const words = tokens.slice(index, index + 3).map(({ image }) => image);
  const text = /^(?:does not|not|never|cannot) ?(?:advertises?|announces?)?/.exec(words.join(' '))?.[0].trim();
  if (text === undefined) return undefined;
  reportUnexpected(failure, 'write `withholds`');
  const remove = text.split(' ').length;
  return { index, remove, insert: [newToken(keyword('withholds'), '', token.startOffset)] };
};

/** `advertises in 10.0.0.0/8` and `advertises prefix 10.0.0.0/8`. */
export const repairPrefixIn: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const previous = tokens[index - 1]?.image ?? '';
  if (token.image === 'in' && /^(?:advertises|withholds)$/.test(previous)) {
    reportUnexpected(failure, 'write `prefix in`', 'prefix in');
    return replaceToken(failure, newToken(keyword('prefix'), '', token.startOffset), token);
  }
  if (previous !== 'prefix' || !isExpected(failure, keyword('in')) || !isPrefixLike(token)) return undefined;
  reportUnexpected(failure, `write \`in ${token.image}\` for it and what is inside`, `in ${token.image}`, 'guess');
  return replaceToken(failure, newToken(keyword('in'), '', token.startOffset), token);
};

function isPrefixLike({ image }: IToken): boolean {
  return /^[0-9A-Fa-f:.]+(?:\/\d+)?$/.test(image);
}

/** `with community 64512:1, med 5`. */
export const repairAttributeSeparator: Repair = (failure) => {
  const { token, tokens, index, block } = failure;
  const before = tokens.slice(0, index).findLast(({ image }) => /^(?:with|expect)$/.test(image));
  if (block?.itemRule !== 'testItem' || token.tokenType !== Comma || before?.image !== 'with') return undefined;
  reportUnexpected(failure, 'write `and` between attributes', ' and');
  return replaceToken(failure, newToken(keyword('and'), '', token.startOffset));
};
