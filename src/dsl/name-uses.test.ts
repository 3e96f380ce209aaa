import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkedSource } from '../testing/marked-source.ts';
import { nameUses } from './name-uses.ts';
import { parse } from './parse.ts';
import { createSourceFile } from './source-file.ts';

const cases: readonly { readonly text: string; readonly spaces: readonly string[] }[] = [
  { text: 'let a = ‹b›, 64512:1, ‹c›', spaces: ['let', 'let'] },
  { text: 'let a = "b"', spaces: [] },
  { text: 'speaker { as ‹a› router-id ‹b› listen ‹c› port 1179 }', spaces: ['let', 'let', 'let'] },
  {
    text: 'range r external-ip ‹a› except ‹b› exact { community ‹c›, no-export }',
    spaces: ['let', 'let', 'let'],
  },
  { text: 'exclude prefixes ‹a›, 192.0.2.1', spaces: ['let'] },
  { text: 'exclude services */* where name in (‹a›, "b")', spaces: ['let'] },
  { text: 'service */* { to ‹p›, ‹"q.r"› community ‹c› }', spaces: ['session', 'session', 'let'] },
  {
    text: 'filter f { accept if range in (‹r›, ‹"s"›) and prefix in ‹p› then community ‹c›, next-hop ‹n› }',
    spaces: ['range', 'range', 'let', 'let', 'let'],
  },
  { text: 'filter f { reject if as-path starts ‹a› or community ‹c› or length > ‹n› }', spaces: ['let', 'let', 'let'] },
  { text: 'filter f { reject if family == ipv4 and source == remote }', spaces: [] },
  {
    text: 'peer p from ‹t› { address ‹a› as ‹b› local-as ‹c› export ‹f›, ‹"g"› import nothing nodes n, m role provider }',
    spaces: ['session', 'let', 'let', 'let', 'filter', 'filter'],
  },
  { text: 'template t { address in ‹p› nodes where name == ‹n› }', spaces: ['let', 'let'] },
  {
    text: 'test "t" { expect node-1 advertises prefix in ‹p› to ‹q› with community ‹c› and med 5 }',
    spaces: ['let', 'session', 'let'],
  },
];

for (const { text, spaces } of cases) {
  test(`names in \`${text}\``, () => {
    const marked = parseMarkedSource(text);
    const { statements } = parse(createSourceFile('x.bell', marked.text), () => undefined);
    const uses = statements.flatMap(nameUses);
    assert.deepEqual(
      uses.map(({ span: { start, end } }) => ({ start, end })),
      marked.spans,
    );
    assert.deepEqual(
      uses.map(({ space }) => space),
      spaces,
    );
    for (const { span, quoted } of uses) assert.equal(marked.text[span.start] === '"', quoted);
  });
}
