// A syntax error and the tokens around it → what was most likely meant, said well, and the tokens repaired so that
// parsing can go on behind it. A repair that is wrong costs nothing but a message: the policy is refused anyway.

import { createTokenInstance, type IRecognitionException, type IToken, type TokenType } from 'chevrotain';
import { allBlocks, type Block, blockOfRule, habitOf } from './blocks.ts';
import { firstWords } from './grammar/first-words.ts';
import { literalOf, tokenSpan } from './lexer.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import { isFirstOnLine } from './segments.ts';
import type { SourceFile } from './source-file.ts';
import { nearest } from './suggest.ts';
import { describe, expectedPhrases } from './syntax-errors.ts';
import { decodeExpectation, type Expectation } from './syntax-expectation.ts';
import { Comma, Equal, EqualEqual, findKeyword, Identifier, Length, Path, Prefix4, RightBrace } from './tokens.ts';

/** Where parsing failed. */
interface Failure {
  readonly token: IToken;
  readonly index: number;
  readonly tokens: readonly IToken[];
  readonly source: SourceFile;
  readonly report: Report;
  /** The block whose next item was read, if that is where it failed. */
  readonly block: Block | undefined;
  readonly expectation: Expectation;
}

/** Explains an error and repairs `tokens` in place if it can; false if the error is of no known kind. */
export function repair(
  exception: IRecognitionException,
  tokens: IToken[],
  source: SourceFile,
  report: Report,
): 'repaired' | 'reported' | 'unknown' {
  const expectation = decodeExpectation(exception.message);
  const { rule, tokens: expected } = expectation;
  const index = tokens.indexOf(exception.token);
  const atItem = expected.length === 0 || (expected.length === 1 && expected[0] === RightBrace.name);
  const block = atItem ? blockOfRule(expected.length === 0 ? 'policy' : rule) : undefined;
  const failure: Failure = { token: exception.token, index, tokens, source, report, block, expectation };
  const edit = findRepair(failure);
  if (edit === undefined) return 'unknown';
  if (edit === 'reported') return 'reported';
  tokens.splice(edit.index, edit.remove, ...edit.insert);
  return 'repaired';
}

/** Tokens to put in the place of others. */
interface TokenEdit {
  readonly index: number;
  readonly remove: number;
  readonly insert: readonly IToken[];
}

function findRepair(failure: Failure): TokenEdit | 'reported' | undefined {
  return (
    repairTrailingCommaAtEnd(failure) ??
    repairLength(failure) ??
    repairShortPrefix(failure) ??
    repairSwallowedWord(failure) ??
    repairMissingComma(failure) ??
    repairUnknownItem(failure) ??
    repairMisspeltWord(failure)
  );
}

/** The list of a statement ends with a comma, and the next statement starts. */
function repairTrailingCommaAtEnd({ token, tokens, source, report }: Failure): TokenEdit | undefined {
  const last = tokens.at(-1);
  if (token.startOffset >= 0 || last?.tokenType !== Comma) return undefined;
  const span = tokenSpan(last, source);
  report(span, messages['trailing-comma']({ next: undefined }), { fix: { span, newText: '' } });
  return { index: tokens.length - 1, remove: 1, insert: [] };
}

/** `aggregate/27` reads as a path. */
function repairLength({ token, index, source, report }: Failure): TokenEdit | undefined {
  const [, word = '', length = ''] = /^([a-z-]+)(\/\d+)$/.exec(token.image) ?? [];
  if (token.tokenType !== Path || word !== 'aggregate') return undefined;
  const span = tokenSpan(token, source);
  const meant = `${word} ${length}`;
  report(span, messages['missing-space']({ text: token.image, meant }), { fix: { span, newText: meant } });
  const first = keywordToken(word, token.startOffset);
  const second = newToken(Length, length, token.startOffset + word.length);
  second.payload = { kind: 'length', value: Number(length.slice(1)), span: tokenSpan(second, source) };
  return { index, remove: 1, insert: first === undefined ? [second] : [first, second] };
}

/** `10/8` reads as a path as well. */
function repairShortPrefix({ token, index, source, report, expectation }: Failure): TokenEdit | undefined {
  const [, first, length] = /^(\d+)\/(\d+)$/.exec(token.image) ?? [];
  if (token.tokenType !== Path || first === undefined || !expectation.tokens.includes(Prefix4.name)) return undefined;
  const help = `write all four parts: \`${first}.0.0.0/${length}\``;
  const params = { text: token.image, reason: 'an IPv4 address has four parts', help };
  report(tokenSpan(token, source), messages['malformed-literal'](params));
  return { index, remove: 1, insert: [newToken(Prefix4, token.image, token.startOffset)] };
}

/**
 * A keyword that was meant to start the next item was taken as a name, because a comma or a setting without its value
 * stands before it: `to tor-a,` newline `prepend 2`.
 */
function repairSwallowedWord(failure: Failure): TokenEdit | undefined {
  const { index, tokens, source, report, block } = failure;
  const at = index < 0 ? tokens.length : index;
  const [word, before] = [tokens[at - 1], tokens[at - 2]];
  if (block === undefined || word === undefined || before === undefined) return undefined;
  const words = firstWords(block.itemRule);
  if (!words.includes(word.image) || !isFirstOnLine(word, before, source)) return undefined;
  const span = tokenSpan(before, source);
  if (before.tokenType === Comma) {
    report(span, messages['trailing-comma']({ next: `\`${word.image}\`` }), { fix: { span, newText: '' } });
    return { index: at - 2, remove: 1, insert: [] };
  }
  if (!words.includes(before.image)) return undefined;
  report(span, messages['missing-value']({ setting: before.image }));
  return { index: at - 2, remove: 1, insert: [] };
}

