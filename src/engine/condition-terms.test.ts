// Every term of a condition from the text of a policy to what it selects in a cluster.

import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { createEngine, snapshotOf } from './index.ts';
import type { ClusterObject } from './objects.ts';
import { ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const BASE = `
speaker { as 64512 }
range services cluster-ip       10.96.0.0/16, fd00:10:96::/112 exact
range public   external-ip      203.0.113.0/24 for shop/*
range vips     load-balancer-ip 198.51.100.0/24, 2001:db8::/64
peer tor-a { address 192.0.2.1 as 64500 }
`;

const NODES: readonly ClusterObject[] = [
  node('worker-1', {
    labels: { rack: 'a', 'topology.kubernetes.io/zone': 'b' },
    annotations: { 'example.org/tier': 'edge' },
    taints: ['dedicated', 'gpu'],
  }),
  node('worker-2', { labels: { 'topology.kubernetes.io/zone': 'bb' }, cordoned: true }),
  node('worker-3', { labels: { rack: 'b' }, annotations: { 'example.org/tier': 'core' } }),
];

describe('a condition on a node excludes the nodes it holds for', () => {
  const ROWS: readonly (readonly [string, readonly string[]])[] = [
    ['name == "worker-1"', ['worker-1']],
    ['name matches "worker-*" and name != "worker-2"', ['worker-1', 'worker-3']],
    ['label "rack"', ['worker-1', 'worker-3']],
    ['label "rack" == "a"', ['worker-1']],
    ['label "rack" != "a"', ['worker-2', 'worker-3']],
    ['label "rack" not in ("a", "c")', ['worker-2', 'worker-3']],
    ['not label "rack" in ("a", "b",)', ['worker-2']],
    ['label "rack" matches "*"', ['worker-1', 'worker-3']],
    ['annotation "example.org/tier"', ['worker-1', 'worker-3']],
    ['annotation "example.org/tier" == "edge"', ['worker-1']],
    ['annotation "example.org/tier" != "edge"', ['worker-2', 'worker-3']],
    ['zone == "b"', ['worker-1']],
    ['zone matches "b*"', ['worker-1', 'worker-2']],
    ['zone not in ("b", "bb")', ['worker-3']],
    ['taint "gpu"', ['worker-1']],
    ['not taint "gpu" and not label "rack"', ['worker-2']],
    ['cordoned', ['worker-2']],
    ['cordoned or label "rack" == "b"', ['worker-2', 'worker-3']],
  ];
  for (const [condition, expected] of ROWS) {
    test(condition, () => {
      const policy = compilePolicy(`${BASE}exclude nodes where ${condition}`);
      const engine = createEngine(policy, snapshotOf(NODES));
      const excluded = engine.nodes().filter((name) => engine.decisions(name).excluded !== undefined);
      assert.deepEqual(excluded, expected);
    });
  }
});

/** One service in every kind and both families, and one that differs from it in what conditions ask for. */
const SERVICES: readonly ClusterObject[] = [
  service('shop/web', {
    labels: { tier: 'edge' },
    annotations: { 'example.org/public': 'yes' },
    clusterIPs: ['10.96.0.1', 'fd00:10:96::1'],
    externalIPs: ['203.0.113.1'],
    loadBalancerIngress: ingress('198.51.100.1', '2001:db8::1'),
    loadBalancerClass: 'example.org/bgp',
  }),
  slice('shop/web', [ready('worker-1')]),
  slice('shop/web', [ready('worker-1', '2001:db8:244::10')]),
  service('ops/dns', {
    type: 'NodePort',
    clusterIPs: ['10.96.0.2'],
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Local',
  }),
  slice('ops/dns', [ready('worker-1')]),
];

const WEB = {
  cluster4: '10.96.0.1/32',
  cluster6: 'fd00:10:96::1/128',
  external: '203.0.113.1/32',
  balancer4: '198.51.100.1/32',
  balancer6: '2001:db8::1/128',
};
const DNS = '10.96.0.2/32';
const ALL_OF_WEB = Object.values(WEB);

describe('a condition on a service is asked for each of its addresses', () => {
  const ROWS: readonly (readonly [string, readonly string[]])[] = [
    ['name == "web"', ALL_OF_WEB],
    ['namespace != "shop"', [DNS]],
    ['type == NodePort', [DNS]],
    ['type in (LoadBalancer, ClusterIP)', ALL_OF_WEB],
    ['class == "example.org/bgp"', ALL_OF_WEB],
    ['class != "example.org/bgp"', [DNS]],
    ['class matches "example.org/*"', ALL_OF_WEB],
    ['traffic-policy == local', [DNS]],
    ['traffic-policy != local', ALL_OF_WEB],
    ['internal-traffic-policy == local', [DNS]],
    ['internal-traffic-policy in (cluster)', ALL_OF_WEB],
    ['kind == cluster-ip', [WEB.cluster4, WEB.cluster6, DNS]],
    ['kind not in (cluster-ip, external-ip)', [WEB.balancer4, WEB.balancer6]],
    ['kind == external-ip or family == ipv6', [WEB.external, WEB.cluster6, WEB.balancer6]],
    ['family == ipv4', [WEB.cluster4, WEB.external, WEB.balancer4, DNS]],
    ['family != ipv4 and kind == load-balancer-ip', [WEB.balancer6]],
    ['label "tier"', ALL_OF_WEB],
    ['label "tier" != "edge"', [DNS]],
    ['annotation "example.org/public" == "yes" and family == ipv6', [WEB.cluster6, WEB.balancer6]],
    ['annotation "example.org/public" not in ("yes")', [DNS]],
  ];
  for (const [condition, expected] of ROWS) {
    test(`a block takes the addresses: ${condition}`, () => {
      const engine = createEngine(
        compilePolicy(`${BASE}service where ${condition} { med 77 }`),
        snapshotOf([...NODES, ...SERVICES]),
      );
      const { routes } = engine.decisions('worker-1');
      assert.equal(routes.length, ALL_OF_WEB.length + 1);
      const taken = routes.filter((route) => route.attributes.med === 77).map((route) => route.prefix);
      assert.deepEqual(taken.toSorted(), expected.toSorted());
    });
    test(`an exclusion withholds the addresses: ${condition}`, () => {
      const engine = createEngine(
        compilePolicy(`${BASE}exclude services where ${condition}`),
        snapshotOf([...NODES, ...SERVICES]),
      );
      const { withheld } = engine.decisions('worker-1');
      const excluded = withheld.filter(({ reason }) => reason === 'service-excluded').map(({ prefix }) => prefix);
      assert.deepEqual(excluded.toSorted(), expected.toSorted());
    });
  }
});
