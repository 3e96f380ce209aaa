// Words: misspelt, from another language, one too many, one too few.

import { allBlocks, settingWith } from '../blocks.ts';
import { adviceFor, habitOf, habitsOf } from '../foreign-words.ts';
import { firstWords } from '../grammar/first-words.ts';
import { gap } from '../lexer.ts';
import { messages } from '../messages.ts';
import { nearest } from '../suggest.ts';
import { describe } from '../syntax-errors.ts';
import { Equal, EqualEqual, keyword, LeftBrace, RightBrace } from '../tokens.ts';
import {
  type Failure,
  isExpected,
  keywordToken,
  newToken,
  type Repair,
  replaceToken,
  reportUnexpected,
  spanOfToken,
  type TokenEdit,
} from './failure.ts';
import { endOfItem } from './rules.ts';
import { isFirstOnLine } from './segments.ts';

/** A word that starts no item of the block: replaced by the one that was meant, if it is near. */
export const repairUnknownItem: Repair = (failure) => {
  const { token, index, tokens, source, report, block } = failure;
  if (block === undefined || !isWord(failure)) return undefined;
  // On the line of a statement a word is more likely a part of it than the next statement.
  const previous = tokens[index - 1];
  if (block.item === 'statement' && previous !== undefined && !isFirstOnLine(token, previous, source)) {
    return repairWord(failure, CLAUSE_WORDS);
  }
  const item = explainItem(token.image, block.itemRule);
  const unknown = { text: describe(token), ...item };
  const message =
    block.item === 'statement'
      ? messages['unknown-statement'](unknown)
      : messages['unknown-setting']({ ...unknown, block: block.phrase, item: block.item });
  const span = spanOfToken(failure);
  const { near } = item;
  report(span, message, near === undefined ? {} : { fix: { span, newText: near, guess: true } });
  const replacement = near === undefined ? undefined : keywordToken(near, token.startOffset, token.image);
  if (replacement !== undefined) return replaceToken(failure, replacement);
  // Blocks inside of what is not understood are not understood either.
  const end = endOfItem(failure);
  const hasBlock = tokens.slice(index, end).some(({ tokenType }) => tokenType === LeftBrace);
  return hasBlock ? { index, remove: end - index, insert: [] } : 'reported';
};

/** What can be said about a word that starts no item: the first that is known of what a reader can do. */
export function explainItem(word: string, itemRule: string): ItemAdvice {
  const known = firstWords(itemRule);
  const none = { known, near: undefined, belongs: undefined, example: undefined, advice: undefined };
  const advice = adviceFor(word, itemRule);
  if (advice !== undefined) return { ...none, advice };
  const example = settingWith(word, known);
  if (example !== undefined) return { ...none, example };
  // A word that the language has is rarely another one misspelt.
  const belongs = blockWith(word);
  const near = habitOf(word, known) ?? (belongs === undefined ? nearest(word, known) : undefined);
  if (near !== undefined) return { ...none, near };
  const [habit] = habitsOf(word);
  const elsewhere = habit === undefined ? undefined : blockWith(habit);
  if (belongs !== undefined || habit === undefined || elsewhere === undefined) return { ...none, belongs };
  return { ...none, advice: `the word is \`${habit}\` here, which belongs in ${elsewhere}` };
}

/** At most one of them is there. */
interface ItemAdvice {
  readonly known: readonly string[];
  readonly near: string | undefined;
  readonly belongs: string | undefined;
  readonly example: string | undefined;
  readonly advice: string | undefined;
}

/** Words a clause of a statement can start with. */
const CLAUSE_WORDS = ['for', 'except', 'exact', 'aggregate', 'when', 'where'];

/** The block that has an item with this first word. */
export function blockWith(word: string): string | undefined {
  return allBlocks().find((block) => firstWords(block.itemRule).includes(word))?.phrase;
}

/** `then add community 64512:1`: the next word is the one that was meant. */
export const repairExtraWord: Repair = (failure) => {
  const { tokens, index, expectation } = failure;
  const next = tokens[index + 1];
  if (!isWord(failure) || next === undefined || !wordsOf(failure).includes(next.image)) return undefined;
  if (!['action', 'thenActions'].includes(expectation.rule)) return undefined;
  reportUnexpected(failure, `remove \`${failure.token.image}\``, '');
  return replaceToken(failure);
};

