import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRecord } from '../unknown.ts';
import type { FieldPath } from './fields.ts';
import { parseSimpleYaml } from './simple-yaml.ts';
import { parseAnyYaml, parseYaml, type YamlText } from './yaml-text.ts';

const RUNS = Number(process.env.YAML_RUNS ?? 2_000);

const kubectl = `apiVersion: v1
items:
- apiVersion: v1
  kind: Service
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"v1","metadata":{"annotations":{}}}
      example.com/note: 'it''s "a": b #c'
      "example.com/quoted": "\\u00e9 \\"x\\"\\n"
    creationTimestamp: "2026-01-01T00:00:00Z"
    labels: {}
    name: cart
  spec:
    clusterIPs:
    - 10.96.0.1
    - 2001:db8::1
    ports:
    - name: http   # the only one
      port: 80
      targetPort: 8080

    sessionAffinity: None
  status:
    loadBalancer: {}
- metadata:
    name:
    deletionTimestamp: null
- kind: Node
  status:
    message: a text that is too long for
      one line
  other: 'and
    another'
kind: List
metadata:
  resourceVersion: ""
`;

test('reads what kubectl prints', () => {
  assert.notEqual(
    parseSimpleYaml(kubectl, () => ({ value: {}, line: 1 })),
    undefined,
  );
  assertSame(kubectl);
});

const simple: readonly string[] = [
  '',
  '# nothing\n',
  '--- \n\n# nothing',
  '---\na: b',
  'a:\n- b: 1\n  c: -2\n-   d: true\n    e: ~\nf: null\n',
  'a:\n  - x\n  # between\n  - y # after\nb:\n',
  'a: |\n  one\n\n   two  \n\nb: |-\n    # three\n',
  'a: [10.96.0.1, "2001:db8::1", true, 2001:db8::2] # both\nb: []\nc: { d: e, f: "1" }\n',
  'a: b:c#d\ne: http://192.0.2.1:80/x?y=z\nf: 1.10.2\ng: 1e3\nh: .5\ni: 0o17\n',
  'a: \'b # c\'   # d\n"e": ""\n',
];

for (const text of simple) {
  test(`reads ${JSON.stringify(text)} as the library does`, () => {
    assert.notEqual(parseSimpleYaml(text), undefined);
    assertSame(text);
  });
}

const left: readonly string[] = [
  'a: b: c\n',
  'a: b\na: c\n',
  'a: b\n  c\n',
  'a: *b\n',
  'a: &b c\n',
  'a: !!str 1\n',
  'a: >\n  b\n',
  'a: |2\n   b\n',
  'a: |+\n  b\n',
  'a: |\n  b',
  'a: |\n  b\n  # c',
  'a: |\n\n  b\n',
  'a: "b\n  c"\n',
  'a: "\\x41"\n',
  'a: [b,]\n',
  'a: { b: c, b: d }\n',
  'a: 0x1F\n',
  'a: 1e+3\n',
  'a:\tb\n',
  'a: b\r\n',
  'a: b\u2028c: d\n',
  'a\n',
  '- - a\n',
  '-\n  a: b\n',
  '? a\n: b\n',
  '<<: a\n',
  '__proto__: a\n',
  '12: a\n',
  'true: a\n',
  'a: {{ .Values.b }}\n',
  'a: @b\n',
  '%YAML 1.2\n---\na: b\n',
  'a: b\n...\n',
  'a: b\n---\nc: d\n',
  'a:\n    b: c\n  d: e\n',
  'a:\n- b\n  - c\n',
  'a: b\n- c\n',
];

for (const text of left) {
  test(`leaves ${JSON.stringify(text)} to the library`, () => assert.equal(parseSimpleYaml(text), undefined));
}

test('is at one with the library about every text it reads, and every line in it', () => {
  fc.assert(fc.property(fc.oneof(looseText(), changedText()), assertSame), { numRuns: RUNS });
});

