import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { assertGolden } from '../testing/golden.ts';
import { createEngine } from './engine.ts';
import type { ExplainQuery, Explanation, NothingFound } from './explanation.ts';
import { renderExplanation } from './render-explanation.ts';
import { snapshotOf } from './snapshot.ts';
import { draining, ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const POLICY = `
speaker { as 64512 }

range services cluster-ip       10.96.0.0/16
range public   external-ip      203.0.113.0/24 for shop/*  aggregate /27 when used
range vips     load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64 { community 64512:100 }

exclude nodes    where label "role" == "control-plane"
exclude services kube-system/*
exclude prefixes 198.51.100.255

service shop/checkout {
  to      tor-a
  prepend 2
}
service shop/quiet { advertise nothing }
service shop/pair  { require 2 endpoints }
service shop/racked { from nodes where label "rack" == "a" }

filter to-fabric {
  reject if prefix in 198.51.100.128/25
  accept if range in (vips, public) then community 64512:200
}
peer tor-a { address 192.0.2.1 as 64500 export to-fabric }
peer tor-b { address 192.0.2.2 as 64500 }
`;

test('tells about a node once where several entries of a service give no address for one cause', () => {
  const hostnames = ['a.example.org', 'b.example.org'].map((hostname) => ({
    ip: undefined,
    hostname,
    ipMode: undefined,
  }));
  const named = service('shop/named', { clusterIPs: ['10.96.0.9'], loadBalancerIngress: hostnames });
  const engine = createEngine(compilePolicy('speaker { as 64512 }\n'), snapshotOf([node('worker-1'), named]));
  const found = engine.explain({ subject: 'shop/named' });
  assert.ok(found.kind === 'explanation');
  const nodes = found.entries.filter(({ reason }) => reason === 'no-address').map((entry) => entry.nodes);
  assert.deepEqual(nodes, [['worker-1']]);
});

const vip = (name: string, address: string, overrides = {}) =>
  service(`shop/${name}`, {
    clusterIPs: ['10.97.0.1'],
    loadBalancerIngress: ingress(address),
    externalTrafficPolicy: 'Local',
    ...overrides,
  });

const engine = createEngine(
  compilePolicy(POLICY),
  snapshotOf([
    node('worker-1', { labels: { rack: 'a' } }),
    node('worker-2'),
    node('worker-3'),
    node('master-4', { labels: { role: 'control-plane' } }),
    node('spare-5', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }),
    vip('checkout', '198.51.100.10'),
    slice('shop/checkout', [ready('worker-1'), draining('worker-2')]),
    vip('last', '198.51.100.11'),
    slice('shop/last', [draining('worker-2')]),
    vip('pair', '198.51.100.12'),
    slice('shop/pair', [ready('worker-1')]),
    vip('quiet', '198.51.100.13'),
    vip('racked', '198.51.100.14', { externalTrafficPolicy: 'Cluster' }),
    slice('shop/racked', [ready('worker-2')]),
    vip('filtered', '198.51.100.200'),
    slice('shop/filtered', [ready('worker-3')]),
    vip('broadcast', '198.51.100.255'),
    vip('outside', '192.0.2.200'),
    vip('proxied', '198.51.100.15', {
      loadBalancerIngress: [{ ip: '198.51.100.15', hostname: undefined, ipMode: 'Proxy' }],
    }),
    vip('shared-a', '198.51.100.16', { externalTrafficPolicy: 'Cluster' }),
    vip('shared-b', '198.51.100.16'),
    slice('shop/shared-a', [ready('worker-1')]),
    slice('shop/shared-b', [ready('worker-3')]),
    service('shop/app', { type: 'ClusterIP', clusterIPs: ['10.96.7.1'] }),
    slice('shop/app', [ready('worker-1')]),
    service('shop/headless', { type: 'ClusterIP', clusterIPs: ['None'] }),
    service('shop/elsewhere', { type: 'ExternalName', clusterIPs: [] }),
    service('shop/visitor', { clusterIPs: ['10.97.0.9'], externalIPs: ['203.0.113.9'], type: 'ClusterIP' }),
    slice('shop/visitor', [ready('worker-1')]),
    service('blog/claimer', { clusterIPs: ['10.97.0.8'], externalIPs: ['203.0.113.9'], type: 'ClusterIP' }),
    service('kube-system/dns', { type: 'ClusterIP', clusterIPs: ['10.96.0.10'] }),
  ]),
);

