import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from './decode.ts';
import { createManifestParser, parseManifest } from './manifest-text.ts';

const listJson = `{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    { "apiVersion": "v1", "kind": "Node", "metadata": { "name": "worker-1", "annotations": { "a": "\\\\\\"}]" } } },
    {
      "apiVersion": "v1", "kind": "Service", "metadata": { "name": "cart" },
      "spec": {
        "type": "NodePort",
        "externalIPs": ["203.0.113.1", 7]
      }
    },
    { "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "cart" } },
    { "apiVersion": "v1", "kind": "Node", "metadata": { "name": "worker-2" } }
  ]
}
`;

const listYaml = `# kubectl get nodes,services -o yaml
apiVersion: v1
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: worker-1
- apiVersion: v1
  kind: Service
  metadata:
    name: cart
  spec:
    externalIPs:
    - 203.0.113.1
    - 7
kind: List
`;

test('finds the objects of a JSON list with the line each starts on', () => {
  const { objects, refused, others } = readable(listJson);
  assert.deepEqual(objects, ['5 Node worker-1', '14 Node worker-2']);
  assert.deepEqual(refused, [
    '10 Service default/cart: spec.externalIPs[1]: expected text, found `7`; write "7" in quotes',
  ]);
  assert.equal(others, 1);
});

test('finds the objects of a YAML list with the line each starts on', () => {
  const { objects, refused } = readable(listYaml);
  assert.deepEqual(objects, ['4 Node worker-1']);
  assert.deepEqual(refused, [
    '15 Service default/cart: spec.externalIPs[1]: expected text, found `7`; write "7" in quotes',
  ]);
});

test('reads many documents, and skips empty ones', () => {
  const text = `${node('a')}---\n# nothing here\n---\n${node('b')}---\nnull\n...\n---\n${node('c')}`;
  assert.deepEqual(readable(text).objects, ['1 Node a', '9 Node b', '18 Node c']);
});

test('reads JSON documents in a YAML stream, and a list inside a list', () => {
  const one = '{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}}';
  assert.deepEqual(readable(`${one}\n---\n${one.replace('"a"', '"b"')}\n`).objects, ['1 Node a', '3 Node b']);
  const list = (items: string) => `{"apiVersion":"v1","kind":"List","items":[${items}]}`;
  assert.deepEqual(readable(list(list(one))).objects, ['1 Node a']);
  assert.deepEqual(readable(list(list(list(list(list(one)))))).refused, ['1 lists are nested too deeply']);
});

test('a parser that remembers the last text finds what a new one finds', () => {
  const parser = createManifestParser();
  const texts = [
    [node('a'), node('b'), node('c')],
    [node('a'), node('b', '  labels: { rack: 1 }\n'), node('c')],
    [node('c'), '# between\n', node('a'), node('a')],
    ['%YAML 1.2\n---\n', node('a')],
    [node('a'), 'kind: "\n'],
    ['{"kind":"Node"}\n', '{"kind":\n'],
    [],
  ].map((documents) => Buffer.from(documents.join('---\n')));
  for (const text of [...texts, ...texts]) assert.deepEqual(parser(text), parseManifest(text));
});

test('lends items of a typed list its type', () => {
  const text = '{"apiVersion":"v1","kind":"NodeList","items":[{"metadata":{"name":"a"}}]}';
  assert.deepEqual(readable(text).objects, ['1 Node a']);
});

test('skips a byte-order mark and takes Windows line ends', () => {
  assert.deepEqual(readable(`\uFEFF${node('a').replaceAll('\n', '\r\n')}`).objects, ['1 Node a']);
});

test('an empty text holds nothing', () => {
  for (const text of ['', '\n', '# nothing\n', '---\n---\n']) {
    assert.deepEqual(parseManifest(Buffer.from(text)), { kind: 'readable', objects: [], refused: [], others: 0 });
  }
});