// Each stands in a list, between objects that are simple.
const otherItems: readonly (readonly [string, boolean])[] = [
  ['- a: a text that is\n    folded\n  b: 1\n', true],
  ['- a: >-\n    folded\n\n    too\n', true],
  ['- a: "\\x41\n    b"\n', true],
  ['-\n  # later\n  a: b\n', true],
  ['- # later\n\n  a: { b: [c] }\n', true],
  ['- a: |+\n    b\n\n\n', true],
  ['- a: |\n    b\n\t\n', false],
  ['- ? a\n  : b\n', true],
  ['- items:\n  - a: b\n    c: d\n     e\n', true],
  ['- a: &x b\n  c: *x\n', false],
  ['- a: *x\n', false],
  ['- - a\n', false],
  ['- a: "b\nc"\n', false],
  ['- a: b\n  a: c\n', false],
  ['- a: [\n  b\n]\n', false],
];

for (const [item, isAlone] of otherItems) {
  test(`of a list with ${JSON.stringify(item)} ${isAlone ? 'that object alone' : 'the whole'} goes to the library`, () => {
    const text = `items:\n- x: y\n${item}\n- z: 1\n# end\nkind: List\n`;
    let isAsked = false;
    const simple = parseSimpleYaml(text, (part) => {
      const parsed = parseAnyYaml(part);
      const list = parsed.kind === 'documents' ? parsed.documents[0]?.value : undefined;
      isAsked = true;
      return Array.isArray(list) && isRecord(list[0]) ? { value: list[0], line: 1 } : undefined;
    });
    assert.equal(simple !== undefined && isAsked, isAlone);
    assertSame(text);
  });
}

test('depth is limited, and no length is', () => {
  const deep = Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
  assert.equal(parseSimpleYaml(deep), undefined);
  const long = parseSimpleYaml(`a:\n${'- b: c\n'.repeat(50_000)}`);
  assert.ok(long !== undefined && JSON.stringify(long.value).length > 500_000);
});

test('finds the line of a mistake in one object of a list by that object alone', () => {
  const items = Array.from({ length: 3 }, (_, index) => `- kind: Node\n  metadata:\n    labels:\n      n: ${index}\n`);
  const parsed = parseYaml(`kind: List\nitems:\n# first\n${items.join('\n')}`);
  assert.deepEqual(
    linesOf(parsed, [
      ['items', 0],
      ['items', 2, 'metadata', 'labels', 'n'],
      ['items', 2, 'spec'],
      ['items', 7],
      ['kind'],
    ]),
    [4, 17, 14, 4, 1],
  );
});

/** The two must agree about every text, whether the simple reader has a part in it or not. */
function assertSame(text: string): void {
  const [own, library] = [parseYaml(text), parseAnyYaml(text)];
  assert.deepEqual(valuesOf(own), valuesOf(library), JSON.stringify(text));
  const paths = library.kind === 'documents' ? pathsIn(library.documents[0]?.value) : [];
  assert.deepEqual(linesOf(own, paths), linesOf(library, paths), JSON.stringify(text));
}

function valuesOf(text: YamlText): unknown {
  return text.kind === 'broken' ? text : text.documents.map(({ value }) => value);
}

function linesOf(text: YamlText, paths: readonly FieldPath[]): readonly (number | undefined)[] {
  return paths.map((path) => (text.kind === 'documents' ? text.documents[0]?.lineOf(path) : undefined));
}

function pathsIn(value: unknown, path: FieldPath = []): readonly FieldPath[] {
  const isContainer = typeof value === 'object' && value !== null;
  const inner = isContainer ? Object.entries(value) : [];
  const steps = inner.map(([key, child]) => [Array.isArray(value) ? Number(key) : key, child] as const);
  return [path, [...path, 'nowhere'], ...steps.flatMap(([step, child]) => pathsIn(child, [...path, step]))];
}