/** `=` where a comparison is meant, or nothing: `as = 64512`. */
export const repairEqual: Repair = (failure) => {
  const { token, tokens, index, report } = failure;
  if (token.tokenType !== Equal) return undefined;
  const span = spanOfToken(failure);
  if (isInCondition(failure) && /^[~]/.test(span.source.text.slice(span.end))) {
    const whole = { ...span, end: span.end + 1 };
    const params = {
      expected: ['an operator'],
      found: '`=~`',
      help: 'write `matches "…"`, with `*` for any characters',
    };
    report(whole, messages['syntax-error'](params), { covers: whole });
    return replaceToken(failure, newToken(keyword('matches'), '', token.startOffset));
  }
  if (isInCondition(failure)) {
    const params = { expected: ['`==`'], found: '`=`', help: 'compare with `==`' };
    report(span, messages['syntax-error'](params), { fix: { span, newText: '==' } });
    return replaceToken(failure, newToken(EqualEqual, '=', token.startOffset));
  }
  const setting = tokens[index - 1]?.image ?? '';
  const params = { expected: ['a value'], found: '`=`', help: `write the value right behind \`${setting}\`` };
  report(span, messages['syntax-error'](params), { fix: { span, newText: gap(span) } });
  return replaceToken(failure);
};

/** True if an `if` or `where` stands before, in the same block. */
export function isInCondition({ tokens, index }: Failure): boolean {
  const before = tokens.slice(0, Math.max(0, index)).reverse();
  const opener = before.find((token) => /^(?:if|where|then|[{}])$/.test(token.image));
  return opener?.image === 'if' || opener?.image === 'where';
}

/** `exclude nodes label "x"`: a condition without its `where`. */
export const repairMissingWhere: Repair = (failure) => {
  const { token, index } = failure;
  const where = keyword('where');
  const isCondition = firstWords('condition').includes(token.image) || token.image === 'not';
  if (!isExpected(failure, where) || !isCondition) return undefined;
  reportUnexpected(failure, 'add `where` before it', `where ${token.image}`);
  return { index, remove: 0, insert: [newToken(where, '', token.startOffset)] };
};

/** `peer a address 192.0.2.1`: the braces of a block are missing. */
export const repairMissingBraces: Repair = (failure) => {
  const { tokens, index, expectation } = failure;
  const isOnly = expectation.tokens.length === 1 && isExpected(failure, LeftBrace);
  const closing = tokens.at(-1)?.image === '}' ? tokens.length - 1 : tokens.length;
  if (!isOnly || !isWord(failure) || tokens.slice(index, closing).some(({ image }) => image === '{' || image === '}'))
    return undefined;
  reportUnexpected(failure, 'put the settings into `{ … }`');
  const { start } = spanOfToken(failure);
  if (closing < tokens.length) return { index, remove: 0, insert: [newToken(LeftBrace, '', start)] };
  const end = (tokens.at(-1)?.startOffset ?? start) + (tokens.at(-1)?.image.length ?? 0);
  const insert = [newToken(LeftBrace, '', start), ...tokens.slice(index), newToken(RightBrace, '', end)];
  return { index, remove: tokens.length - index, insert };
};

/** Some other word of the grammar, misspelt. */
export const repairMisspeltWord: Repair = (failure) => repairWord(failure, wordsOf(failure));

function repairWord(failure: Failure, words: readonly string[]): TokenEdit | undefined {
  const { token } = failure;
  const near = isWord(failure) ? nearestWord(token.image, words) : undefined;
  const replacement = near === undefined ? undefined : keywordToken(near, token.startOffset, token.image);
  if (near === undefined || replacement === undefined) return undefined;
  reportUnexpected(failure, `replace it with \`${near}\``, near, 'guess');
  return replaceToken(failure, replacement);
}

function isWord({ token }: Failure): boolean {
  return /^[A-Za-z]/.test(token.image);
}

/** The keywords that could have stood there. */
function wordsOf({ expectation }: Failure): readonly string[] {
  return expectation.tokens.flatMap((name) => /^'(.+)'$/.exec(name)?.[1] ?? []);
}

/** The word of the list that was most likely meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  return habitOf(word, known) ?? nearest(word, known);
}
