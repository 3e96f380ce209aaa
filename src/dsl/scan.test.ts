import assert from 'node:assert/strict';
import test from 'node:test';
import { type IToken, Lexer } from 'chevrotain';
import fc from 'fast-check';
import { mutatedPolicy } from '../testing/policy-arbitraries.ts';
import { scan } from './scan.ts';
import { findKeyword, Identifier, LEXED_TOKENS } from './tokens.ts';

/** What the table of token types says, read by a lexer that is made from it. */
const lexer = new Lexer(LEXED_TOKENS, { positionTracking: 'onlyOffset' });

/** A word is one of the grammar's, or a name. */
function withKeyword(token: IToken): IToken {
  const type = token.tokenType === Identifier ? findKeyword(token.image) : undefined;
  return type === undefined ? token : { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

const show = ({ tokenType, tokenTypeIdx, image, startOffset }: IToken) =>
  `${startOffset} ${tokenType.name} ${tokenTypeIdx} ${image}`;

function agree(text: string): void {
  const { tokens, groups } = lexer.tokenize(text);
  const scanned = scan(text);
  assert.deepEqual(scanned.tokens.map(show), tokens.map(withKeyword).map(show), JSON.stringify(text));
  assert.deepEqual(scanned.comments.map(show), (groups.comments ?? []).map(show));
  assert.deepEqual(scanned.foreignComments.map(show), (groups.foreignComments ?? []).map(show));
}

test('splits policies with mistakes as the table of token types says', () => {
  fc.assert(fc.property(mutatedPolicy, agree), { numRuns: 300 });
});

test('splits anything else as the table of token types says', () => {
  const parts = [
    ...['"', "'", '\\', '#', '\n', ' ', '//', '/*', '*/', '*', '/', '&&', '|', '!', '=', '<', '>', '{', '}', '(', ')'],
    ...[',', '10.0.0.0', '/8', '2001:db8::', ':', '::', '64512', 'as', 'AS1', 'rt:', '%', 'eth0', '-', '_', '.', '1h'],
    ...['é', '\u00a0', '\ufeff', '\u2028', '\v', '\0', '$', 'shop', '5'],
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 12 }), (list) => agree(list.join(''))),
    { numRuns: 3000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), agree), { numRuns: 500 });
});