describe('explanations', () => {
  const cases: readonly (readonly [string, ExplainQuery])[] = [
    ['local-service', { subject: 'shop/checkout' }],
    ['last-serving-endpoint', { subject: '198.51.100.11', node: 'worker-2' }],
    ['too-few-endpoints', { subject: '198.51.100.12', node: 'worker-1' }],
    ['advertise-nothing', { subject: '198.51.100.13', node: 'worker-1' }],
    ['node-not-selected', { subject: '198.51.100.14' }],
    ['filter-rejects', { subject: '198.51.100.200', node: 'worker-3' }],
    ['excluded-prefix', { subject: '198.51.100.255', node: 'worker-1' }],
    ['outside-ranges', { subject: '192.0.2.200', node: 'worker-1' }],
    ['no-address', { subject: 'shop/proxied', node: 'worker-1' }],
    ['shared-address', { subject: '198.51.100.16' }],
    ['covered-by-aggregate', { subject: 'shop/app', node: 'worker-1' }],
    ['excluded-service', { subject: 'kube-system/dns', node: 'worker-1' }],
    ['not-for-service', { subject: 'blog/claimer', node: 'worker-1' }],
    ['headless', { subject: 'shop/headless' }],
    ['external-name', { subject: 'shop/elsewhere' }],
    ['aggregate', { subject: '10.96.0.0/16' }],
    ['blocks-when-used', { subject: '203.0.113.0/26', node: 'worker-1' }],
    ['unknown-node', { subject: '198.51.100.10', node: 'worker-9' }],
    ['one-peer', { subject: '198.51.100.10', node: 'worker-1', peer: 'tor-b' }],
  ];
  for (const [name, query] of cases) {
    test(`\`${query.subject}\` as in ${name}.txt`, () => {
      const path = join(import.meta.dirname, 'testdata', 'explain', `${name}.txt`);
      assertGolden(path, renderExplanation(engine.explain(query)));
    });
  }
});

describe('nothing to explain', () => {
  const rows: readonly (readonly [ExplainQuery, string])[] = [
    [{ subject: 'shop/chekout' }, 'the cluster has no service `shop/chekout`'],
    [{ subject: 'store/checkout' }, 'the cluster has no service `store/checkout`; there is `shop/checkout`'],
    [
      { subject: '10.96.0.1/16' },
      '`10.96.0.1/16` is no service (`namespace/name`), no address and no prefix without host bits',
    ],
    [{ subject: 'a b' }, '`a b` is no service (`namespace/name`), no address and no prefix without host bits'],
    [
      { subject: 'checkout' },
      '`checkout` is no service (`namespace/name`), no address and no prefix without host bits; there is `shop/checkout`',
    ],
    [{ subject: '192.0.2.77' }, 'no service holds 192.0.2.77, and no `range` covers it'],
    [{ subject: '198.51.100.77' }, 'no service holds 198.51.100.77; range `vips` at edge.bell:6:1 covers it'],
    [{ subject: '192.0.2.0/28' }, 'nothing is in 192.0.2.0/28, and no `range` covers it'],
    [{ subject: 'shop/checkout', peer: 'tor-x' }, 'the policy has no peer `tor-x`'],
  ];
  for (const [query, message] of rows) {
    test(message, () => {
      assert.deepEqual(engine.explain(query), { kind: 'nothing-found', subject: query.subject, message });
    });
  }
});

test('an explanation is plain JSON that names statement, facts and peers', () => {
  const explanation: Explanation | NothingFound = engine.explain({ subject: '198.51.100.10', node: 'worker-1' });
  assert.ok(explanation.kind === 'explanation');
  assert.deepEqual(JSON.parse(JSON.stringify(explanation)), explanation);
  const [entry] = explanation.entries;
  assert.equal(entry?.answer, 'advertised');
  assert.equal(entry?.reason, 'local-endpoint');
  assert.equal(entry?.at, 'edge.bell:6:1');
  assert.deepEqual(entry?.nodes, ['worker-1']);
  assert.ok(entry?.facts.some(({ source }) => source === 'EndpointSlice shop/checkout-v4'));
  assert.deepEqual(
    entry?.peers.map(({ peer, reason, at }) => [peer, reason, at]),
    [
      ['tor-a', 'offered', 'edge.bell:22:3'],
      ['tor-b', 'not-in-to', 'edge.bell:13:3'],
    ],
  );
});

test('every decision of every node can be explained', () => {
  for (const name of engine.nodes()) {
    const { routes, withheld } = engine.decisions(name);
    for (const { prefix } of [...routes, ...withheld]) {
      if (prefix === undefined) continue;
      assert.equal(engine.explain({ subject: prefix, node: name }).kind, 'explanation', `${prefix} on ${name}`);
    }
  }
});
