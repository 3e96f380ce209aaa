// Parts of statements in the form of another language: names that are addresses or strings, templates behind another word,
// conditions without their first words.

import type { IToken } from 'chevrotain';
import { habitOf } from '../foreign-words.ts';
import { literalOf, tokenSpan } from '../lexer.ts';
import { messages } from '../messages.ts';
import { spanText } from '../span.ts';
import { Equal, Identifier, keyword, LeftBrace, NameToken, tokenWord } from '../tokens.ts';
import {
  type Failure,
  isExpected,
  newToken,
  type Repair,
  replaceToken,
  reportUnexpected,
  spanOfToken,
} from './failure.ts';
import { isFirstOnLine } from './segments.ts';

const NAMED = new Map([
  ['peer', 'a peer has a name, and its address inside: `peer tor-a { address 192.0.2.1  as 64500 }`'],
  ['template', 'a template has a name: `template fabric { as 64500 }`'],
  ['range', 'a range has a name: `range vips load-balancer-ip 198.51.100.0/24`'],
  ['filter', 'a filter has a name: `filter to-fabric { accept if range == vips }`'],
  ['let', 'a value has a name: `let anycast = 64512:100`'],
]);

/** `peer "tor-a" {` and `peer 192.0.2.1 {`: a name is an identifier. */
export const repairName: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const literal = literalOf(token);
  const help = NAMED.get(tokenWord(tokens[0]));
  if (index !== 1 || help === undefined || literal === undefined || !isExpected(failure, NameToken)) return undefined;
  const name = literal.kind === 'string' && /^[A-Za-z][A-Za-z0-9_-]*$/.test(literal.value) ? literal.value : undefined;
  reportUnexpected(failure, name === undefined ? help : `write \`${name}\``, name);
  // A missing name: what follows is still read, and no other name is taken by it.
  return replaceToken(failure, newToken(Identifier, name ?? '', token.startOffset));
};

/** `peer tor-a extends fabric {` and `peer tor-a : fabric {`. */
export const repairFrom: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const isPlace = tokenWord(tokens[0]) === 'peer' && index === 2 && isExpected(failure, LeftBrace);
  const isWord =
    /^(?::|=|is|template|group|peer-group)$/.test(token.image) || habitOf(token.image, ['from']) !== undefined;
  if (!isPlace || !isWord || tokens[index + 1]?.tokenType === LeftBrace) return undefined;
  reportUnexpected(failure, 'write `from` before the template', 'from', 'guess');
  return replaceToken(failure, newToken(keyword('from'), '', token.startOffset));
};

/** `peer tor-a, tor-b {`: a block is for one. */
export const repairSeveralNames: Repair = (failure) => {
  const isPlace = failure.index === 2 && isExpected(failure, LeftBrace) && failure.token.image === ',';
  if (!isPlace || tokenWord(failure.tokens[0]) !== 'peer') return undefined;
  reportUnexpected(failure, 'write one `peer` for each; what they share stands in a `template`');
  return 'reported';
};

/** `let name "x"`. */
export const repairMissingEqual: Repair = (failure) => {
  const { token, index, expectation } = failure;
  if (expectation.tokens.length !== 1 || !isExpected(failure, Equal) || !(token.startOffset >= 0)) return undefined;
  reportUnexpected(failure, 'put `=` before it', `= ${textOf(failure)}`);
  return { index, remove: 0, insert: [newToken(Equal, '', token.startOffset)] };
};

/** `let name =`, and nothing. The name is known all the same. */
export const repairMissingValue: Repair = (failure) => {
  const { token, tokens, index, expectation, source, report } = failure;
  const last = tokens.at(-1);
  if (expectation.rule !== 'let' || !expectation.whole || token.startOffset >= 0 || last?.tokenType !== Equal)
    return undefined;
  report(tokenSpan(last, source), messages['missing-value']({ setting: tokenWord(tokens[1]) }));
  return { index, remove: 0, insert: [newToken(Identifier, '', last.startOffset + 1)] };
};

/** `exclude nodes worker-1`. */
export const repairNodeName: Repair = (failure) => {
  const { token, tokens } = failure;
  if (!isExpected(failure, keyword('where')) || tokenWord(tokens[1]) !== 'nodes' || tokenWord(tokens[0]) !== 'exclude')
    return undefined;
  const literal = literalOf(token);
  const name = literal?.kind === 'string' ? literal.value : token.tokenType === Identifier ? token.image : undefined;
  if (name === undefined) return undefined;
  const meant = `where name == ${JSON.stringify(name)}`;
  reportUnexpected(failure, `write \`${meant}\`, or ask for a label`, meant, 'guess');
  return 'reported';
};

/** `accept 198.51.100.0/24` and `accept vips`: a condition without its first words. */
export const repairBareVerdict: Repair = (failure) => {
  const { token, tokens, index, block } = failure;
  const previous = tokens[index - 1];
  if (block?.itemRule !== 'filterRule' || previous === undefined || !isVerdict(previous)) return undefined;
  const text = textOf(failure);
  const kind = literalOf(token)?.kind;
  if (kind === 'prefix' || kind === 'address') {
    reportUnexpected(failure, `write \`if prefix in ${text}\``, `if prefix in ${text}`, 'guess');
    const words = [keyword('if'), keyword('prefix'), keyword('in')];
    return replaceToken(failure, ...words.map((type) => newToken(type, '', token.startOffset)), token);
  }
  if (/^(?:all|any|everything)$/.test(token.image)) {
    reportUnexpected(failure, 'leave it out: a rule without `if` takes every route', '', 'guess');
    return replaceToken(failure);
  }
  if (token.tokenType !== Identifier || isFirstOnLine(token, previous, failure.source)) return undefined;
  reportUnexpected(failure, `write \`if range == ${text}\` for a range, \`if prefix in ${text}\` for a \`let\``);
  return 'reported';
};

function isVerdict(token: IToken): boolean {
  return /^(?:accept|reject)$/.test(tokenWord(token));
}

function textOf(failure: Failure): string {
  return spanText(spanOfToken(failure));
}

/** `community == 64512:1` and `service == "shop/web"`: these terms take their value without an operator. */
export const repairTermOperator: Repair = (failure) => {
  const { token, tokens, index } = failure;
  const term = tokens[index - 1]?.image ?? '';
  if (!/^(?:community|service)$/.test(term) || !/^(?:==|=|in|is|matches|contains)$/.test(token.image)) return undefined;
  reportUnexpected(failure, `leave it out: \`${term} ${term === 'service' ? 'shop/web' : '64512:1'}\``, '', 'guess');
  return replaceToken(failure);
};