/** Two values of a list without a comma between them. */
function repairMissingComma({ token, index, tokens, source, report, block }: Failure): TokenEdit | undefined {
  const previous = tokens[index - 1];
  if (previous === undefined || token.startOffset < 0) return undefined;
  const [left, right] = [valueKind(previous), valueKind(token)];
  if (left === undefined || left !== right) return undefined;
  const isWord = left === 'name';
  // Two names on two lines are more likely a name and an unknown setting.
  if (isWord && (isFirstOnLine(token, previous, source) || !isInList(tokens, index - 1))) return undefined;
  if (block?.item === 'statement' && isWord) return undefined;
  const span = tokenSpan(token, source);
  const gap = { ...span, start: tokenSpan(previous, source).end, end: span.start };
  report(span, messages['missing-comma']({}), { fix: { span: gap, newText: ', ' } });
  return { index, remove: 0, insert: [newToken(Comma, ',', token.startOffset)] };
}

/** What can stand in one list: prefixes and addresses, communities, paths, or names. */
function valueKind(token: IToken): string | undefined {
  const literal = literalOf(token);
  if (literal === undefined)
    return /^[A-Za-z]/.test(token.image) && findKeyword(token.image) === undefined ? 'name' : undefined;
  if (literal.kind === 'prefix' || literal.kind === 'address') return 'prefix';
  return literal.kind === 'community' || literal.kind === 'path' ? literal.kind : undefined;
}

const LIST_WORDS: ReadonlySet<string> = new Set(['to', 'export', 'import', 'nodes', 'community', 'prefixes', '(']);

/** True if the value stands in a list of names. */
function isInList(tokens: readonly IToken[], index: number): boolean {
  const before = tokens[index - 1];
  return before !== undefined && (before.tokenType === Comma || LIST_WORDS.has(before.image));
}

/** A word that starts no item of the block: replaced by the one that was meant, if it is near. */
function repairUnknownItem(failure: Failure): TokenEdit | 'reported' | undefined {
  const { token, index, tokens, source, report, block } = failure;
  if (block === undefined || !/^[A-Za-z]/.test(token.image)) return undefined;
  // On the line of a statement a word is more likely a part of it than the next statement.
  const previous = tokens[index - 1];
  if (block.item === 'statement' && previous !== undefined && !isFirstOnLine(token, previous, source)) {
    return repairWord(failure, CLAUSE_WORDS);
  }
  const known = firstWords(block.itemRule);
  const near = nearestWord(token.image, known);
  const unknown = { text: describe(token), near, known, belongs: blockWith(token.image) };
  const message =
    block.item === 'statement'
      ? messages['unknown-statement'](unknown)
      : messages['unknown-setting']({ ...unknown, block: block.phrase, item: block.item });
  const span = tokenSpan(token, source);
  report(span, message, near === undefined ? {} : { fix: { span, newText: near } });
  const replacement = near === undefined ? undefined : keywordToken(near, token.startOffset, token.image);
  return replacement === undefined ? 'reported' : { index, remove: 1, insert: [replacement] };
}

/** Words a clause of a statement can start with. */
const CLAUSE_WORDS = ['for', 'except', 'exact', 'aggregate', 'when', 'where'];

/** The block that has an item with this first word. */
export function blockWith(word: string): string | undefined {
  return allBlocks().find((block) => firstWords(block.itemRule).includes(word))?.phrase;
}

/** Some other word of the grammar, misspelt, or `=` for `==`. */
function repairMisspeltWord(failure: Failure): TokenEdit | undefined {
  const { token, index, source, report, expectation } = failure;
  if (token.tokenType === Equal) {
    const span = tokenSpan(token, source);
    const help = 'compare with `==`';
    report(span, messages['syntax-error']({ expected: ['`==`'], found: '`=`', help }), {
      fix: { span, newText: '==' },
    });
    return { index, remove: 1, insert: [newToken(EqualEqual, '=', token.startOffset)] };
  }
  return repairWord(
    failure,
    expectation.tokens.flatMap((name) => /^'(.+)'$/.exec(name)?.[1] ?? []),
  );
}

/** An identifier that is nearly one of the words. */
function repairWord(failure: Failure, words: readonly string[]): TokenEdit | undefined {
  const { token, index, source, report, expectation } = failure;
  const near = token.tokenType === Identifier ? nearestWord(token.image, words) : undefined;
  const replacement = near === undefined ? undefined : keywordToken(near, token.startOffset, token.image);
  if (near === undefined || replacement === undefined) return undefined;
  const span = tokenSpan(token, source);
  const params = {
    expected: expectedPhrases(expectation),
    found: describe(token),
    help: `replace it with \`${near}\``,
  };
  report(span, messages['syntax-error'](params), { fix: { span, newText: near } });
  return { index, remove: 1, insert: [replacement] };
}

/** The word of the list that was most likely meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const habit = habitOf(word.toLowerCase());
  return habit !== undefined && known.includes(habit) ? habit : nearest(word, known);
}

/** A keyword in the place of another text, which keeps its length so that spans stay true. */
export function keywordToken(word: string, offset: number, image = word): IToken | undefined {
  const type = findKeyword(word);
  return type === undefined ? undefined : newToken(type, image, offset);
}

function newToken(type: TokenType, image: string, offset: number): IToken {
  const token = createTokenInstance(type, image, offset, offset + image.length - 1, 0, 0, 0, 0);
  if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
  return token;
}
