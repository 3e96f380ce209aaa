import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionsAt } from './completion.ts';
import { FIXTURES, openPolicy, SPEAKER } from './testdata/open-policy.ts';

const NAMES = `
let anycast = 64512:100
let bogons = 192.168.0.0/16
let spines = 64500, 64501
let zones = "a", "b"
range vips load-balancer-ip 198.51.100.0/24
filter to-fabric { accept }
template fabric { as 64500 }
peer tor-a from fabric { address 192.0.2.1 }
`;

interface Case {
  readonly text: string;
  /** Exactly these. */
  readonly labels?: readonly string[];
  readonly some?: readonly string[];
  readonly none?: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  'statements at the start of a line': {
    text: '‹›',
    some: ['range', 'peer', 'filter', 'test'],
    none: ['accept', 'address'],
  },
  'statements while one is being written': { text: 'ran‹›', some: ['range'], none: ['accept'] },
  'what may follow the prefixes of a range': {
    text: 'range x external-ip 203.0.113.0/24 ‹›',
    some: ['for', 'except', 'exact', 'aggregate', 'filter'],
    none: ['where'],
  },
  'kinds of addresses': { text: 'range x ‹›', labels: ['cluster-ip', 'external-ip', 'load-balancer-ip'] },
  'settings of a peer': {
    text: 'peer x {\n  ‹›\n}',
    some: ['address', 'hold-time', 'export'],
    none: ['require', 'accept'],
  },
  'roles of a session': {
    text: 'peer x { role ‹› }',
    labels: ['off', 'provider', 'customer', 'peer', 'rs-server', 'rs-client'].sort(),
  },
  'algorithms of TCP-AO': {
    text: 'peer x { authentication tcp-ao key-id 1 algorithm hmac-‹› }',
    some: ['hmac-sha1', 'hmac-sha256'],
    none: ['md5', 'off'],
  },
  'settings of a service': { text: 'service */* {\n  ‹›\n}', some: ['to', 'require', 'med'], none: ['hold-time'] },
  'settings behind another one on the same line': { text: 'peer x { as 64500 ‹› }', some: ['address', 'bfd'] },
  'settings below a broken one': { text: 'peer x {\n  hold-time\n  addr‹›\n}', some: ['address'] },
  'rules of a filter': {
    text: 'filter x {\n  accept if range == vips\n  ‹›\n}',
    some: ['accept', 'reject', 'update', 'and', 'then'],
    none: ['peer'],
  },
  'actions behind then': {
    text: 'filter x { accept then ‹› }',
    labels: ['community', 'local-pref', 'med', 'next-hop', 'prepend', 'remove'],
  },
  'terms of a route': {
    text: 'filter x { accept if ‹› }',
    some: ['prefix', 'range', 'as-path'],
    none: ['zone', 'label', 'name'],
  },
  'terms of a node': {
    text: 'exclude nodes where ‹›',
    some: ['label', 'zone', 'taint'],
    none: ['prefix', 'namespace'],
  },
  'terms of a service': {
    text: 'service */* where ‹›',
    some: ['namespace', 'traffic-policy'],
    none: ['zone', 'prefix', 'range'],
  },
  'terms of a node in the block of a service': {
    text: 'service */* { from all-nodes where ‹› }',
    some: ['zone'],
    none: ['namespace'],
  },
  'filters behind export': { text: 'peer x { export ‹› }', labels: ['all', 'nothing', 'to-fabric'] },
  'templates behind from': { text: 'peer x from ‹›', labels: ['fabric'] },
  'peers and templates behind to': { text: 'service */* { to ‹› }', labels: ['all', 'fabric', 'tor-a'] },
  'ranges behind range ==': { text: 'filter x { accept if range == ‹› }', labels: ['vips'] },
  'ranges in a list': { text: 'filter x { accept if range in (vips, ‹›) }', labels: ['vips'] },
  'prefix values behind prefix in': { text: 'filter x { reject if prefix in ‹› }', labels: ['bogons'] },
  'AS numbers behind as-path starts': { text: 'filter x { reject if as-path starts ‹› }', labels: ['spines'] },
  'communities, named and well known': {
    text: 'service */* { community ‹› }',
    some: ['anycast', 'no-export', 'blackhole'],
    none: ['bogons', 'spines'],
  },
  'words of an enumerated field': { text: 'service */* where traffic-policy == ‹›', labels: ['cluster', 'local'] },
  'families behind not in': { text: 'filter x { accept if family not in (‹›) }', labels: ['ipv4', 'ipv6'] },
  'keys of node labels': {
    text: 'exclude nodes where label ‹›',
    labels: ['"rack"', '"topology.kubernetes.io/zone"'],
  },
  'keys of service labels': { text: 'service */* where label ‹›', labels: ['"tier"'] },
  'keys of service annotations': { text: 'service */* where annotation ‹›', labels: ['"example.org/owner"'] },
  'taints of nodes': { text: 'exclude nodes where taint ‹›', labels: ['"example.org/dedicated"'] },
  'keys of node labels as a value': { text: 'peer x { as label ‹› }', some: ['"rack"'], none: ['"tier"'] },
  'keys in a string that is not closed': { text: 'service */* where label "‹›', labels: ['"tier"'] },
  'keys in a string that is closed': { text: 'service */* where label "ti‹›"', labels: ['"tier"'] },
  'values of a label': { text: 'service */* where label "tier" == ‹›', labels: ['"edge"', '"inner"', 'zones'] },
  'values of a label in a list': {
    text: 'service */* where label "tier" in ("edge", "‹›")',
    labels: ['"edge"', '"inner"'],
  },
  'names of nodes': { text: 'exclude nodes where name == ‹›', some: ['"worker-1"', '"node.2"'] },
  'names of nodes behind expect, quoted where they must be': {
    text: 'test "t" { expect ‹› }',
    labels: ['"node.2"', 'every', 'no', 'worker-1'],
  },
  'peers of an expectation': {
    text: 'test "t" { expect worker-1 advertises 192.0.2.1 to ‹› }',
    labels: ['fabric', 'tor-a'],
  },
  'paths of services': { text: 'service ‹›', labels: ['*/*', 'shop/*', 'shop/cart', 'shop/checkout', 'where'] },
  'a path that is being written': { text: 'exclude services shop/‹›', some: ['shop/cart'] },
  'nothing where a number is wanted': { text: 'service */* { med ‹› }', labels: [] },
  'nothing in a comment': { text: '# ran‹›', labels: [] },
  'nothing in an address': { text: 'peer x { address 192.‹› }', none: ['accept'] },
};

