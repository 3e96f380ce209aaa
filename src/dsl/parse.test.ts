import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { mutatedPolicy, policyToken } from '../testing/policy-arbitraries.ts';
import { allBlocks } from './blocks.ts';
import { firstWords } from './grammar/first-words.ts';
import { PolicyParser } from './grammar/statements.ts';
import { lex } from './lexer.ts';
import { parse, parseInParts, parseWhole } from './parse.ts';
import { createReporter } from './report.ts';
import { createSourceFile } from './source-file.ts';
import { spanText } from './span.ts';
import { VALID_STATEMENTS } from './testdata/valid-statements.ts';
import { PLAIN_KEYWORDS } from './tokens.ts';

function parseText(text: string) {
  const reporter = createReporter();
  const file = parse(createSourceFile('policy.bell', text), reporter.report);
  return { file, diagnostics: reporter.diagnostics(['policy.bell']) };
}

test('the grammar is unambiguous and free of left recursion', () => {
  assert.doesNotThrow(() => new PolicyParser({ recovery: true, validate: true }));
});

for (const statement of VALID_STATEMENTS) {
  test(`parses ${statement.replace(/\s+/g, ' ').slice(0, 90)}`, () => {
    const { file, diagnostics } = parseText(statement);
    assert.deepEqual(diagnostics, []);
    assert.equal(file.statements.length, 1);
  });
}

test('statements run together without separators, and their spans are their text', () => {
  const { file, diagnostics } = parseText(VALID_STATEMENTS.join(' '));
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    file.statements.map((statement) => spanText(statement.span)),
    VALID_STATEMENTS,
  );
});

test('takes every keyword that is not reserved as a declared name and as a reference', () => {
  for (const word of PLAIN_KEYWORDS) {
    const text = `peer ${word} from ${word} { address ${word} as ${word} export ${word}, ${word} }`;
    assert.deepEqual(parseText(text).diagnostics, [], word);
  }
});

test('binds `not` before `and` before `or`', () => {
  const { file } = parseText('exclude nodes where label "a" or not label "b" and label "c"');
  const [statement] = file.statements;
  assert.ok(statement?.kind === 'exclude-nodes' && statement.where.kind === 'or');
  const [, right] = statement.where.operands;
  assert.ok(right?.kind === 'and' && right.operands[0]?.kind === 'not');
});

test('every block names the words its items start with', () => {
  for (const block of allBlocks()) assert.ok(firstWords(block.itemRule).length > 1, block.phrase);
});

test('goes on behind each mistake', () => {
  const { file, diagnostics } = parseText(`speaker { as }
peer a { address 192.0.2.1 wrong as 64500 }
rnage b load-balancer-ip 198.51.100.0/24
exclude prefixes
filter c { accept if reject }
peer d { address 192.0.2.2 as 64500 }`);
  assert.equal(diagnostics.length, 5);
  assert.deepEqual(
    file.statements.map((statement) => statement.kind),
    ['speaker', 'peer', 'range', 'filter', 'peer'],
  );
});

test('never throws, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void parseText(text)));
  fc.assert(fc.property(fc.array(policyToken, { maxLength: 60 }), (words) => void parseText(words.join(' '))));
});

test('never throws on a policy with mistakes, and reports one where something is missing', () => {
  fc.assert(
    fc.property(mutatedPolicy, (text) => {
      const { file, diagnostics } = parseText(text);
      for (const { labels } of diagnostics) {
        for (const { span } of labels) assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length);
      }
      if (diagnostics.length === 0) assert.equal(spansJoined(text, file), text.replace(/#.*|\s+/g, ''));
    }),
    { numRuns: 500 },
  );
});

/** The text of all statements without white space and comments. */
function spansJoined(text: string, file: ReturnType<typeof parse>): string {
  const parts = file.statements.map(({ span }) => text.slice(span.start, span.end));
  return parts.join('').replace(/#.*|\s+/g, '');
}

test('survives nesting and repetition that would exhaust the stack', () => {
  const open = `exclude nodes where ${'('.repeat(50_000)}label "a"`;
  const nots = `exclude nodes where ${'not '.repeat(50_000)}label "a"`;
  const mistakes = `peer a { ${'wrong 5 }\n'.repeat(20_000)}`;
  const oneLine = `${'let a = 1 '.repeat(5_000)} let`;
  const items = `peer a {\n${'wrong 5 passive\n'.repeat(20_000)}}`;
  for (const text of [open, mistakes, oneLine, items]) assert.ok(parseText(text).diagnostics.length > 0);
  assert.equal(parseText(nots).file.statements.length, 1);
});

/** Long enough to be read part by part, with what looks like the start of a statement inside of one. */
const LARGE = [...VALID_STATEMENTS, 'filter\n  let {\n  accept if prefix in\n  filter\n}', '# the end\n']
  .join('\n')
  .repeat(20);

function readAtOnce(text: string) {
  const source = createSourceFile('policy.bell', text);
  const { report } = createReporter();
  return { source, report, statements: parseWhole(lex(source, report).tokens, source) };
}

test('reads a large text part by part as it reads it at once', () => {
  const { source, report, statements } = readAtOnce(LARGE);
  const parts = parseInParts(source, report);
  assert.ok(parts !== undefined);
  assert.deepEqual(parts, statements);
});

test('reads a large text at once where a part would end inside of a statement', () => {
  const { source, report, statements } = readAtOnce('let a =\n  10.0.0.0/8,\n  filter\n'.repeat(2000));
  assert.equal(parseInParts(source, report), undefined);
  assert.deepEqual(parse(source, report).statements, statements);
});

test('reports each mistake of a large text once, and reads what stands around it', () => {
  const text = `range a cluster-ip 10.0.0.1/8\n${LARGE}\nlet let\nlet b = 1\n`;
  const { file, diagnostics } = parseText(text);
  const found = diagnostics.map(({ code, labels: [label] }) => [code, label?.span.start]);
  assert.deepEqual(found, [
    ['host-bits', 'range a cluster-ip '.length],
    ['syntax-error', text.indexOf('\nlet b = 1\n')],
  ]);
  assert.equal(file.statements.at(-1)?.kind, 'let');
});
