import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { lex } from './lexer.ts';
import { createReporter } from './report.ts';
import { createSourceFile } from './source-file.ts';
import type { Span } from './span.ts';

function lexText(text: string) {
  const source = createSourceFile('policy.bell', text);
  const reporter = createReporter();
  const { tokens, comments } = lex(source, reporter.report);
  return { tokens, comments, diagnostics: reporter.diagnostics(['policy.bell']) };
}

/** `name:text` of every token. */
function show(text: string): string {
  return lexText(text)
    .tokens.map((token) => `${token.tokenType.name}:${token.image}`)
    .join(' ');
}

const table: readonly (readonly [text: string, tokens: string])[] = [
  ['10.0.0.0/8', 'Prefix4:10.0.0.0/8'],
  ['192.0.2.1', 'Address4:192.0.2.1'],
  ['2001:db8::/32', 'Prefix6:2001:db8::/32'],
  ['::', 'Address6:::'],
  ['::1', 'Address6:::1'],
  ['fd00::', 'Address6:fd00::'],
  ['1:2:3:4:5:6:7:8', 'Address6:1:2:3:4:5:6:7:8'],
  ['64512:100', 'StandardCommunity:64512:100'],
  ['64512:1:2', 'LargeCommunity:64512:1:2'],
  ['rt:64512:100', 'ExtendedCommunity:rt:64512:100'],
  ['generic:1:2', 'ExtendedCommunity:generic:1:2'],
  ['shop/checkout', 'Path:shop/checkout'],
  ['*/*', 'Path:*/*'],
  ['1password/app-*', 'Path:1password/app-*'],
  ['4.10', 'AsDot:4.10'],
  ['300ms', 'Duration:300ms'],
  ['3m', 'Duration:3m'],
  ['50%', 'Percent:50%'],
  ['64512', 'Integer:64512'],
  ['/27', 'Length:/27'],
  ['AS64512', 'AsNumber:AS64512'],
  ['as64512', 'AsNumber:as64512'],
  ['AS64512-old', 'Identifier:AS64512-old'],
  ['as-path', "'as-path':as-path"],
  ['as', "'as':as"],
  ['ready-or-last', "'ready-or-last':ready-or-last"],
  ['ready-x', 'Identifier:ready-x'],
  ['Range', 'Identifier:Range'],
  ['"a \\"b\\" # c"', 'String:"a \\"b\\" # c"'],
  ['a<=b!=c==d', 'Identifier:a LessEqual:<= Identifier:b NotEqual:!= Identifier:c EqualEqual:== Identifier:d'],
  [
    '{a}(b),c=d',
    'LeftBrace:{ Identifier:a RightBrace:} LeftParenthesis:( Identifier:b RightParenthesis:) Comma:, Identifier:c Equal:= Identifier:d',
  ],
  ['10.0.0.0/8,10.1.0.0/16', 'Prefix4:10.0.0.0/8 Comma:, Prefix4:10.1.0.0/16'],
  ['peer a# b\nc', "'peer':peer Identifier:a Identifier:c"],
];

for (const [text, tokens] of table) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.equal(show(text), tokens);
    assert.deepEqual(lexText(text).diagnostics, []);
  });
}

const malformed = [
  '10.0.0.0/8x',
  '1h30m',
  '64512:',
  '10.0.0',
  '1:2:3:4',
  'a.b',
  'shop/',
  '5x',
  '-1',
  '1.2.3.4.5',
  'AS4.10',
];

for (const text of malformed) {
  test(`reads ${text} as one mistake`, () => {
    const { tokens, diagnostics } = lexText(text);
    assert.equal(diagnostics.length, 1);
    assert.ok(tokens.length <= 1);
  });
}

test('what is removed between two words leaves a space', () => {
  const newTexts = lexText('a;b ; c; d;').diagnostics.flatMap(({ fixes }) =>
    fixes?.flatMap(({ edits }) => edits.map(({ newText }) => newText)),
  );
  assert.deepEqual(newTexts, [' ', '', '', '']);
});

test('decodes the escapes of a string', () => {
  const [token] = lexText('"\\"\\\\\\n\\t\\u{e9}\\u{1f600}"').tokens;
  assert.equal(token?.payload?.value, '"\\\n\té😀');
});

test('keeps comments beside the tokens', () => {
  const { tokens, comments } = lexText('# one\npeer # two\n');
  assert.deepEqual(
    comments.map((comment) => comment.image),
    ['# one', '# two'],
  );
  assert.equal(tokens.length, 1);
});

test('loses nothing: every character is in a token, a comment or a diagnostic, or is white space', () => {
  const piece = fc.constantFrom(
    ...table.map(([text]) => text),
    ...malformed,
    ' ',
    '\n',
    '#x\n',
    ';',
    '/*',
    '*/',
    '//',
    '"',
    "'",
    'é',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (policy) => {
      const spans: Span[] = [];
      const source = createSourceFile('policy.bell', policy);
      const { tokens, comments } = lex(source, (span) => void spans.push(span));
      const covered = [...tokens, ...comments].map(({ startOffset, image }) => ({
        start: startOffset,
        end: startOffset + image.length,
      }));
      const kept = new Set(
        [...covered, ...spans].flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
      );
      for (const [index, character] of policy.split('').entries()) {
        assert.ok(kept.has(index) || /[ \t\r\n\f\v]/.test(character), `lost ${JSON.stringify(character)} at ${index}`);
      }
    }),
  );
});
