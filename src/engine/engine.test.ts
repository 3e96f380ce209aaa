import assert from 'node:assert/strict';
import test from 'node:test';
import type { Policy } from '../dsl/policy.ts';
import { buildDesiredState, buildPlan, createEngine, resolveForNode, snapshotOf } from './index.ts';
import type { ClusterObject } from './objects.ts';
import { ingress, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { filter, peer, place, policy, range, speaker } from './testdata/policy-factory.ts';

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

test('without a choice of nodes, new nodes are watched and gone ones lose their routes', () => {
  const engine = createEngine(vips, snapshotOf([...workers(1), cart, slice('shop/cart', [ready('worker-1')])]));
  const [, worker2] = workers(2);
  assert.ok(worker2 !== undefined);
  const joined = engine.apply([{ kind: 'upserted', object: worker2 }]);
  assert.deepEqual([...joined.nodes], [['worker-2', { added: ['10.96.0.0/16'], removed: [], changed: [] }]]);
  const left = engine.apply([{ kind: 'deleted', objectKind: 'Node', key: 'worker-2' }]);
  assert.deepEqual([...left.nodes], [['worker-2', { added: [], removed: ['10.96.0.0/16'], changed: [] }]]);
  assert.deepEqual(engine.nodes(), ['worker-1']);
});

test('a node that is not watched is answered as of the last change', () => {
  const objects = [...workers(2), cart, slice('shop/cart', [ready('worker-1')])];
  const engine = createEngine(vips, snapshotOf(objects), { nodes: ['worker-1'] });
  const prefixes = (): readonly string[] => engine.decisions('worker-2').routes.map(({ prefix }) => prefix);
  assert.deepEqual(prefixes(), ['10.96.0.0/16']);
  const delta = engine.apply([{ kind: 'upserted', object: slice('shop/cart', [ready('worker-2')]) }]);
  assert.deepEqual([...delta.nodes.keys()], ['worker-1']);
  assert.deepEqual(prefixes(), ['10.96.0.0/16', '10.96.0.1/32', '198.51.100.10/32']);
});

test('a change that leaves a route as it is leaves it the same object', () => {
  const objects = [...workers(1), cart, slice('shop/cart', [ready('worker-1')])];
  const engine = createEngine(vips, snapshotOf(objects));
  const before = engine.decisions('worker-1');
  const twoEndpoints = slice('shop/cart', [ready('worker-1'), ready('worker-1', '10.244.1.11')]);
  assert.equal(engine.apply([{ kind: 'upserted', object: twoEndpoints }]).nodes.size, 0);
  const after = engine.decisions('worker-1');
  after.routes.forEach((route, i) => {
    assert.equal(route, before.routes[i]);
  });
  after.desired.forEach((route, i) => {
    assert.equal(route, before.desired[i]);
  });
});

test('the desired state has the routes, the sessions and the filters they name', () => {
  const used = policy({
    ...vips,
    filters: [filter('unused'), filter('to-fabric', { verdict: 'accept', condition: undefined, actions: [] })],
    peers: [peer('tor-a', { export: { kind: 'filters', at: place('export'), filters: ['to-fabric'] } })],
  });
  const [worker1] = workers(1);
  assert.ok(worker1 !== undefined);
  const engine = createEngine(used, snapshotOf([worker1, cart, slice('shop/cart', [ready('worker-1')])]));
  const sessions = resolveForNode(used, worker1);
  const desired = buildDesiredState(used, sessions, engine.decisions('worker-1'));
  assert.deepEqual(
    desired?.filters.map(({ name }) => name),
    ['to-fabric'],
  );
  assert.equal(desired?.speaker, sessions.speaker);
  assert.equal(desired?.peers, sessions.peers);
  assert.deepEqual(desired?.routes[2], {
    prefix: '198.51.100.10/32',
    addressKind: 'load-balancer-ip',
    aggregate: false,
    range: 'vips',
    attributes: { communities: [], localPref: undefined, med: undefined, prepend: 0 },
    to: undefined,
    service: 'shop/cart',
  });
});

test('without a speaker there is no desired state, so that the node keeps what it has', () => {
  const used = policy({ ...vips, speaker: speaker({ as: { kind: 'label', key: 'as', at: place('as') } }) });
  const [worker1] = workers(1);
  assert.ok(worker1 !== undefined);
  const decisions = createEngine(used, snapshotOf([worker1])).decisions('worker-1');
  assert.equal(buildDesiredState(used, resolveForNode(used, worker1), decisions), undefined);
  assert.deepEqual(decisions.routes[0]?.peers, [
    { peer: 'tor-a', reason: 'value-missing', at: place('as'), attributes: undefined },
  ]);
});
