import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionsAt } from './definition.ts';
import { offsetOf } from './positions.ts';
import { highlightsAt, referencesAt } from './references.ts';
import { type OpenedFile, openPolicy, SPEAKER } from './testdata/open-policy.ts';

/** The first mark is where it starts, every other one a place that is expected. */
const definitions: Readonly<Record<string, string>> = {
  'a let': 'exclude prefixes ‹a›\nlet ‹a› = 192.0.2.1',
  'a let in a condition': 'exclude services */* where name == ‹n›\nlet ‹n› = "x"',
  'a range': 'filter f { accept if range == ‹vips› }\nrange ‹vips› external-ip 203.0.113.0/24',
  'a filter': 'peer p { export ‹f› }\nfilter ‹f› { accept }',
  'a quoted name': 'peer p { export ‹"f"› }\nfilter ‹f› { accept }',
  'a template': 'peer p from ‹t› { }\ntemplate ‹t› { as 64500 }',
  'a peer in a test': 'test "t" { expect every node advertises 192.0.2.1 to ‹p› }\npeer ‹p› { }',
  'a name that is a keyword': 'peer p from ‹peer› { }\ntemplate ‹peer› { as 64500 }',
};

for (const [name, text] of Object.entries(definitions)) {
  test(`finds the declaration of ${name}, from either end of the name`, () => {
    const opened = openPolicy(`${text}${SPEAKER}`);
    const [use, declaration] = opened.marks;
    assert.ok(use && declaration);
    for (const offset of [use.start, use.end]) {
      const found = definitionsAt(opened.file, offset, (path) => path);
      assert.deepEqual(found.map(spanOf(opened)), [declaration]);
    }
  });
}

test('a name means something else in every name space', () => {
  const text = 'let x = 192.0.2.0/24\nrange x external-ip x\nfilter x { accept if range == ‹x› }\npeer x { export x }';
  const opened = openPolicy(`${text}${SPEAKER}`);
  const [found] = definitionsAt(opened.file, opened.cursor, (path) => path);
  assert.deepEqual(found?.range.start, { line: 1, character: 6 });
});

test('finds declarations in other files, and the files themselves', () => {
  const { file, marks } = openPolicy({
    '/policy/edge.bell': `include ‹"parts/*.bell"›\nexclude prefixes ‹bogons›\ntest "t" { cluster ‹"fixtures/shop.yaml"› }${SPEAKER}`,
    '/policy/parts/lets.bell': 'let bogons = 192.168.0.0/16\n',
  });
  const found = marks.map(({ start }) => definitionsAt(file, start, (path) => path)[0]?.uri);
  assert.deepEqual(found, ['/policy/parts/lets.bell', '/policy/parts/lets.bell', '/policy/fixtures/shop.yaml']);
});

test('an unknown name has no declaration, and a number neither', () => {
  const { file, marks } = openPolicy(`peer p { export ‹nobody› as ‹64500› }${SPEAKER}`);
  for (const { start } of marks) assert.deepEqual(definitionsAt(file, start, String), []);
});

test('finds every place of a name, with or without its declaration', () => {
  const opened = openPolicy(
    `let ‹c› = 64512:1\nservice */* { community ‹c›, 64512:2 }\nfilter f { accept if community ‹c› then community ‹c› }\nrange c external-ip 203.0.113.0/24${SPEAKER}`,
  );
  const all = referencesAt(opened.file, opened.cursor, true, String);
  assert.deepEqual(all.map(spanOf(opened)), opened.marks);
  const uses = referencesAt(opened.file, opened.cursor, false, String);
  assert.deepEqual(uses.map(spanOf(opened)), opened.marks.slice(1));
});

test('marks the places of this file only', () => {
  const opened = openPolicy({
    '/policy/a.bell': `exclude prefixes ‹x›${SPEAKER}`,
    '/policy/b.bell': 'let x = 192.0.2.1\nexclude prefixes x',
  });
  const highlights = highlightsAt(opened.file, opened.cursor);
  assert.equal(highlights.length, 1);
  assert.equal(referencesAt(opened.file, opened.cursor, true, String).length, 3);
});

test('a place without a name has no references', () => {
  const { file, cursor } = openPolicy(`peer p { hold-‹›time 3s }${SPEAKER}`);
  assert.deepEqual(referencesAt(file, cursor, true, String), []);
  assert.deepEqual(highlightsAt(file, cursor), []);
});

function spanOf({ file }: OpenedFile) {
  return ({ range }: ReturnType<typeof definitionsAt>[number]) => ({
    start: offsetOf(range.start, file.source),
    end: offsetOf(range.end, file.source),
  });
}
