// What routers of different kinds are offered of the same routes, and with which attributes: two eBGP routers and one
// iBGP router, `to`, filters, communities of all kinds, prepend, MED, local preference, next hops, families.
// Attributes are in BIRD's notation, as the router at the other end prints them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { endpoints, loadBalancer, localLoadBalancer, service } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';

const POLICY = `
let anycast = 64512:100
let bogons  = 203.0.113.128/25, 2001:db8:bad::/48

range services cluster-ip       10.96.0.0/16, fd00:10:96::/112 { community 64512:96 }
range vips     load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64 {
  community anycast
  community 64512:1:2, rt:64512:3
  med       10
}
range public   external-ip      203.0.113.0/24
range joined-a load-balancer-ip 10.52.0.0/24 aggregate { community 64512:521 med 5 }
range joined-b external-ip      10.52.0.0/24 aggregate { community 64512:522 med 6 }

service row/* where label "tier" == "gold" { med 50 community 64512:200 }
service row/attributes  { med 60  prepend 2  community 64512:300 }
service row/preferred   { med 60  local-pref 150 }
service row/only-a      { to tor-a }
service row/to-template { to tors }
service row/drained     { community graceful-shutdown, no-export }
service row/shared-b    { med 77 }
service row/refused     { community 64512:999 }
service row/first-only  { community 64512:888 }

filter to-tor-b {
  reject if prefix in bogons
  reject if community 64512:999
  update if range == public then community (64512:400, 64512:4:4), med 400
  update if community 64512:300 then remove community 64512:300, prepend 1
  update if range == services and aggregate then prepend as (64999, 64998)
  accept if length == 128 then community 64512:128
  accept if aggregate or (exact and length >= 32) then community 64512:500
}
filter last-resort { accept if community 64512:999 then community 64512:666 }
filter first-only  { accept if community 64512:888 and not (range == public or aggregate) }
filter conditions {
  reject if service row/refused
  update if kind == external-ip then community 64512:700
  update if family == ipv6 then community 64512:701
  update if med >= 50 and med < 100 then community 64512:702
  update if local-pref == 150 then community 64512:703
  accept if service row/*
  accept if kind == cluster-ip and family == ipv4
}

template tors { ${LOOPBACK_PEER} }
peer tor-a from tors { address 127.0.0.101 port PORT as 64601 }
peer tor-b from tors { address 127.0.0.102 port PORT as 64602 export to-tor-b, last-resort }
peer rr              { address 127.0.0.103 port PORT as 64512 ${LOOPBACK_PEER} family ipv4 nodes worker-1 }
peer quiet           { address 127.0.0.104 port PORT as 64604 ${LOOPBACK_PEER} export nothing nodes where label "rack" == "1" }
peer picky           { address 127.0.0.105 port PORT as 64605 ${LOOPBACK_PEER} export first-only }
peer asking          { address 127.0.0.106 port PORT as 64606 ${LOOPBACK_PEER} export conditions }
`;

const OBJECTS = [
  loadBalancer('row/plain', ['198.51.100.1', '2001:db8:100::1'], { labels: { tier: 'gold' } }),
  loadBalancer('row/attributes', ['198.51.100.2'], { labels: { tier: 'gold' } }),
  loadBalancer('row/only-a', ['198.51.100.3']),
  loadBalancer('row/to-template', ['198.51.100.4']),
  loadBalancer('row/refused', ['198.51.100.5']),
  loadBalancer('row/drained', ['198.51.100.6']),
  localLoadBalancer('row/shared-a', ['198.51.100.7']),
  localLoadBalancer('row/shared-b', ['198.51.100.7']),
  loadBalancer('row/first-only', ['198.51.100.8']),
  loadBalancer('row/preferred', ['198.51.100.9']),
  service('row/external', { externalIPs: ['203.0.113.1', '203.0.113.129'] }),
  ...[
    'plain',
    'attributes',
    'only-a',
    'to-template',
    'refused',
    'drained',
    'shared-a',
    'first-only',
    'preferred',
    'external',
  ].map((name) => endpoints(`row/${name}`, ['worker-1'])),
  endpoints('row/shared-b', ['worker-2']),
  endpoints('row/plain', ['worker-1'], { addressType: 'IPv6' }),
];

