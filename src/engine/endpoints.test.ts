import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { EndpointRule, Policy } from '../dsl/policy.ts';
import { countEndpoints } from './endpoints.ts';
import { createEngine } from './engine.ts';
import type { Endpoint } from './objects.ts';
import { snapshotOf } from './snapshot.ts';
import { down, draining, ingress, node, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { routesOn } from './testdata/decide.ts';
import { block, excludeNodes, label, place, policy, range } from './testdata/policy-factory.ts';

const ranges = [
  range('vips', 'load-balancer-ip', ['198.51.100.0/24', '2001:db8:100::/64']),
  range('services', 'cluster-ip', ['10.96.0.0/16', '2001:db8:96::/112'], {
    mode: { kind: 'aggregate', whenUsed: true, blockLength: {} },
  }),
];
const local = service('shop/web', {
  loadBalancerIngress: ingress('198.51.100.10'),
  externalTrafficPolicy: 'Local',
  clusterIPs: ['10.97.0.1'],
});
const serving: Endpoint = { ...ready('worker-1'), ready: false };

/** Nodes of three that advertise the address of a Local service with these endpoints. */
function origins(endpoints: readonly Endpoint[], rule?: EndpointRule, count = 1): readonly string[] {
  const used: Policy = policy({
    ranges,
    serviceBlocks: [
      block({
        endpoints: rule === undefined ? undefined : { at: place('endpoints'), rule },
        require: { at: place('require'), count },
      }),
    ],
  });
  const objects = [...workers(3), local, slice('shop/web', endpoints)];
  return workers(3)
    .map(({ name }) => name)
    .filter((name) => routesOn(name, used, objects).some((text) => text.startsWith('198.51.100.10/32')));
}

describe('usable endpoints', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['ready endpoints count', origins([ready('worker-1'), ready('worker-2')]), ['worker-1', 'worker-2']],
    ['endpoints that are not ready do not count', origins([down('worker-1'), ready('worker-2')]), ['worker-2']],
    [
      'a node with only terminating endpoints is drained while another node has a ready one',
      origins([draining('worker-1'), ready('worker-2')]),
      ['worker-2'],
    ],
    [
      'without a ready endpoint anywhere, terminating ones that still serve count, on every node',
      origins([draining('worker-1'), draining('worker-2'), down('worker-3')]),
      ['worker-1', 'worker-2'],
    ],
    ['an endpoint that serves, is not ready and does not terminate never counts', origins([serving]), []],
    [
      'where too few ready endpoints leave no origin, terminating ones add to them',
      origins([ready('worker-1'), draining('worker-1')], 'ready-or-last', 2),
      ['worker-1'],
    ],
    ['`endpoints ready` drops the fallback', origins([draining('worker-1')], 'ready'), []],
    [
      '`endpoints serving` counts what serves, node by node',
      origins([draining('worker-1'), ready('worker-2'), { ...serving, nodeName: 'worker-3' }], 'serving'),
      ['worker-1', 'worker-2', 'worker-3'],
    ],
    ['an endpoint without a node is on no node', origins([ready(undefined)]), []],
    ['an endpoint on a node that is gone makes no origin', origins([ready('gone-4')]), []],
    [
      'a ready endpoint on a node that is gone does not keep terminating ones from counting',
      origins([ready('gone-4'), draining('worker-1')]),
      ['worker-1'],
    ],
  ];
  for (const [says, found, expected] of rows) {
    test(says, () => {
      assert.deepEqual(found, expected);
    });
  }

  test('a ready endpoint on an excluded node gives no origin, so that terminating ones elsewhere count', () => {
    const nodes = [node('worker-1', { labels: { role: 'control-plane' } }), node('worker-2')];
    const used = policy({ ranges, exclusions: excludeNodes(label('role', 'control-plane')) });
    const objects = [...nodes, local, slice('shop/web', [ready('worker-1'), draining('worker-2')])];
    assert.deepEqual(routesOn('worker-2', used, objects), ['198.51.100.10/32 local-endpoint']);
  });

  test('excluding the node of the last ready endpoint makes terminating ones elsewhere count at once', () => {
    const used = policy({ ranges, exclusions: excludeNodes(label('role', 'control-plane')) });
    const objects = [...workers(2), local, slice('shop/web', [ready('worker-1'), draining('worker-2')])];
    const engine = createEngine(used, snapshotOf(objects), { nodes: ['worker-2'] });
    assert.deepEqual(engine.decisions('worker-2').routes, []);
    const excluded = node('worker-1', { labels: { role: 'control-plane' } });
    const delta = engine.apply([{ kind: 'upserted', object: excluded }]);
    assert.deepEqual(delta.nodes.get('worker-2')?.added, ['198.51.100.10/32']);
  });

  test('an endpoint without a node counts for the cluster', () => {
    const cluster = { ...local, externalTrafficPolicy: 'Cluster' as const };
    const objects = [node('worker-1'), cluster, slice('shop/web', [ready(undefined)])];
    assert.deepEqual(routesOn('worker-1', policy({ ranges }), objects), ['198.51.100.10/32 exact-range']);
  });

  test('a Cluster address stays advertised while the last endpoint that serves terminates', () => {
    const cluster = { ...local, externalTrafficPolicy: 'Cluster' as const };
    const objects = [...workers(2), cluster, slice('shop/web', [draining('worker-1')])];
    assert.deepEqual(routesOn('worker-2', policy({ ranges }), objects), ['198.51.100.10/32 exact-range']);
  });
});

