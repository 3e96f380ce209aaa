import assert from 'node:assert/strict';
import test from 'node:test';
import type { Policy } from '../dsl/policy.ts';
import { buildPlan, createEngine, snapshotOf } from './index.ts';
import type { ClusterObject } from './objects.ts';
import { ingress, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { policy, range } from './testdata/policy-factory.ts';

const vips: Policy = policy({
  ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24']), range('services', 'cluster-ip', ['10.96.0.0/16'])],
});

const cart = service('shop/cart', {
  loadBalancerIngress: ingress('198.51.100.10'),
  externalTrafficPolicy: 'Local',
});

function routesOf(policyUsed: Policy, objects: readonly ClusterObject[], node: string): readonly string[] {
  const engine = createEngine(policyUsed, snapshotOf(objects));
  return engine.decisions(node).routes.map((route) => `${route.prefix} ${route.reason}`);
}

test('a Local service is advertised from the nodes that run it, beside the aggregate of its cluster IP', () => {
  const objects = [...workers(2), cart, slice('shop/cart', [ready('worker-1')])];
  assert.deepEqual(routesOf(vips, objects, 'worker-1'), [
    '10.96.0.0/16 aggregate',
    '10.96.0.1/32 local-endpoint',
    '198.51.100.10/32 local-endpoint',
  ]);
  assert.deepEqual(routesOf(vips, objects, 'worker-2'), ['10.96.0.0/16 aggregate']);
});

test('a change tells which prefixes of which node it added and removed', () => {
  const engine = createEngine(vips, snapshotOf([...workers(2), cart, slice('shop/cart', [ready('worker-1')])]));
  const delta = engine.apply([{ kind: 'upserted', object: slice('shop/cart', [ready('worker-2')]) }]);
  const moved = ['10.96.0.1/32', '198.51.100.10/32'];
  assert.deepEqual(
    [...delta.nodes],
    [
      ['worker-1', { added: [], removed: moved, changed: [] }],
      ['worker-2', { added: moved, removed: [], changed: [] }],
    ],
  );
});

test('the plan has the documented JSON shape', () => {
  const engine = createEngine(vips, snapshotOf([...workers(1), cart, slice('shop/cart', [ready('worker-1')])]));
  const plan = buildPlan(engine);
  assert.deepEqual(plan.nodes[0]?.routes[2], {
    prefix: '198.51.100.10/32',
    kind: 'load-balancer-ip',
    reason: 'local-endpoint',
    service: 'shop/cart',
    range: 'vips',
    at: 'range-vips.bell:1:1',
    peers: [
      {
        peer: 'tor-a',
        reason: 'offered',
        communities: [],
        largeCommunities: [],
        extendedCommunities: [],
        localPref: null,
        med: null,
        prepend: [],
        at: 'peer-tor-a.bell:1:1',
      },
    ],
  });
});