/** Every route of worker-1 that a router without filters is offered. */
const OFFERED = [
  ...['10.52.0.0/24', '10.96.0.0/16', 'fd00:10:96::/112', '203.0.113.1/32', '203.0.113.129/32'],
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((last) => `198.51.100.${last}/32`),
  '2001:db8:100::1/128',
];

const BOTH = ['worker-1', 'worker-2'];

describe('attributes and peers', () => {
  let lab: LoopbackLab;
  /** What worker-1 sends a router of one prefix: the attributes named, in BIRD's words. */
  const attributes = async (router: string, prefix: string, ...names: readonly string[]): Promise<unknown> => {
    const path = (await lab.paths(prefix, router))['worker-1'];
    return path === undefined ? 'not offered' : Object.fromEntries(names.map((name) => [name, path.get(name)]));
  };
  const prefixes = async (router: string): Promise<readonly string[]> => Object.keys(await lab.view(router)).toSorted();

  before(async () => {
    lab = await startLoopbackLab({
      policy: POLICY,
      objects: OBJECTS,
      nodes: { 'worker-1': { labels: { rack: '1' } }, 'worker-2': { labels: { rack: '2' } } },
      routers: { 'tor-a': 64601, 'tor-b': 64602, rr: 64512, quiet: 64604, picky: 64605, asking: 64606 },
    });
    await lab.waitForSessions({ 'tor-a': 2, 'tor-b': 2, rr: 1, quiet: 1, picky: 2, asking: 2 });
    const wait = (router: string, nodes: readonly string[], offered: readonly string[]): Promise<void> =>
      lab.waitForView(Object.fromEntries(offered.map((prefix) => [prefix, nodes])), { router, only: true });
    // Every test below says what is wrong, so a time-out here is not the message to end with.
    await Promise.allSettled([
      wait('tor-a', BOTH, OFFERED),
      wait('tor-b', BOTH, ['203.0.113.1/32', '2001:db8:100::1/128']),
      wait('picky', BOTH, ['198.51.100.8/32']),
      wait('asking', BOTH, ['198.51.100.9/32', '2001:db8:100::1/128']),
      wait('rr', ['worker-1'], ['198.51.100.9/32']),
    ]);
  });
  after(() => lab.close());

  test('offers a peer without filters every route', async () => {
    assert.deepEqual(await prefixes('tor-a'), OFFERED.toSorted());
  });

  test('sends standard, large and extended communities of the range, and those of matching blocks besides', async () => {
    assert.deepEqual(await attributes('tor-a', '198.51.100.1/32', 'community', 'large_community', 'ext_community'), {
      community: '(64512,100) (64512,200)',
      large_community: '(64512, 1, 2)',
      ext_community: '(rt, 64512, 3)',
    });
  });

  test('lets a service block override the MED of the range, and the later block the earlier one', async () => {
    assert.deepEqual(await attributes('tor-a', '198.51.100.3/32', 'med'), { med: '10' });
    assert.deepEqual(await attributes('tor-a', '198.51.100.1/32', 'med'), { med: '50' });
    assert.deepEqual(await attributes('tor-a', '198.51.100.2/32', 'med'), { med: '60' });
  });

  test('prepends the local AS as often as asked', async () => {
    assert.deepEqual(await attributes('tor-a', '198.51.100.1/32', 'as_path'), { as_path: '64512' });
    assert.deepEqual(await attributes('tor-a', '198.51.100.2/32', 'as_path'), { as_path: '64512 64512 64512' });
  });

  test('sends the local preference to an iBGP peer and keeps it from an eBGP peer', async () => {
    assert.deepEqual(await attributes('rr', '198.51.100.9/32', 'local_pref', 'med'), { local_pref: '150', med: '60' });
    assert.deepEqual(await attributes('tor-a', '198.51.100.9/32', 'local_pref'), { local_pref: '100' });
  });

  test('gives an aggregate the attributes of its range, and one of two ranges the communities of both', async () => {
    assert.deepEqual(await attributes('tor-a', '10.96.0.0/16', 'community'), { community: '(64512,96)' });
    assert.deepEqual(await attributes('tor-a', '10.52.0.0/24', 'community', 'med'), {
      community: '(64512,521) (64512,522)',
      med: '5',
    });
  });

  test('sends well-known communities', async () => {
    assert.deepEqual(await attributes('tor-a', '198.51.100.6/32', 'community'), {
      community: '(64512,100) (65535,0) (65535,65281)',
    });
  });

  test('takes the attributes of a shared address from the first service by name, on every node alike', async () => {
    const paths = await lab.paths('198.51.100.7/32', 'tor-a');
    const meds = Object.entries(paths).map(([node, path]) => [node, path.get('med')]);
    assert.deepEqual(Object.fromEntries(meds), { 'worker-1': '10', 'worker-2': '10' });
  });

  test('offers a service only to the peers or templates that `to` names', async () => {
    assert.equal(await attributes('tor-b', '198.51.100.3/32'), 'not offered');
    assert.notEqual(await attributes('tor-b', '198.51.100.4/32'), 'not offered');
    assert.equal(await attributes('rr', '198.51.100.4/32'), 'not offered');
  });

  test('rejects by prefix and by community, and leaves what the first filter rejects to no other', async () => {
    assert.equal(await attributes('tor-b', '203.0.113.129/32'), 'not offered');
    assert.equal(await attributes('tor-b', '198.51.100.5/32'), 'not offered');
  });

  test('changes attributes by `update` and goes on to the accepting rule', async () => {
    assert.deepEqual(await attributes('tor-b', '203.0.113.1/32', 'community', 'large_community', 'med'), {
      community: '(64512,400) (64512,500)',
      large_community: '(64512, 4, 4)',
      med: '400',
    });
  });

  test('removes a community that a rule names, and prepends once more', async () => {
    assert.deepEqual(await attributes('tor-b', '198.51.100.2/32', 'community', 'as_path'), {
      community: '(64512,100) (64512,200) (64512,500)',
      as_path: '64512 64512 64512 64512',
    });
  });

  test('prepends other AS numbers in their order', async () => {
    assert.deepEqual(await attributes('tor-b', '10.96.0.0/16', 'as_path'), { as_path: '64512 64999 64998' });
  });

  test('decides by length', async () => {
    assert.deepEqual(await attributes('tor-b', '2001:db8:100::1/128', 'community'), {
      community: '(64512,100) (64512,128) (64512,200)',
    });
  });

  test('decides by kind, family, service, MED and local preference', async () => {
    const communities = async (prefix: string): Promise<unknown> => attributes('asking', prefix, 'community');
    assert.deepEqual(await communities('203.0.113.1/32'), { community: '(64512,700)' });
    assert.deepEqual(await communities('2001:db8:100::1/128'), {
      community: '(64512,100) (64512,200) (64512,701) (64512,702)',
    });
    assert.deepEqual(await communities('198.51.100.9/32'), { community: '(64512,100) (64512,702) (64512,703)' });
    assert.deepEqual(await communities('10.96.0.0/16'), { community: '(64512,96)' });
    assert.equal(await communities('fd00:10:96::/112'), 'not offered');
    assert.equal(await communities('198.51.100.5/32'), 'not offered');
  });

  test('rejects what falls off the end of the last filter', async () => {
    assert.deepEqual(await prefixes('picky'), ['198.51.100.8/32']);
  });

  test('runs a peer only on the nodes it names or selects', async () => {
    assert.deepEqual(await lab.router('rr').established(), ['worker_1']);
    assert.deepEqual(await lab.router('quiet').established(), ['worker_1']);
  });

  test('exports nothing to a peer with `export nothing`', async () => {
    assert.deepEqual(await prefixes('quiet'), []);
  });

  test('sends no IPv6 route over a session of family ipv4', async () => {
    assert.deepEqual(
      (await prefixes('rr')).filter((prefix) => prefix.includes(':')),
      [],
    );
  });

  test('gives IPv6 routes over an IPv4 multihop session the InternalIP of the node as next hop', async () => {
    assert.deepEqual(await attributes('tor-a', '2001:db8:100::1/128', 'next_hop'), { next_hop: '2001:db8:ffff::11' });
    assert.deepEqual(await attributes('tor-a', '198.51.100.1/32', 'next_hop'), { next_hop: '127.0.0.11' });
  });
});
