import assert from 'node:assert/strict';
import test from 'node:test';
import { createEngine } from './engine.ts';
import { snapshotOf } from './snapshot.ts';
import { ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const POLICY = `
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64
service shop/checkout { to tor-a, tor-v4, tor-rack, tor-i
  prepend 2
  local-pref 150
}
filter none-here { reject if prefix in 198.51.100.0/24 }
peer tor-a { address 192.0.2.1 as 64500 }
peer tor-b { address 192.0.2.2 as 64500 }
peer tor-f { address 192.0.2.3 as 64500 export none-here }
peer tor-i { address 192.0.2.4 as 64512 }
peer tor-n { address 192.0.2.5 as 64500 export nothing }
peer tor-rack { address 192.0.2.6 as 64500 nodes where label "rack" == "a" }
peer tor-s { address 192.0.2.7 as 64500 source annotation "example.org/source" }
peer tor-v4 { address 192.0.2.8 as 64500 family ipv4 }
`;

const shop = (name: string, ...addresses: readonly string[]) =>
  service(`shop/${name}`, { loadBalancerIngress: ingress(...addresses) });

const objects = [
  node('worker-1'),
  shop('checkout', '198.51.100.10'),
  shop('web', '198.51.100.20', '2001:db8:100::20'),
  slice('shop/checkout', [ready('worker-1')]),
  slice('shop/web', [ready('worker-1')]),
  slice('shop/web', [ready('worker-1', '2001:db8:1::1')]),
];

function verdicts(prefix: string): readonly string[] {
  const { routes } = createEngine(compilePolicy(POLICY), snapshotOf(objects)).decisions('worker-1');
  const route = routes.find((candidate) => candidate.prefix === prefix);
  assert.ok(route !== undefined, prefix);
  return route.peers.map(({ peer, reason, at }) => `${peer} ${reason} ${at.line}:${at.column}`);
}

test('every peer of the policy has a verdict, sorted by name, with the place that decided', () => {
  assert.deepEqual(verdicts('198.51.100.20/32'), [
    'tor-a offered 9:1',
    'tor-b offered 10:1',
    'tor-f filter-rejected 8:20',
    'tor-i offered 12:1',
    'tor-n filter-rejected 13:1',
    'tor-rack peer-not-on-node 14:44',
    'tor-s value-missing 15:48',
    'tor-v4 offered 16:1',
  ]);
});

test('`to` leaves every other peer out', () => {
  assert.deepEqual(verdicts('198.51.100.10/32'), [
    'tor-a offered 9:1',
    'tor-b not-in-to 4:25',
    'tor-f not-in-to 4:25',
    'tor-i offered 12:1',
    'tor-n not-in-to 4:25',
    'tor-rack peer-not-on-node 14:44',
    'tor-s value-missing 15:48',
    'tor-v4 offered 16:1',
  ]);
});

test('a session is not offered routes of a family it does not carry', () => {
  assert.ok(verdicts('2001:db8:100::20/128').includes('tor-v4 family-not-carried 16:1'));
});

test('an offered route has the attributes of the wire for each session', () => {
  const { routes } = createEngine(compilePolicy(POLICY), snapshotOf(objects)).decisions('worker-1');
  const route = routes.find(({ prefix }) => prefix === '198.51.100.10/32');
  const wire = new Map(route?.peers.map(({ peer, attributes }) => [peer, attributes]));
  assert.deepEqual(wire.get('tor-a')?.prepend, [64512, 64512]);
  assert.equal(wire.get('tor-a')?.localPref, undefined);
  assert.equal(wire.get('tor-i')?.localPref, 150);
  assert.equal(wire.get('tor-b'), undefined);
});