describe('slices', () => {
  test('all slices of a service count together', () => {
    const objects = [
      ...workers(2),
      local,
      slice('shop/web', [ready('worker-1')]),
      slice('shop/web', [ready('worker-2')], { name: 'any-other-name' }),
      slice('shop/web', [ready('worker-2', '10.244.9.9')], { serviceName: undefined, name: 'orphan' }),
    ];
    assert.deepEqual(routesOn('worker-2', policy({ ranges }), objects), ['198.51.100.10/32 local-endpoint']);
  });

  test('the same endpoint in two slices counts once, at its best', () => {
    const [first, second] = [
      slice('shop/web', [draining('worker-1', '10.244.1.1')]),
      slice('shop/web', [ready('worker-1', '10.244.1.1')]),
    ];
    assert.deepEqual(countEndpoints([first, second]).ipv4.cluster, { ready: 1, readyOrTerminating: 1, serving: 1 });
    assert.deepEqual(countEndpoints([second, first]).ipv4.cluster, { ready: 1, readyOrTerminating: 1, serving: 1 });
  });

  test('slices of type FQDN never count', () => {
    const objects = [node('worker-1'), local, slice('shop/web', [ready('worker-1')], { addressType: 'FQDN' })];
    assert.deepEqual(routesOn('worker-1', policy({ ranges }), objects), []);
  });

  test('deleting the slice withdraws, whatever its name', () => {
    const objects = [node('worker-1'), local, slice('shop/web', [ready('worker-1')], { name: 'web-x2k9d' })];
    const engine = createEngine(policy({ ranges }), snapshotOf(objects));
    const delta = engine.apply([{ kind: 'deleted', objectKind: 'EndpointSlice', key: 'shop/web-x2k9d' }]);
    assert.deepEqual(delta.nodes.get('worker-1')?.removed, ['198.51.100.10/32']);
  });

  test('a slice that moves to another service takes its endpoints along', () => {
    const other = { ...local, name: 'api', loadBalancerIngress: ingress('198.51.100.11'), clusterIPs: ['10.97.0.2'] };
    const objects = [node('worker-1'), local, other, slice('shop/web', [ready('worker-1')])];
    const engine = createEngine(policy({ ranges }), snapshotOf(objects));
    const moved = slice('shop/web', [ready('worker-1')], { serviceName: 'api' });
    const delta = engine.apply([{ kind: 'upserted', object: moved }]);
    assert.deepEqual(delta.nodes.get('worker-1'), {
      added: ['198.51.100.11/32'],
      removed: ['198.51.100.10/32'],
      changed: [],
    });
  });
});

describe('dual stack', () => {
  const dual = service('shop/web', {
    loadBalancerIngress: ingress('198.51.100.10', '2001:db8:100::10'),
    externalTrafficPolicy: 'Local',
    clusterIPs: ['10.96.0.1', '2001:db8:96::1'],
  });
  const v4 = slice('shop/web', [ready('worker-1')]);
  const v6 = slice('shop/web', [ready('worker-2', '2001:db8:1::2')]);

  test('each family is advertised from the nodes that have endpoints of it', () => {
    const objects = [...workers(2), dual, v4, v6];
    const used = policy({ ranges });
    assert.deepEqual(routesOn('worker-1', used, objects), [
      '10.96.0.0/16 aggregate-used',
      '10.96.0.1/32 local-endpoint',
      '198.51.100.10/32 local-endpoint',
      '2001:db8:96::/112 aggregate-used',
    ]);
    assert.deepEqual(routesOn('worker-2', used, objects), [
      '10.96.0.0/16 aggregate-used',
      '2001:db8:96::/112 aggregate-used',
      '2001:db8:96::1/128 local-endpoint',
      '2001:db8:100::10/128 local-endpoint',
    ]);
  });

  test('endpoints of one family are no reason for an address of the other', () => {
    const objects = [...workers(2), dual, v4];
    assert.deepEqual(
      routesOn('worker-1', policy({ ranges }), objects).filter((text) => text.includes(':')),
      [],
    );
  });
});

test('endpoints are counted on each node, however many nodes there are', () => {
  for (const count of [1, 2, 8, 9, 40]) {
    const names = Array.from({ length: count }, (_, index) => `worker-${index}`);
    const endpoints = names.flatMap((name, index) =>
      Array.from({ length: 1 + (index % 12) }, (_, each) => ready(name, `10.244.${index}.${each}`)),
    );
    const { nodes, cluster } = countEndpoints([slice('shop/web', endpoints)]).ipv4;
    assert.deepEqual([...nodes.keys()].sort(), [...names].sort());
    names.forEach((name, index) => {
      const expected = 1 + (index % 12);
      assert.deepEqual(nodes.get(name), { ready: expected, readyOrTerminating: expected, serving: expected });
    });
    assert.equal(cluster.ready, endpoints.length);
    assert.equal(nodes.get('worker-99'), undefined);
  }
});
