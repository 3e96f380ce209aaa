// Which /32 and /128 routes a router sees, and from which nodes: every row of the table of exact routes, and the rules
// beside it (traffic policy, mode, origin, usable endpoints, shared addresses), in one cluster under one policy.
// Each row brings its own objects and addresses; a last test holds that the router has nothing else.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { endpoints, loadBalancer, localLoadBalancer, type Manifest, service } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab, type View } from './lab/loopback.ts';

const POLICY = `
range services   cluster-ip       10.96.0.0/16, fd00:10:96::/112 aggregate
range vips       load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64 except 198.51.100.224/28
range vips-back  load-balancer-ip 198.51.100.225
range public     external-ip      203.0.113.0/25
range tenant     external-ip      203.0.113.128/25 for shop/*
range pool       load-balancer-ip 192.0.2.0/25 aggregate
range single     load-balancer-ip 192.0.2.128 aggregate

exclude nodes    where label "role" == "control-plane"
exclude services kube-system/*
exclude services where label "advertise" == "never"
exclude prefixes 198.51.100.240/29

service row/quiet-external    { advertise nothing external-ip }
service row/exact-cluster-ip  { advertise exact cluster-ip }
service row/git-beats-cluster { advertise default }
service row/zone-a-only       { from all-nodes where label "zone" == "a" }
service row/narrowed-away     { from endpoint-nodes where label "zone" == "b" }
service row/local-everywhere  { from all-nodes }
service row/cluster-at-home   { from endpoint-nodes }
service row/two-here          { require 2 endpoints }
service row/two-somewhere     { require 2 endpoints }
service row/three-somewhere   { require 3 endpoints }
service row/ready-only        { endpoints ready }
service row/serving-counts    { endpoints serving }
service where annotation "audience" == "ipv4" and family != ipv4 { advertise nothing }
service row/one-node*         { limit 1 node }

peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
`;

const EVERYWHERE = ['worker-1', 'worker-2'];
const AGGREGATES: View = {
  '10.96.0.0/16': EVERYWHERE,
  'fd00:10:96::/112': EVERYWHERE,
  '192.0.2.0/25': EVERYWHERE,
};
const TERMINATING = { ready: false, serving: true, terminating: true };

interface Row {
  readonly behaviour: string;
  readonly objects: readonly Manifest[];
  /** Every address of the row's services; an empty list is a route that nobody may announce. */
  readonly expected: View;
}