for (const [name, { text, labels, some = [], none = [] }] of Object.entries(cases)) {
  test(`offers ${name}`, () => {
    const { file, cursor } = openPolicy(`${SPEAKER}${NAMES}${text}`);
    const found = completionsAt(file, cursor, FIXTURES)
      .map(({ label }) => label)
      .sort();
    if (labels !== undefined) assert.deepEqual(found, labels);
    assert.deepEqual(
      some.filter((label) => !found.includes(label)),
      [],
    );
    assert.deepEqual(
      none.filter((label) => found.includes(label)),
      [],
    );
  });
}

test('replaces the word or string that is being written, whole', () => {
  for (const text of ['peer x { ‹hold-ti›me 3s }', 'exclude nodes where label ‹"ra›ck"', 'service ‹shop/›']) {
    const { file, marks, text: source } = openPolicy(`${text.replace('›', '›')}${SPEAKER}`);
    const [mark] = marks;
    assert.ok(mark);
    const [item] = completionsAt(file, mark.end, FIXTURES);
    assert.ok(item?.textEdit && 'range' in item.textEdit, text);
    assert.equal(item.textEdit.range.start.character, mark.start);
    const rest = /^[A-Za-z0-9/-]*"?/.exec(source.slice(mark.end))?.[0] ?? '';
    assert.equal(item.textEdit.range.end.character, mark.end + rest.length);
  }
});

test('puts what starts a line before what goes on from the line above', () => {
  const { file, cursor } = openPolicy(`filter x {\n  accept if range == vips\n  ‹›\n}${SPEAKER}`);
  const order = completionsAt(file, cursor, FIXTURES).sort((a, b) =>
    (a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1,
  );
  assert.deepEqual(
    order.slice(0, 3).map(({ label }) => label),
    ['accept', 'reject', 'update'],
  );
});

test('explains a word, and says what a name stands for', () => {
  const { file, cursor } = openPolicy(`${NAMES}peer x { export ‹› }${SPEAKER}`);
  const items = completionsAt(file, cursor, FIXTURES);
  assert.equal(items.find(({ label }) => label === 'to-fabric')?.detail, 'filter of 1 rule');
  const settings = openPolicy(`peer x { ‹› }${SPEAKER}`);
  const bfd = completionsAt(settings.file, settings.cursor, FIXTURES).find(({ label }) => label === 'bfd');
  assert.match(JSON.stringify(bfd?.documentation), /Default: off/);
});

test('offers files that can be included, and manifests for a test', () => {
  const files = { '/policy/b.bell': '', '/policy/parts/c.bell': '', '/policy/parts/deep/d.bell': '' };
  const found = (text: string) => {
    const { file, cursor } = openPolicy({ '/policy/a.bell': text, ...files, '/policy/fixtures/shop.yaml': '' });
    return completionsAt(file, cursor, FIXTURES).map(({ label }) => label);
  };
  assert.deepEqual(found('include ‹›'), ['"b.bell"', '"parts/c.bell"']);
  assert.deepEqual(found('include "par‹›"'), ['"b.bell"', '"parts/c.bell"']);
  assert.deepEqual(found('test "t" { cluster ‹› }'), ['"fixtures/shop.yaml"']);
});

test('keeps offering names while other statements are broken', () => {
  const { file, cursor } = openPolicy(
    `${SPEAKER}${NAMES}range {{ nonsense\n\npeer y {\n  export ‹›\n\nfilter z { accept`,
  );
  const labels = completionsAt(file, cursor, FIXTURES).map(({ label }) => label);
  assert.ok(labels.includes('to-fabric'), labels.join(' '));
});