// What the quotes are missing from, and what kubectl and this reader make of it.
const scalars: readonly [string, string | undefined][] = [
  ['1e3', '1e3'],
  ['0o17', '0o17'],
  ['12e345', '12e345'],
  ['on', 'on'],
  ['no', 'no'],
  ['1_000', '1_000'],
  ['12:30:45', '12:30:45'],
  ['2026-01-01', '2026-01-01'],
  ['"true"', 'true'],
  ['"12"', '12'],
  ['true', undefined],
  ['12', undefined],
  ['1.10', undefined],
  ['0x1F', undefined],
  ['1e+3', undefined],
  ['12345678901234567890', undefined],
];

for (const [source, expected] of scalars) {
  test(`a label ${source} is ${expected === undefined ? 'refused, as the API would' : `the text ${expected}`}`, () => {
    const found = parseManifest(Buffer.from(node('a', `  labels:\n    x: ${source}\n`)));
    assert.ok(found.kind === 'readable');
    const label = found.objects.map(({ object }) => object.kind === 'Node' && object.labels.x);
    assert.deepEqual(label, expected === undefined ? [] : [expected]);
    assert.equal(found.refused.length, expected === undefined ? 1 : 0);
  });
}

test('merges anchors as kubectl does', () => {
  const text = `x-base: &base\n  rack: a\n${node('a', '  labels:\n    <<: *base\n')}`;
  const found = parseManifest(Buffer.from(text));
  assert.deepEqual(
    found.kind === 'readable' && found.objects.map(({ object }) => object.kind === 'Node' && object.labels),
    [{ rack: 'a' }],
  );
});

const broken: readonly [string, string | Uint8Array, number | undefined, RegExp][] = [
  ['a tab', 'kind: Node\n\tname: x\n', 2, /tab/i],
  ['an open quote', 'kind: "Node\n', 2, /quote/i],
  ['a key twice', 'kind: Node\nkind: Node\n', 2, /unique/],
  ['a template', 'kind: {{ .Values.kind }}-x\n', 1, /./],
  ['an anchor bomb', bomb(), 1, /aliases unfold to more than 100 copies/],
  ['a merge of no map', '# first\nkind: Node\n<<: x\n', 2, /^merge sources must be maps/],
  ['an alias without an anchor', 'kind: *nowhere\n', 1, /alias|anchor/i],
  ['cut JSON', '{\n  "kind": "List",\n  "items": [\n', 4, /^not valid JSON: unexpected end|^not valid JSON: expected/],
  ['a comma too many', '{\n  "kind": "Node",\n}\n', 3, /^not valid JSON: expected double-quoted property name$/],
  ['other bytes than text', Uint8Array.of(0x6b, 0xff, 0xfe), undefined, /^it is not UTF-8 text$/],
];

for (const [title, source, line, message] of broken) {
  test(`a text with ${title} is broken, and the line says where`, () => {
    const found = parseManifest(typeof source === 'string' ? Buffer.from(source) : source);
    if (found.kind !== 'broken') assert.fail(JSON.stringify(found));
    assert.equal(found.line, line);
    assert.match(found.message, message);
    assert.doesNotMatch(found.message, /\n/);
  });
}

test('deep nesting is broken instead of ending the process', () => {
  assert.equal(parseManifest(Buffer.from('['.repeat(100_000))).kind, 'broken');
  assert.equal(parseManifest(Buffer.from(`a: ${'['.repeat(100_000)}`)).kind, 'broken');
});

function node(name: string, more = ''): string {
  return `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n${more}\n`;
}

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
  return ['l0: &l0 [x]', ...levels].join('\n');
}

function readable(text: string): { objects: string[]; refused: string[]; others: number } {
  const found = parseManifest(Buffer.from(text));
  if (found.kind !== 'readable') assert.fail(`broken: ${JSON.stringify(found)}`);
  return {
    objects: found.objects.map(({ object, line }) => `${line} ${objectId(object)}`),
    refused: found.refused.map(({ line, message }) => `${line} ${message}`),
    others: found.others,
  };
}

test('a text that would change a terminal is refused in plain characters', () => {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart\n\u001b[8m' } });
  const manifest = parseManifest(new TextEncoder().encode(text));
  assert.ok(manifest.kind === 'readable');
  const [refused] = manifest.refused;
  assert.match(refused?.message ?? '', /metadata\.name: `cart\\u\{a\}\\u\{1b\}\[8m` is no Kubernetes name/);
});