/** Lines of all sorts, with and without sense. */
function looseText(): fc.Arbitrary<string> {
  const word = fc.constantFrom('a', 'b', 'items', 'x.y/z', '12', 'no', 'true', '"q"', '"12"', 'a b', "'s'", '-', '<<');
  const value = fc.oneof(
    word,
    fc.constantFrom(
      '',
      '1',
      '-1',
      '+1',
      '-0',
      '007',
      '1.',
      '.5',
      '-.5',
      '1.10',
      '1e3',
      '1e+3',
      '0x1',
      '0o7',
      '~',
      'Null',
      'nULL',
    ),
    fc.constantFrom(
      'TRUE',
      'False',
      'yes',
      '.nan',
      '.inf',
      '-.INF',
      '2026-01-01',
      '12:30',
      '::1',
      'fe80::',
      '1_0',
      '=',
      '^',
      '$x',
      '(y)',
    ),
    fc.constantFrom(
      '[]',
      '{}',
      '[ ]',
      '{ }',
      '[a]',
      '[a, 1]',
      '[a,b]',
      '["a: b"]',
      '[::1]',
      '[2001:db8::1, "::"]',
      '[1:2]',
      '[-]',
      '[a b]',
    ),
    fc.constantFrom(
      '{a: b}',
      '{ a: 1, b: "c" }',
      '{a: b, a: c}',
      '{1: a}',
      '{true: a}',
      '{a: b:c}',
      '{a:  b}',
      '{a: }',
      '[a: b]',
      '{a}',
    ),
    fc.constantFrom(
      '|',
      '|-',
      '|+',
      '| ',
      '|- # c',
      '>',
      '|1',
      '&x',
      '*x',
      '!t',
      '%',
      '@',
      '`',
      '?',
      ':',
      '- x',
      '- ',
      '? x',
      ',',
    ),
    fc.constantFrom(
      '"a\\nb"',
      '"a',
      "'a",
      "'a''b'",
      "''",
      '""',
      "''''",
      '"\\u0041"',
      '"\\/"',
      '"\\N"',
      '"\\x41"',
      '"a"b',
      '"a" #c',
      '"a"#c',
      "'a' #",
    ),
    fc.constantFrom(
      'a #c',
      'a#c',
      'a# c',
      'a  b',
      'a: b',
      'a:b',
      'a:',
      ': a',
      '#c',
      'a\tb',
      'a\t',
      '\ta',
      'é',
      '日本',
      '😀',
      'a\u2028b',
      'a\u0085b',
      '\ufeff',
    ),
    fc.string({ maxLength: 6 }),
  );
  const content = fc.oneof(
    fc.tuple(word, fc.constantFrom(': ', ':', ':  ', ' : '), value).map((parts) => parts.join('')),
    fc.tuple(word, fc.constantFrom(':', ': ', ': # c')).map((parts) => parts.join('')),
    value,
    fc.constantFrom('', '# c', '...', '---', '--- a', '--- '),
  );
  const dashes = fc.constantFrom('', '', '', '- ', '-   ', '- - ');
  const indent = fc.constantFrom('', '', '  ', '  ', '    ', ' ', '   ', '\t');
  const line = fc
    .tuple(indent, dashes, content, fc.constantFrom('', '', '', '', ' ', '  '))
    .map((parts) => parts.join(''));
  return fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', ''))
    .map(([lines, end]) => lines.join('\n') + end);
}

/** What kubectl prints, with a few changes. */
function changedText(): fc.Arbitrary<string> {
  const lines = [kubectl, ...simple].join('').split('\n');
  const edit = fc.record({
    at: fc.nat(kubectl.length),
    drop: fc.nat(3),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '',
        ' ',
        '  ',
        '\n',
        '\n\n',
        '#',
        ' #',
        ':',
        ': ',
        '- ',
        '"',
        "'",
        '|',
        '\t',
        '  \n',
        '\n  ',
        '\n    \n',
        'x',
      ),
      fc.constantFrom(...lines.map((text) => `\n${text}`)),
    ),
  });
  return fc.tuple(fc.constantFrom(kubectl, ...simple), fc.array(edit, { maxLength: 3 })).map(([start, edits]) =>
    edits.reduce((text, { at, drop, put }) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + drop);
    }, start),
  );
}
