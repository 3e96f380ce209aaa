import assert from 'node:assert/strict';
import test from 'node:test';
import { compile } from './compile.ts';
import type { Expectation, PolicyTest } from './policy.ts';
import { createMemoryHost } from './source-host.ts';

const head = `speaker { as 64512 }
let bogons = 192.168.0.0/16, 172.16.0.0/12
let vip = 198.51.100.10
range vips load-balancer-ip 198.51.100.0/24
template fabric { as 64500 }
peer tor-a from fabric { address 192.0.2.1 }
peer tor-b from fabric { address 192.0.2.2 }
peer transit { address 192.0.2.9 as 64496 }
`;

function testsOf(text: string): readonly PolicyTest[] {
  const { policy, diagnostics } = compile(['net/edge.bell'], createMemoryHost({ 'net/edge.bell': `${head}${text}` }));
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  return policy?.tests ?? [];
}

function expectation(text: string): Expectation {
  const [found] = testsOf(`test "t" { cluster "shop.yaml" ${text} }`).flatMap(({ expectations }) => expectations);
  assert.ok(found !== undefined);
  return found;
}

test('a test keeps its name, its place and its fixtures, relative to the file that names them', () => {
  const [found] = testsOf(
    'test "t" {\n  cluster "fixtures/shop.yaml"\n  cluster "../common"\n  expect n withholds vip\n}',
  );
  assert.deepEqual(found && { ...found, expectations: found.expectations.length }, {
    name: 't',
    at: { path: 'net/edge.bell', line: 9, column: 1 },
    fixtures: [
      { at: { path: 'net/edge.bell', line: 10, column: 11 }, path: 'net/fixtures/shop.yaml' },
      { at: { path: 'net/edge.bell', line: 11, column: 11 }, path: 'common' },
    ],
    expectations: 1,
  });
});

test('`no node advertises` is `every node withholds`, and the other way round', () => {
  for (const [text, verdict] of [
    ['every node advertises', 'advertises'],
    ['every node withholds', 'withholds'],
    ['no node advertises', 'withholds'],
    ['no node withholds', 'advertises'],
  ]) {
    const { nodes, verdict: lowered } = expectation(`expect ${text} vip`);
    assert.deepEqual({ nodes, lowered }, { nodes: { kind: 'every' }, lowered: verdict }, text);
  }
});

test('a name stands for its prefixes, and an address for its /32', () => {
  assert.deepEqual(expectation('expect n advertises vip').subject, { kind: 'prefix', prefix: '198.51.100.10/32' });
  assert.deepEqual(expectation('expect n withholds prefix in bogons').subject, {
    kind: 'inside',
    prefixes: ['192.168.0.0/16', '172.16.0.0/12'],
  });
});

test('a template stands for its peers', () => {
  assert.deepEqual(expectation('expect n advertises vip to transit').to, { kind: 'peer', name: 'transit' });
  assert.deepEqual(expectation('expect n advertises vip to fabric').to, {
    kind: 'template',
    name: 'fabric',
    peers: ['tor-a', 'tor-b'],
  });
  assert.equal(expectation('expect n advertises vip').to, undefined);
});

test('attributes that are not named do not matter', () => {
  assert.deepEqual(expectation('expect n advertises vip with prepend 0 and community 64512:1').attributes, {
    communities: [{ kind: 'standard', high: 64512, low: 1 }],
    localPref: undefined,
    med: undefined,
    prepend: 0,
  });
});

test('the text of an expectation is one line without comments', () => {
  const { text } = expectation('expect "node#1"  # the first\n    advertises\n\tvip # one\n');
  assert.equal(text, 'expect "node#1" advertises vip');
});

test('a name that only a test uses is used', () => {
  const { diagnostics } = compile(
    ['edge.bell'],
    createMemoryHost({ 'edge.bell': `${head}test "t" { cluster "a.yaml" expect n withholds prefix in bogons }` }),
  );
  assert.deepEqual(
    diagnostics.map(({ code, labels }) => `${code} ${labels[0]?.span.start}`),
    [`unused-name ${head.indexOf('vip =')}`],
  );
});