const ROWS: readonly Row[] = [
  {
    behaviour: 'announces a Local address from the nodes that have an endpoint, and never from an excluded node',
    objects: [
      localLoadBalancer('row/local', ['198.51.100.1']),
      endpoints('row/local', ['worker-1', 'worker-2', 'worker-3']),
      localLoadBalancer('row/local-on-excluded', ['198.51.100.2']),
      endpoints('row/local-on-excluded', ['worker-3']),
    ],
    expected: { '198.51.100.1/32': EVERYWHERE, '198.51.100.2/32': [] },
  },
  {
    behaviour: 'announces nothing for a service that is not eligible',
    objects: [
      service('row/external-name', { type: 'ExternalName', clusterIPs: [], externalIPs: ['203.0.113.1'] }),
      service('row/headless', { clusterIPs: ['None'], externalIPs: ['203.0.113.2'] }),
      endpoints('row/headless', ['worker-1']),
    ],
    expected: { '203.0.113.1/32': [], '203.0.113.2/32': [] },
  },
  {
    behaviour: 'skips ingress entries with a hostname, with ipMode Proxy and unparsable ones, and keeps the others',
    objects: [
      loadBalancer('row/mixed-ingress', [
        { hostname: 'lb.example.org' },
        { ip: '198.51.100.3', ipMode: 'Proxy' },
        { ip: 'not-an-address' },
        { ip: '198.51.100.4', ipMode: 'VIP' },
      ]),
      endpoints('row/mixed-ingress', ['worker-1']),
    ],
    expected: { '198.51.100.3/32': [], '198.51.100.4/32': EVERYWHERE },
  },
  {
    behaviour: 'announces nothing outside the ranges of the kind',
    objects: [
      loadBalancer('row/outside', ['203.0.113.3', '192.0.2.200'], { externalIPs: ['198.51.100.5'] }),
      endpoints('row/outside', ['worker-1']),
    ],
    expected: { '203.0.113.3/32': [], '192.0.2.200/32': [], '198.51.100.5/32': [] },
  },
  {
    behaviour: 'lets only the services that a range is for use it',
    objects: [
      service('shop/tenant', { externalIPs: ['203.0.113.129'] }),
      endpoints('shop/tenant', ['worker-1']),
      service('other/tenant', { externalIPs: ['203.0.113.130'] }),
      endpoints('other/tenant', ['worker-1']),
    ],
    expected: { '203.0.113.129/32': EVERYWHERE, '203.0.113.130/32': [] },
  },
  {
    behaviour: 'announces no excluded prefix and no hole of `except`, unless another range covers the hole',
    objects: [
      loadBalancer('row/holes', ['198.51.100.241', '198.51.100.226', '198.51.100.225']),
      endpoints('row/holes', ['worker-1']),
    ],
    expected: { '198.51.100.241/32': [], '198.51.100.226/32': [], '198.51.100.225/32': EVERYWHERE },
  },
  {
    behaviour: 'announces nothing for a service excluded by its path or by a condition',
    objects: [
      loadBalancer('kube-system/dns', ['198.51.100.6']),
      endpoints('kube-system/dns', ['worker-1']),
      loadBalancer('row/labelled-away', ['198.51.100.7'], { labels: { advertise: 'never' } }),
      endpoints('row/labelled-away', ['worker-1']),
    ],
    expected: { '198.51.100.6/32': [], '198.51.100.7/32': [] },
  },
  {
    behaviour: '`advertise nothing` for a kind leaves the other kinds alone',
    objects: [
      loadBalancer('row/quiet-external', ['198.51.100.8'], { externalIPs: ['203.0.113.4'] }),
      endpoints('row/quiet-external', ['worker-1']),
    ],
    expected: { '198.51.100.8/32': EVERYWHERE, '203.0.113.4/32': [] },
  },
  {
    behaviour: 'covers a Cluster address by the aggregate of its range',
    objects: [
      loadBalancer('row/covered', ['192.0.2.1'], { clusterIPs: ['10.96.1.1'] }),
      endpoints('row/covered', ['worker-1']),
    ],
    expected: { '192.0.2.1/32': [], '10.96.1.1/32': [] },
  },
  {
    behaviour: 'adds the exact route of a Local address to the aggregate that covers it',
    objects: [
      localLoadBalancer('row/local-in-pool', ['192.0.2.2'], { clusterIPs: ['10.96.1.2', 'fd00:10:96::12'] }),
      endpoints('row/local-in-pool', ['worker-2']),
      endpoints('row/local-in-pool', ['worker-1'], { addressType: 'IPv6' }),
      service('row/internal-local', { clusterIPs: ['10.96.1.3'], internalTrafficPolicy: 'Local' }),
      endpoints('row/internal-local', ['worker-1']),
    ],
    expected: {
      '192.0.2.2/32': ['worker-2'],
      '10.96.1.2/32': ['worker-2'],
      'fd00:10:96::12/128': ['worker-1'],
      '10.96.1.3/32': ['worker-1'],
    },
  },
  {
    behaviour: 'narrows the origin by `from … where`, without replacing the need for endpoints',
    objects: [
      loadBalancer('row/zone-a-only', ['198.51.100.9']),
      endpoints('row/zone-a-only', ['worker-2']),
      localLoadBalancer('row/narrowed-away', ['198.51.100.10']),
      endpoints('row/narrowed-away', ['worker-1']),
    ],
    expected: { '198.51.100.9/32': ['worker-1'], '198.51.100.10/32': [] },
  },
  {
    behaviour: '`from all-nodes` and `from endpoint-nodes` override the traffic policy',
    objects: [
      localLoadBalancer('row/local-everywhere', ['198.51.100.11']),
      endpoints('row/local-everywhere', ['worker-1']),
      loadBalancer('row/cluster-at-home', ['198.51.100.12']),
      endpoints('row/cluster-at-home', ['worker-2']),
    ],
    expected: { '198.51.100.11/32': EVERYWHERE, '198.51.100.12/32': ['worker-2'] },
  },
  {
    behaviour: 'counts the endpoints that `require` asks for on the node, over all slices, each once',
    objects: [
      localLoadBalancer('row/two-here', ['198.51.100.13']),
      endpoints('row/two-here', [{ node: 'worker-1', address: '10.244.1.1' }]),
      endpoints('row/two-here', [{ node: 'worker-1', address: '10.244.1.2' }], { slice: '-b' }),
      endpoints('row/two-here', [{ node: 'worker-2', address: '10.244.2.1' }], { slice: '-c' }),
      endpoints('row/two-here', [{ node: 'worker-2', address: '10.244.2.1' }], { slice: '-d' }),
    ],
    expected: { '198.51.100.13/32': ['worker-1'] },
  },
  {
    behaviour: 'counts the endpoints that `require` asks for in the cluster where every node is an origin',
    objects: [
      loadBalancer('row/two-somewhere', ['198.51.100.14']),
      endpoints('row/two-somewhere', ['worker-1', 'worker-2']),
      loadBalancer('row/three-somewhere', ['198.51.100.15']),
      endpoints('row/three-somewhere', ['worker-1', 'worker-2']),
    ],
    expected: { '198.51.100.14/32': EVERYWHERE, '198.51.100.15/32': [] },
  },
  {
    behaviour: 'announces a Cluster address from every node while the cluster has an endpoint, and from none without',
    objects: [
      loadBalancer('row/cluster', ['198.51.100.16']),
      endpoints('row/cluster', ['worker-1']),
      loadBalancer('row/cluster-empty', ['198.51.100.17']),
      endpoints('row/cluster-empty', [{ node: 'worker-1', ready: false }]),
      loadBalancer('row/cluster-no-slice', ['198.51.100.18']),
    ],
    expected: { '198.51.100.16/32': EVERYWHERE, '198.51.100.17/32': [], '198.51.100.18/32': [] },
  },
  {
    behaviour: 'asks for endpoints family by family, and never counts FQDN slices',
    objects: [
      localLoadBalancer('row/dual', ['198.51.100.19', '2001:db8:100::19']),
      endpoints('row/dual', ['worker-1']),
      endpoints('row/dual', ['worker-2'], { addressType: 'IPv6' }),
      localLoadBalancer('row/fqdn', ['198.51.100.20']),
      endpoints('row/fqdn', ['worker-1'], { addressType: 'FQDN' }),
    ],
    expected: { '198.51.100.19/32': ['worker-1'], '2001:db8:100::19/128': ['worker-2'], '198.51.100.20/32': [] },
  },
  {
    behaviour: 'puts an endpoint without a node name on no node',
    objects: [
      localLoadBalancer('row/homeless', ['198.51.100.21']),
      endpoints('row/homeless', [{ ready: true }]),
      loadBalancer('row/homeless-cluster', ['198.51.100.22']),
      endpoints('row/homeless-cluster', [{ ready: true }]),
    ],
    expected: { '198.51.100.21/32': [], '198.51.100.22/32': EVERYWHERE },
  },
  {
    behaviour: 'keeps terminating endpoints that still serve only where nothing ready would announce the address',
    objects: [
      localLoadBalancer('row/last-terminating', ['198.51.100.23']),
      endpoints('row/last-terminating', [{ node: 'worker-1', ...TERMINATING }]),
      localLoadBalancer('row/other-ready', ['198.51.100.24']),
      endpoints('row/other-ready', [{ node: 'worker-1', ...TERMINATING }, 'worker-2']),
      localLoadBalancer('row/not-serving', ['198.51.100.25']),
      endpoints('row/not-serving', [{ node: 'worker-1', ...TERMINATING, serving: false }]),
      localLoadBalancer('row/ready-on-excluded', ['198.51.100.26']),
      endpoints('row/ready-on-excluded', [{ node: 'worker-1', ...TERMINATING }, 'worker-3']),
    ],
    expected: {
      '198.51.100.23/32': ['worker-1'],
      '198.51.100.24/32': ['worker-2'],
      '198.51.100.25/32': [],
      '198.51.100.26/32': ['worker-1'],
    },
  },
  {
    behaviour: '`endpoints ready` drops that fallback and `endpoints serving` counts node by node',
    objects: [
      localLoadBalancer('row/ready-only', ['198.51.100.27']),
      endpoints('row/ready-only', [{ node: 'worker-1', ...TERMINATING }]),
      localLoadBalancer('row/serving-counts', ['198.51.100.28']),
      endpoints('row/serving-counts', [{ node: 'worker-1', ...TERMINATING }, 'worker-2']),
    ],
    expected: { '198.51.100.27/32': [], '198.51.100.28/32': EVERYWHERE },
  },
  {
    behaviour: 'announces a cluster IP exactly by a service block, or by the annotation from the endpoint nodes',
    objects: [
      service('row/exact-cluster-ip', { clusterIPs: ['10.96.1.4'] }),
      endpoints('row/exact-cluster-ip', ['worker-2']),
      service('row/annotated', { clusterIPs: ['10.96.1.5'], annotations: annotation('True') }),
      endpoints('row/annotated', ['worker-2']),
      service('row/annotated-off', { clusterIPs: ['10.96.1.6'], annotations: annotation('false') }),
      endpoints('row/annotated-off', ['worker-2']),
      service('row/git-beats-cluster', { clusterIPs: ['10.96.1.7'], annotations: annotation('true') }),
      endpoints('row/git-beats-cluster', ['worker-2']),
    ],
    expected: {
      '10.96.1.4/32': EVERYWHERE,
      '10.96.1.5/32': ['worker-2'],
      '10.96.1.6/32': [],
      '10.96.1.7/32': [],
    },
  },
  {
    behaviour: 'takes a range of a single address as exact',
    objects: [loadBalancer('row/single', ['192.0.2.128']), endpoints('row/single', ['worker-1'])],
    expected: { '192.0.2.128/32': EVERYWHERE },
  },
  {
    behaviour: 'announces external IPs by the external traffic policy',
    objects: [
      service('row/external-local', { type: 'NodePort', externalIPs: ['203.0.113.5'], externalTrafficPolicy: 'Local' }),
      endpoints('row/external-local', ['worker-1']),
      service('row/external-cluster', { externalIPs: ['203.0.113.6'] }),
      endpoints('row/external-cluster', ['worker-1']),
    ],
    expected: { '203.0.113.5/32': ['worker-1'], '203.0.113.6/32': EVERYWHERE },
  },
  {
    behaviour: 'lets a Local service with an endpoint decide a shared address, and any other while it has none',
    objects: [
      localLoadBalancer('row/shared-local', ['198.51.100.29']),
      endpoints('row/shared-local', ['worker-1']),
      loadBalancer('row/shared-cluster', ['198.51.100.29']),
      endpoints('row/shared-cluster', ['worker-2']),
      localLoadBalancer('row/shared-idle-local', ['198.51.100.30']),
      loadBalancer('row/shared-idle-cluster', ['198.51.100.30']),
      endpoints('row/shared-idle-cluster', ['worker-2']),
      localLoadBalancer('row/shared-pair-a', ['198.51.100.31']),
      endpoints('row/shared-pair-a', ['worker-1']),
      localLoadBalancer('row/shared-pair-b', ['198.51.100.31']),
      endpoints('row/shared-pair-b', ['worker-2']),
    ],
    expected: { '198.51.100.29/32': ['worker-1'], '198.51.100.30/32': EVERYWHERE, '198.51.100.31/32': EVERYWHERE },
  },
  {
    behaviour: 'counts an excluded service as absent where an address is shared',
    objects: [
      localLoadBalancer('kube-system/shared', ['198.51.100.32']),
      endpoints('kube-system/shared', ['worker-1']),
      loadBalancer('row/shared-with-excluded', ['198.51.100.32']),
      endpoints('row/shared-with-excluded', ['worker-2']),
      localLoadBalancer('kube-system/alone', ['198.51.100.33']),
      endpoints('kube-system/alone', ['worker-1']),
      localLoadBalancer('row/shared-without-endpoints', ['198.51.100.33']),
    ],
    expected: { '198.51.100.32/32': EVERYWHERE, '198.51.100.33/32': [] },
  },
  {
    behaviour: 'takes an address that stands twice in one service as one',
    objects: [localLoadBalancer('row/twice', ['198.51.100.34', '198.51.100.34']), endpoints('row/twice', ['worker-1'])],
    expected: { '198.51.100.34/32': ['worker-1'] },
  },
  {
    behaviour: 'asks a condition for each address of a service',
    objects: [
      loadBalancer('row/by-family', ['198.51.100.35', '2001:db8:100::35'], { annotations: { audience: 'ipv4' } }),
      endpoints('row/by-family', ['worker-1']),
      endpoints('row/by-family', ['worker-1'], { addressType: 'IPv6' }),
    ],
    expected: { '198.51.100.35/32': EVERYWHERE, '2001:db8:100::35/128': [] },
  },
  {
    behaviour: 'announces from as many nodes as `limit` says, and which ones follows from the address',
    objects: [
      loadBalancer('row/one-node', ['198.51.100.63', '198.51.100.64']),
      endpoints('row/one-node', ['worker-1']),
      localLoadBalancer('row/one-node-at-home', ['198.51.100.65']),
      endpoints('row/one-node-at-home', ['worker-1']),
    ],
    expected: {
      '198.51.100.63/32': ['worker-1'],
      '198.51.100.64/32': ['worker-2'],
      '198.51.100.65/32': ['worker-1'],
    },
  },
];

