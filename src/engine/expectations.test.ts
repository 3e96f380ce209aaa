import assert from 'node:assert/strict';
import test from 'node:test';
import { compile, createMemoryHost } from '../dsl/index.ts';
import { createExpectationJudge, type ExpectationVerdict } from './expectations.ts';
import { createEngine, resolveForNode, snapshotOf } from './index.ts';
import type { ClusterObject } from './objects.ts';
import { ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';

const policyText = `
speaker { as 64512 }
range services cluster-ip       10.96.0.0/16 aggregate
range vips     load-balancer-ip 198.51.100.0/24 {
  community 64512:100
  med 50
}
service shop/checkout { prepend 2 }
service shop/internal { to tor-a, transit }
filter short { reject if prefix in 198.51.100.128/25  accept then prepend 1 }
filter other { accept if exact then prepend as 64499 }
template fabric { as 64500 }
peer tor-a from fabric { address 192.0.2.1 }
peer tor-b from fabric { address 192.0.2.2  nodes where label "rack" == "b" }
peer tor-6 from fabric { address 192.0.2.6  family ipv6 }
peer transit  { address 192.0.2.9  as 64496  export short }
peer reflector { address 192.0.2.10  as 64512  export other }
`;

function vip(path: string, address: string, ...nodes: readonly string[]): readonly ClusterObject[] {
  const overrides = {
    loadBalancerIngress: ingress(address),
    externalTrafficPolicy: 'Local',
    clusterIPs: ['10.97.0.1'],
  } as const;
  return [
    service(path, overrides),
    slice(
      path,
      nodes.map((name) => ready(name)),
    ),
  ];
}

const cluster: readonly ClusterObject[] = [
  node('worker-1'),
  node('worker-2', { labels: { rack: 'b' } }),
  ...vip('shop/checkout', '198.51.100.10', 'worker-1'),
  ...vip('shop/cart', '198.51.100.20', 'worker-1', 'worker-2'),
  ...vip('shop/internal', '198.51.100.200', 'worker-2'),
];

function judge(expectation: string, objects: readonly ClusterObject[] = cluster): ExpectationVerdict {
  const text = `${policyText}test "t" { cluster "c.yaml" expect ${expectation} }`;
  const { policy, diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  const expected = policy?.tests[0]?.expectations[0];
  assert.ok(policy !== undefined && expected !== undefined, JSON.stringify(diagnostics));
  const snapshot = snapshotOf(objects);
  const engine = createEngine(policy, snapshot);
  const verdictOf = createExpectationJudge({
    names: engine.nodes(),
    outcome: (name) => {
      const found = snapshot.nodes.get(name);
      assert.ok(found !== undefined);
      return { decisions: engine.decisions(name), sessions: resolveForNode(policy, found) };
    },
  });
  return verdictOf(expected);
}

const met: readonly (readonly [why: string, expectation: string])[] = [
  ['the prefix is offered to some peer', 'worker-1 advertises 198.51.100.10/32'],
  ['an address stands for its prefix', 'worker-1 advertises 198.51.100.10'],
  ['the prefix is offered to the peer named', 'worker-1 advertises 198.51.100.10 to transit'],
  ['every node offers the aggregate', 'every node advertises 10.96.0.0/16'],
  ['the node has no route', 'worker-2 withholds 198.51.100.10'],
  ['an aggregate that covers an address is another prefix', 'every node withholds 10.96.0.7'],
  ['a prefix inside of an aggregate is another prefix', 'no node advertises 10.96.0.0/24'],
  ['a filter keeps the route from the peer', 'worker-2 withholds 198.51.100.200 to transit'],
  ['`to` keeps the route from the peer', 'worker-2 withholds 198.51.100.200 to tor-b'],
  ['a peer that does not run on the node gets nothing', 'worker-1 withholds 198.51.100.20 to tor-b'],
  ['something inside is offered', 'worker-1 advertises prefix in 198.51.100.0/28'],
  ['the prefix itself is inside', 'worker-1 advertises prefix in 10.96.0.0/16'],
  ['inside one of several', 'worker-1 advertises prefix in (192.0.2.0/24, 198.51.100.0/24)'],
  ['nothing inside is offered', 'every node withholds prefix in (192.0.2.0/24, 10.97.0.0/16)'],
  ['nothing inside is offered to the peer', 'no node advertises prefix in 198.51.100.128/25 to transit'],
  ['`no node withholds` is `every node advertises`', 'no node withholds 198.51.100.20'],
  ['a template means its peers that run there and carry the family', 'every node advertises 198.51.100.20 to fabric'],
  ['no peer of the template is offered it', 'worker-2 withholds 198.51.100.10 to fabric'],
  ['the attributes are on the wire', 'worker-1 advertises 198.51.100.10 to tor-a with community 64512:100 and med 50'],
  ['the service prepends', 'worker-1 advertises 198.51.100.10 to tor-a with prepend 2'],
  ['service and filter prepend', 'worker-1 advertises 198.51.100.10 to transit with prepend 3'],
  ['nothing is prepended', 'worker-1 advertises 198.51.100.20 to tor-a with prepend 0'],
  ['nobody is offered it with the attribute', 'every node withholds 198.51.100.10 with community 64512:666'],
  ['only other peers are offered it with the attribute', 'worker-1 withholds 198.51.100.20 to tor-a with prepend 1'],
];

for (const [why, expectation] of met) {
  test(`${expectation}: met, as ${why}`, () => assert.deepEqual(judge(expectation), { kind: 'met' }));
}

const unmet: readonly (readonly [expectation: string, ...findings: readonly string[]])[] = [
  ['worker-2 advertises 198.51.100.10', 'worker-2: 198.51.100.10/32 is not advertised'],
  [
    'every node advertises 10.96.0.7',
    'worker-1, worker-2: 10.96.0.7/32 is not advertised; 10.96.0.0/16, which covers it, is another prefix',
  ],
  ['every node withholds 198.51.100.20 to tor-a', 'worker-1, worker-2: 198.51.100.20/32 is offered to tor-a'],
  [
    'no node advertises 198.51.100.20',
    'worker-1: 198.51.100.20/32 is offered to reflector, tor-a and transit',
    'worker-2: 198.51.100.20/32 is offered to reflector, tor-a, tor-b and transit',
  ],
  [
    'worker-1 withholds prefix in 198.51.100.0/24 to tor-a with med 50',
    'worker-1: 198.51.100.10/32 is offered to tor-a with med 50; 198.51.100.20/32 is offered to tor-a with med 50',
  ],
  ['worker-2 advertises prefix in 198.51.100.0/28', 'worker-2: nothing in 198.51.100.0/28 is advertised'],
  [
    'worker-2 advertises prefix in 198.51.100.128/25 to transit',
    'worker-2: 198.51.100.200/32 is not offered to transit: its export filters reject it',
  ],
  [
    'worker-2 advertises 198.51.100.200 to tor-b',
    'worker-2: 198.51.100.200/32 is not offered to tor-b: `to` names other peers',
  ],
  [
    'worker-1 advertises 198.51.100.20 to tor-b',
    'worker-1: 198.51.100.20/32 is not offered to tor-b: the peer does not run on this node',
  ],
  [
    'worker-2 advertises 198.51.100.200 to fabric',
    'worker-2: 198.51.100.200/32 is not offered to tor-b: `to` names other peers',
  ],
  [
    'worker-1 advertises 198.51.100.10 to tor-a with med 60 and community 64512:100 and community no-export',
    'worker-1: 198.51.100.10/32 is offered to tor-a with community 64512:100, med 50 and prepend 2, not with community 65535:65281 and med 60',
  ],
  [
    'worker-1 advertises 10.96.0.0/16 to tor-a with med 60',
    'worker-1: 10.96.0.0/16 is offered to tor-a without attributes, not with med 60',
  ],
  [
    'worker-1 advertises 198.51.100.20 to reflector with prepend 1',
    'worker-1: 198.51.100.20/32 is offered to reflector with community 64512:100, local-pref 100, med 50 and prepend as (64499), not with prepend 1',
  ],
  [
    'worker-1 advertises 198.51.100.10 to tor-a with local-pref 100',
    'worker-1: 198.51.100.10/32 is offered to tor-a with community 64512:100, med 50 and prepend 2, not with local-pref 100',
  ],
];

for (const [expectation, ...findings] of unmet) {
  test(`${expectation}: unmet, and the finding says what was computed`, () => {
    const verdict = judge(expectation);
    assert.equal(verdict.kind, 'unmet');
    if (verdict.kind !== 'unmet') return;
    const texts = verdict.findings.map(({ nodes, computed }) => `${nodes.join(', ')}: ${computed.join('; ')}`);
    assert.deepEqual(texts, findings);
  });
}

test('a finding names the prefixes to explain', () => {
  const verdict = judge('worker-1 withholds prefix in 198.51.100.0/24');
  const subjects = verdict.kind === 'unmet' ? verdict.findings.map((finding) => finding.subjects) : [];
  assert.deepEqual(subjects, [['198.51.100.10/32', '198.51.100.20/32']]);
});

test('a node that the cluster does not have is no node that withholds', () => {
  assert.deepEqual(judge('worker-3 withholds 198.51.100.10'), {
    kind: 'unknown-node',
    node: 'worker-3',
    known: ['worker-1', 'worker-2'],
  });
});

test('a cluster without nodes meets nothing', () => {
  const verdict = judge('every node withholds 198.51.100.10', []);
  assert.deepEqual(verdict, { kind: 'unknown-node', node: undefined, known: [] });
});
