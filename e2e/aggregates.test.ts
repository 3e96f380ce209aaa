// Which aggregates a router sees, and from which nodes: every row of the table of aggregates, splitting around excluded
// prefixes, blocks, `when used`, both families, and what an excluded node keeps back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { endpoints, loadBalancer, localLoadBalancer, service } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab, type View } from './lab/loopback.ts';

const POLICY = `
range services   cluster-ip       10.96.0.0/16, fd00:10:96::/112
range split      load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64 aggregate
range shaped     external-ip      203.0.113.0/24 except 203.0.113.0/25 aggregate
range used       load-balancer-ip 192.0.2.0/26   aggregate when used
range unused     load-balancer-ip 192.0.2.64/26  aggregate when used
range unready    load-balancer-ip 192.0.2.128/26 aggregate when used
range absent     load-balancer-ip 192.0.2.192/26 aggregate when used
range blocks     external-ip      10.50.0.0/22 aggregate /24
range used-block cluster-ip       10.97.0.0/16, fd00:10:97::/112 aggregate /24, /120 when used
range cut-block  external-ip      10.51.0.0/16 aggregate /24 when used
range outer      cluster-ip       10.98.0.0/16 aggregate
range inner      cluster-ip       10.98.1.0/24 exact
range twice-a    external-ip      10.52.0.0/24 aggregate
range twice-b    load-balancer-ip 10.52.0.0/24 aggregate

exclude nodes    where name == "worker-3"
exclude services kube-system/*
exclude prefixes 198.51.100.64/26, 2001:db8:100:0:8000::/65, 10.51.7.128/25, 10.50.3.0/24

peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
`;

const EVERYWHERE = ['worker-1', 'worker-2'];

const OBJECTS = [
  loadBalancer('row/used', ['192.0.2.1']),
  endpoints('row/used', ['worker-1']),
  loadBalancer('row/unready', ['192.0.2.129']),
  endpoints('row/unready', [{ node: 'worker-1', ready: false }]),
  loadBalancer('kube-system/absent', ['192.0.2.193']),
  endpoints('kube-system/absent', ['worker-1']),
  service('row/block', { clusterIPs: ['10.97.3.7', 'fd00:10:97::307'] }),
  endpoints('row/block', ['worker-2']),
  endpoints('row/block', ['worker-2'], { addressType: 'IPv6' }),
  service('row/cut', { externalIPs: ['10.51.7.1'] }),
  endpoints('row/cut', ['worker-2']),
  service('row/inner', { clusterIPs: ['10.98.1.5'] }),
  endpoints('row/inner', ['worker-1']),
  localLoadBalancer('row/local', ['198.51.100.7']),
  endpoints('row/local', ['worker-1']),
];

const ROWS: readonly { readonly behaviour: string; readonly expected: View }[] = [
  {
    behaviour: 'announces the range of both families, whether or not a service uses it',
    expected: { '10.96.0.0/16': EVERYWHERE, 'fd00:10:96::/112': EVERYWHERE },
  },
  {
    behaviour: 'splits an aggregate into the fewest prefixes around excluded ones',
    expected: {
      '198.51.100.0/24': [],
      '198.51.100.0/26': EVERYWHERE,
      '198.51.100.128/25': EVERYWHERE,
      '2001:db8:100::/65': EVERYWHERE,
    },
  },
  {
    behaviour: 'leaves out what `except` takes from the range',
    expected: { '203.0.113.0/24': [], '203.0.113.128/25': EVERYWHERE },
  },
  {
    behaviour: '`when used` announces a range with a usable endpoint behind one of its addresses',
    expected: { '192.0.2.0/26': EVERYWHERE },
  },
  {
    behaviour:
      '`when used` keeps back a range that is unused, without a usable endpoint, or used by an excluded service',
    expected: { '192.0.2.64/26': [], '192.0.2.128/26': [], '192.0.2.192/26': [] },
  },
  {
    behaviour: 'announces every block of a range but the excluded one',
    expected: {
      '10.50.0.0/24': EVERYWHERE,
      '10.50.1.0/24': EVERYWHERE,
      '10.50.2.0/24': EVERYWHERE,
      '10.50.3.0/24': [],
    },
  },
  {
    behaviour: '`when used` announces only the blocks in use, in each family',
    expected: { '10.97.3.0/24': EVERYWHERE, 'fd00:10:97::300/120': EVERYWHERE },
  },
  {
    behaviour: 'splits a block in use around an excluded prefix',
    expected: { '10.51.7.0/24': [], '10.51.7.0/25': EVERYWHERE, '10.51.7.128/25': [] },
  },
  {
    behaviour: 'lets the longest range decide an address without cutting it out of the shorter aggregate',
    expected: { '10.98.0.0/16': EVERYWHERE, '10.98.1.5/32': EVERYWHERE },
  },
  {
    behaviour: 'announces once what two ranges produce',
    expected: { '10.52.0.0/24': EVERYWHERE },
  },
  {
    behaviour: 'announces the exact route of a Local service beside the aggregate',
    expected: { '198.51.100.7/32': ['worker-1'] },
  },
];

describe('aggregates', () => {
  let lab: LoopbackLab;
  const expected: View = Object.assign({}, ...ROWS.map((row) => row.expected));

  before(async () => {
    lab = await startLoopbackLab({ policy: POLICY, objects: OBJECTS });
    await lab.waitForSessions({ tor: 3 });
    // Each row says below what is wrong with it, so a time-out here is not the message to end with.
    await lab.waitForView(expected).catch(() => undefined);
  });
  after(() => lab.close());

  for (const row of ROWS) {
    test(row.behaviour, async () => {
      const view = await lab.view();
      const seen = Object.fromEntries(Object.keys(row.expected).map((prefix) => [prefix, view[prefix] ?? []]));
      assert.deepEqual(seen, row.expected);
    });
  }

  test('announces nothing beyond that, and nothing from an excluded node', async () => {
    const unexpected = Object.keys(await lab.view()).filter((prefix) => !(prefix in expected));
    assert.deepEqual(unexpected, []);
    assert.equal((await lab.router().established()).length, 3);
  });
});
