// Formatted text, seen whole: testdata/format/<case>.in becomes <case>.out.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden, goldenCases } from '../../testing/golden.ts';
import { formatPolicy } from './format.ts';

const folder = join(import.meta.dirname, '../testdata/format');

for (const { name, path, source } of goldenCases(folder, '.in')) {
  test(`formats ${name}`, () => {
    assertGolden(path.replace(/\.in$/, '.out'), format(source));
  });
}

for (const { name, source } of goldenCases(folder, '.out')) {
  test(`leaves the formatted ${name} as it is`, () => {
    assert.equal(format(source), source);
  });
}

test('every case has both its files', () => {
  const names = (extension: string) => goldenCases(folder, extension).map(({ name }) => name);
  assert.deepEqual(names('.out'), names('.in'));
});

test('writes every line end as one line feed', () => {
  assert.equal(format('# a\r\nlet a = 1\r\n\r\n\r\nlet b = 2\r\n'), '# a\nlet a = 1\n\nlet b = 2\n');
  assert.equal(format('let a = 1 # one\rlet b = 2'), 'let a = 1  # one\nlet b = 2\n');
});

test('leaves a byte-order mark out, of text and of bytes', () => {
  assert.equal(format('\uFEFFlet a = 1\n'), 'let a = 1\n');
  assert.equal(format(new TextEncoder().encode('\uFEFFlet a = 1\n')), 'let a = 1\n');
});

test('ends the last line', () => {
  assert.equal(format('let a = 1'), 'let a = 1\n');
  assert.equal(format('let a = 1 # last'), 'let a = 1  # last\n');
  assert.equal(format('let a = 1\n\n\n'), 'let a = 1\n');
});

test('keeps a text without statements, comments and all', () => {
  assert.equal(format(''), '');
  assert.equal(format('\n \n\t\n'), '');
  assert.equal(format('\n\n# only\n\n\n  # comments\n\n'), '# only\n\n# comments\n');
});

test('takes white space from the end of comments and nothing else', () => {
  assert.equal(
    format('#  two spaces, a tab\there \t \nlet a = 1 #!x  \n'),
    '#  two spaces, a tab\there\nlet a = 1  #!x\n',
  );
});

test('never breaks a comment, however long', () => {
  const comment = `# ${'very '.repeat(50)}long`;
  assert.equal(format(`let a = 1 ${comment}\n${comment}\n`), `let a = 1  ${comment}\n${comment}\n`);
});

test('formats what only checks refuse', () => {
  assert.equal(format('let  all=nobody'), 'let all = nobody\n');
  assert.equal(
    format('range r cluster-ip 10.0.0.0/8 aggregate { med 1 med 2 }'),
    'range r cluster-ip 10.0.0.0/8 aggregate { med 1  med 2 }\n',
  );
});

test('formats a list of thousands of values', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
  const lines = format(`let many = ${values.join(',')}`).split('\n');
  assert.equal(lines.length, values.length + 2);
});

test('formats as many negations as a condition may have, and refuses ten thousand', () => {
  const negated = (times: number) => `${'not '.repeat(times)}exact`;
  const text = `filter f { accept if ${negated(64)} }`;
  assert.equal(format(text), `filter f {\n  accept if ${negated(64)}\n}\n`);
  assert.equal(formatPolicy(`filter f { accept if ${negated(10_000)} }`, 'edge.bell').kind, 'refused');
});

test('refuses a text with syntax errors and says where they are', () => {
  const result = formatPolicy('speaker {\n  as\n}\n', 'edge.bell');
  assert.ok(result.kind === 'refused' && result.why === 'syntax');
  assert.deepEqual(
    result.diagnostics.map(({ code, labels }) => [code, labels[0]?.path]),
    [['syntax-error', 'edge.bell']],
  );
  assert.equal(result.sources[0]?.text, 'speaker {\n  as\n}\n');
});

test('refuses literals that mean nothing', () => {
  for (const text of ['let a = 10.0.0.1/8', 'let a = 1h30m', 'let a = "open', '// comment', 'let a = 1 /* x */']) {
    const result = formatPolicy(text);
    assert.ok(result.kind === 'refused' && result.why === 'syntax', text);
  }
});

test('refuses bytes that are no UTF-8', () => {
  const result = formatPolicy(new Uint8Array([0x23, 0xff, 0x0a]));
  assert.ok(result.kind === 'refused' && result.why === 'syntax');
  assert.deepEqual(
    result.diagnostics.map(({ code }) => code),
    ['undecodable-text'],
  );
});

function format(content: string | Uint8Array): string {
  const result = formatPolicy(content);
  assert.ok(result.kind === 'formatted', JSON.stringify(result));
  return result.text;
}
