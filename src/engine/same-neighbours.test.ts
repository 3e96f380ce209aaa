import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { desiredPeer, desiredState } from '../testing/desired.ts';
import type { DesiredPeer } from './desired-state.ts';
import { createEngine } from './engine.ts';
import { sameNeighbours } from './same-neighbours.ts';
import { resolveForNode } from './sessions.ts';
import { snapshotOf } from './snapshot.ts';
import { ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

/** Who is left out of two peers, the first with the first settings. */
function leftOut(first: Partial<DesiredPeer>, second: Partial<DesiredPeer>): readonly string[] {
  const peers = [desiredPeer({ name: 'b', ...first }), desiredPeer({ name: 'a', ...second })];
  return sameNeighbours(peers, desiredState().speaker).map(({ left, run }) => `${left.name} for ${run.name}`);
}

test('of two peers that are one neighbour the first is run', () => {
  const link = { address: 'fe80::/10', interface: 'eth1' };
  assert.deepEqual(leftOut(link, link), ['a for b']);
  assert.deepEqual(leftOut({}, {}), ['a for b']);
  assert.deepEqual(leftOut({ address: '192.0.2.0/24' }, { address: '192.0.2.7/32' }), ['a for b']);
  // The speaker listens on it.
  assert.deepEqual(leftOut({ source: '127.0.0.1' }, {}), ['a for b']);
});

test('peers that differ in an end of the session are all run', () => {
  assert.deepEqual(
    leftOut({ address: 'fe80::/10', interface: 'eth1' }, { address: 'fe80::/10', interface: 'eth2' }),
    [],
  );
  assert.deepEqual(leftOut({ address: 'fe80::1', interface: 'eth1' }, { address: 'fe80::/10', interface: 'eth1' }), []);
  assert.deepEqual(leftOut({ port: 1790 }, { port: 1791 }), []);
  assert.deepEqual(leftOut({ source: '127.0.0.8' }, { source: '127.0.0.9' }), []);
  assert.deepEqual(leftOut({ address: '192.0.2.0/25' }, { address: '192.0.2.128/25' }), []);
  assert.deepEqual(leftOut({ address: 'gateway' }, { address: 'gateway' }), []);
});

describe('peers whose address each node says', () => {
  const policy = compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-b { address label "tor-b" as 64500 }
peer tor-a { address label "tor-a" as 64500 }
`);
  const nodes = [
    node('worker-1', { labels: { 'tor-a': '192.0.2.1', 'tor-b': '192.0.2.2' } }),
    node('worker-2', { labels: { 'tor-a': '192.0.2.1', 'tor-b': '192.0.2.1' } }),
  ];
  const engine = createEngine(
    policy,
    snapshotOf([
      ...nodes,
      service('shop/checkout', { loadBalancerIngress: ingress('198.51.100.10') }),
      slice('shop/checkout', [ready('worker-1'), ready('worker-2')]),
    ]),
  );

  test('run both where they differ, and the first of the policy where they do not', () => {
    const [first, second] = nodes.map((each) => resolveForNode(policy, each));
    assert.deepEqual(
      first?.peers.map(({ name }) => name),
      ['tor-a', 'tor-b'],
    );
    assert.deepEqual(
      second?.peers.map(({ name }) => name),
      ['tor-b'],
    );
    assert.deepEqual(
      second?.problems.map(({ code, message, peer }) => [code, peer, message]),
      [
        [
          'same-neighbour',
          'tor-a',
          'not run: BIRD cannot tell it from the peer `tor-b`, which is the same neighbour on this node',
        ],
      ],
    );
  });

  test('give the reason with the route, and a warning with the plan', () => {
    const [route] = engine.decisions('worker-2').routes;
    assert.deepEqual(
      route?.peers.map(({ peer, reason }) => [peer, reason]),
      [
        ['tor-a', 'same-neighbour'],
        ['tor-b', 'offered'],
      ],
    );
    assert.deepEqual(
      engine.warnings().map(({ code, node: on, message }) => [code, on, message]),
      [
        [
          'same-neighbour',
          'worker-2',
          'peer `tor-a`: not run: BIRD cannot tell it from the peer `tor-b`, which is the same neighbour on this node',
        ],
      ],
    );
  });
});
