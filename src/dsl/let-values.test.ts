import assert from 'node:assert/strict';
import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../testing/expect-diagnostics.ts';
import { compile } from './compile.ts';
import { createMemoryHost } from './source-host.ts';

/** Every place that takes a value, by the type it takes; `_` stands for the name. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'AS number': [
    'speaker { as _ }',
    'peer p { address 192.0.2.1 as _ }',
    'peer p { address 192.0.2.1 as 64500 local-as _ }',
    'filter f { accept if as-path starts _ }\npeer p { address 192.0.2.1 as 64500 import f }',
    'filter f { accept then prepend as (_, 64501) }\npeer p { address 192.0.2.1 as 64500 export f }',
    'filter f { accept if med == _ }\npeer p { address 192.0.2.1 as 64500 import f }',
  ],
  address: [
    'speaker { as 64512 router-id _ }',
    'speaker { as 64512 listen _ port 179 }',
    'peer p { address _ as 64500 }',
    'peer p { address 192.0.2.1 as 64500 source _ }',
    'filter f { accept then next-hop _ }\npeer p { address 192.0.2.1 as 64500 export f }',
  ],
  prefixes: [
    'range r load-balancer-ip _',
    'range r load-balancer-ip 0.0.0.0/0, ::/0 except _',
    'exclude prefixes _, 203.0.113.1',
    'filter f { reject if prefix in _ accept if prefix == (_, 203.0.113.0/24) }\npeer p { address 192.0.2.1 as 64500 import f }',
    'test "t" { cluster "c.yaml" expect every node withholds prefix in (_, 203.0.113.0/24) }',
  ],
  communities: [
    'range r load-balancer-ip 198.51.100.0/24 { community _, 64512:7 }',
    'service */* { community _ }',
    'filter f { update if not community _ then community (_, no-peer) accept then remove community _ }\npeer p { address 192.0.2.1 as 64500 export f }',
    'test "t" { cluster "c.yaml" expect worker-1 advertises 198.51.100.1 with community _ and med 0 }',
  ],
  strings: ['exclude nodes where zone == _', 'exclude services where namespace in (_, "b") or label "x" != _'],
};

/** Values of each type: literals, a list, and names of other values. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'AS number': ['64500', 'AS64500', '4.10', 'other\nlet other = 64500'],
  address: ['192.0.2.9', 'other\nlet other = 192.0.2.9'],
  prefixes: ['198.51.100.0/24', '198.51.100.1, 2001:db8::/64', 'other, 192.0.2.0/24\nlet other = 2001:db8::/64'],
  communities: [
    '64512:100',
    '64512:1:2',
    'rt:64512:100',
    'no-export',
    '64512:1, generic:1:2, blackhole, other\nlet other = no-peer',
  ],
  strings: ['"a"', '"a", "b", other\nlet other = "c"'],
};

for (const [type, places] of Object.entries(PLACES)) {
  test(`a name may stand wherever its value may: ${type}`, () => {
    for (const place of places) {
      for (const value of VALUES[type] ?? []) {
        // One address is never two.
        if (place.startsWith('test "t"') && place.includes('advertises') && value.includes(',')) continue;
        const text = `let given = ${value}\n${place.replaceAll('_', 'given')}`;
        const source = /^speaker/m.test(text) ? text : `${text}\nspeaker { as 64512 }`;
        const { diagnostics } = compile(['a.bell'], createMemoryHost({ 'a.bell': source }));
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        assert.deepEqual(
          errors.map(({ code, message }) => `${code}: ${message}`),
          [],
          source,
        );
      }
    }
  });
}

test('a name of another type is refused wherever a value stands', () => {
  for (const [type, places] of Object.entries(PLACES)) {
    const other = type === 'strings' ? '64512:1' : '"text"';
    for (const place of places) {
      const text = `let given = ${other}\n${place.replaceAll('_', 'given')}\nspeaker { as 64512 }`;
      const { diagnostics } = compile(['a.bell'], createMemoryHost({ 'a.bell': text }));
      assert.ok(
        diagnostics.some(({ code }) => code === 'wrong-type'),
        text,
      );
    }
  }
});

test('a reference may be a string, for names that are no identifiers or reserved', () => {
  expectNoDiagnostics(`filter a { accept }
template b { as 64500 }
peer c from "b" { address 192.0.2.1 export "a" }
service */* { to "c", "b" }`);
  expectDiagnostics('peer c { address 192.0.2.1 as 64500 export ‹"calico.filter"› }', ['unknown-filter']);
  expectNoDiagnostics('peer c { address 192.0.2.1 as 64500 nodes "node-1.example.org", worker-2 }');
});

test('names of names end at 64, whichever is declared first', () => {
  const chain = Array.from({ length: 5000 }, (_, n) => `let l${n} = l${n + 1}`);
  for (const lets of [chain, chain.toReversed()]) {
    const text = ['speaker { as l0 }', ...lets, 'let l5000 = 64512'].join('\n');
    const { diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['nesting-too-deep']);
  }
  const short = Array.from({ length: 60 }, (_, n) => `let l${n} = l${n + 1}`);
  expectNoDiagnostics(
    ['speaker { as l0 }', ...short, 'let l60 = 64512', 'peer p { address 192.0.2.1 as 64500 }'].join('\n'),
  );
});

test('names of another type are not offered where nothing has the name', () => {
  const text =
    'speaker { as 64512 }\nlet lan = 192.0.2.1\nlet tag = 64512:1\npeer p { address 192.0.2.1 as 64500 source lo }\n';
  const { diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  assert.deepEqual(
    diagnostics.map(({ code, notes }) => [code, ...notes]),
    [['unknown-value', 'known here: `lan`']],
  );
});

test('a list may have a great many names', () => {
  const text = `speaker { as 64512 }\nlet leaf = 64512\nlet many = ${Array(150_000).fill('leaf').join(', ')}\n`;
  const { diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  assert.deepEqual(diagnostics.map(({ code }) => code).sort(), ['no-peer', 'unused-name']);
});