function annotation(value: string): Readonly<Record<string, string>> {
  return { 'projectcalico.org/AdvertiseClusterIP': value };
}

describe('exact routes', () => {
  let lab: LoopbackLab;
  const expected: View = Object.assign({}, AGGREGATES, ...ROWS.map((row) => row.expected));

  before(async () => {
    lab = await startLoopbackLab({
      policy: POLICY,
      objects: ROWS.flatMap((row) => row.objects),
      nodes: {
        'worker-1': { labels: { zone: 'a' } },
        'worker-2': { labels: { zone: 'c' } },
        'worker-3': { labels: { zone: 'b', role: 'control-plane' } },
      },
    });
    await lab.waitForSessions({ tor: 3 });
    // Each row says below what is wrong with it, so a time-out here is not the message to end with.
    await lab.waitForView(expected).catch(() => undefined);
  });
  after(() => lab.close());

  for (const row of ROWS) {
    test(row.behaviour, async () => {
      const view = await lab.view();
      assert.deepEqual(
        Object.fromEntries(Object.keys(row.expected).map((prefix) => [prefix, view[prefix] ?? []])),
        row.expected,
      );
    });
  }

  test('keeps the sessions of an excluded node up', async () => {
    assert.deepEqual((await lab.router().established()).toSorted(), ['worker_1', 'worker_2', 'worker_3']);
  });

  test('announces nothing beyond that', async () => {
    const unexpected = Object.keys(await lab.view()).filter((prefix) => !(prefix in expected));
    assert.deepEqual(unexpected, []);
  });
});
