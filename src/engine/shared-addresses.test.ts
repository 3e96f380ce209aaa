import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Policy, ServiceBlock } from '../dsl/policy.ts';
import { createEngine } from './engine.ts';
import type { ClusterObject, Service } from './objects.ts';
import { snapshotOf } from './snapshot.ts';
import { draining, ingress, node, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { decisionsOn, routesOn } from './testdata/decide.ts';
import {
  block,
  excludeNodes,
  excludeServices,
  label,
  NO_ATTRIBUTES,
  place,
  policy,
  range,
} from './testdata/policy-factory.ts';

const vips = range('vips', 'load-balancer-ip', ['198.51.100.0/24']);
const med = (path: string, value: number): ServiceBlock =>
  block({ path, attributes: { ...NO_ATTRIBUTES, med: value } });

/** A service at the shared address; its cluster IP is outside every range and headed off below. */
function holder(path: string, overrides: Partial<Service> = {}): Service {
  return service(path, { clusterIPs: ['10.97.0.1'], loadBalancerIngress: ingress('198.51.100.10'), ...overrides });
}

function onShared(name: string, used: Policy, objects: readonly ClusterObject[]): readonly string[] {
  return decisionsOn(name, used, [...workers(3), ...objects]).filter((text) => text.includes('198.51.100.10'));
}

const localA = holder('shop/a', { externalTrafficPolicy: 'Local' });
const localB = holder('shop/b', { externalTrafficPolicy: 'Local' });
const clusterA = holder('shop/a');
const clusterB = holder('shop/b');

describe('shared addresses', () => {
  test('two Local services advertise from the nodes of either', () => {
    const objects = [localA, localB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-2')])];
    const used = policy({ ranges: [vips] });
    assert.deepEqual(onShared('worker-1', used, objects), ['+ 198.51.100.10/32 local-endpoint']);
    assert.deepEqual(onShared('worker-2', used, objects), ['+ 198.51.100.10/32 local-endpoint']);
    assert.deepEqual(onShared('worker-3', used, objects), [
      '- 198.51.100.10/32 shop/a no-local-endpoint',
      '- 198.51.100.10/32 shop/b no-local-endpoint',
    ]);
  });

  test('a Local service with a usable endpoint keeps Cluster ones from bringing the route to other nodes', () => {
    const objects = [clusterA, localB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-2')])];
    const used = policy({ ranges: [vips] });
    assert.deepEqual(onShared('worker-2', used, objects), ['+ 198.51.100.10/32 local-endpoint']);
    assert.deepEqual(onShared('worker-1', used, objects), [
      '- 198.51.100.10/32 shop/a no-local-endpoint',
      '- 198.51.100.10/32 shop/b no-local-endpoint',
    ]);
  });

  test('a Local service without a usable endpoint leaves the route to Cluster ones', () => {
    const objects = [clusterA, localB, slice('shop/a', [ready('worker-1')])];
    assert.deepEqual(onShared('worker-3', policy({ ranges: [vips] }), objects), ['+ 198.51.100.10/32 exact-range']);
  });

  test('a Local service whose ready endpoints are on an excluded node falls back to its terminating ones', () => {
    const excluded = node('worker-9', { labels: { role: 'control-plane' } });
    const used = policy({ ranges: [vips], exclusions: excludeNodes(label('role', 'control-plane')) });
    const objects = [
      excluded,
      clusterA,
      localB,
      slice('shop/a', [ready('worker-1')]),
      slice('shop/b', [ready('worker-9'), draining('worker-2')]),
    ];
    assert.deepEqual(onShared('worker-2', used, objects), ['+ 198.51.100.10/32 local-endpoint']);
    assert.equal(onShared('worker-1', used, objects).length, 2);
  });

  test('an excluded service is absent: its endpoints and its policy count for nothing', () => {
    const objects = [clusterA, localB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-2')])];
    const used = policy({ ranges: [vips], exclusions: excludeServices('shop/b') });
    assert.deepEqual(onShared('worker-1', used, objects), [
      '+ 198.51.100.10/32 exact-range',
      '- 198.51.100.10/32 shop/b service-excluded',
    ]);
  });

  test('a service that the range is not for cannot move the route of another', () => {
    const objects = [clusterA, localB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-2')])];
    const used = policy({ ranges: [{ ...vips, for: ['shop/a'] }], serviceBlocks: [med('shop/b', 9)] });
    assert.deepEqual(onShared('worker-1', used, objects), [
      '+ 198.51.100.10/32 exact-range',
      '- 198.51.100.10/32 shop/b not-for-service',
    ]);
  });

  test('attributes and `to` come from the first service by name, on every node alike', () => {
    const objects = [localA, localB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-2')])];
    const used = policy({
      ranges: [vips],
      serviceBlocks: [med('shop/a', 1), { ...med('shop/b', 2), to: { at: place('to'), peers: ['tor-a'] } }],
    });
    const engine = createEngine(used, snapshotOf([...workers(2), ...objects]));
    for (const name of ['worker-1', 'worker-2']) {
      const route = engine.decisions(name).routes.find(({ prefix }) => prefix === '198.51.100.10/32');
      assert.equal(route?.service, 'shop/a', name);
      assert.deepEqual(route?.services, ['shop/a', 'shop/b']);
      assert.equal(route?.attributes.med, 1);
      assert.equal(route?.to, undefined);
    }
    const [warning, ...others] = engine.warnings();
    assert.equal(others.length, 0);
    assert.equal(warning?.code, 'shared-address');
    assert.equal(warning?.prefix, '198.51.100.10/32');
  });

  test('services that agree on attributes share an address without a warning', () => {
    const objects = [clusterA, clusterB, slice('shop/a', [ready('worker-1')])];
    const engine = createEngine(policy({ ranges: [vips] }), snapshotOf([...workers(1), ...objects]));
    assert.deepEqual(engine.warnings(), []);
  });

  test('deleting one of two services keeps the route as long as the other justifies it', () => {
    const objects = [clusterA, clusterB, slice('shop/a', [ready('worker-1')]), slice('shop/b', [ready('worker-1')])];
    const engine = createEngine(policy({ ranges: [vips] }), snapshotOf([...workers(1), ...objects]));
    const first = engine.apply([{ kind: 'deleted', objectKind: 'Service', key: 'shop/a' }]);
    assert.deepEqual(first.nodes.get('worker-1')?.removed, [], 'the route only gets another service');
    const second = engine.apply([{ kind: 'deleted', objectKind: 'Service', key: 'shop/b' }]);
    assert.deepEqual(second.nodes.get('worker-1')?.removed, ['198.51.100.10/32']);
  });
});

describe('one address in two kinds', () => {
  const external = range('external', 'external-ip', ['198.51.100.0/24']);
  const both = holder('shop/a', { externalIPs: ['198.51.100.10'] });
  const endpoints = slice('shop/a', [ready('worker-1')]);
  const rangeOf = (used: Policy, objects: readonly ClusterObject[]): string | undefined =>
    createEngine(used, snapshotOf([...workers(1), ...objects])).decisions('worker-1').routes[0]?.range;

  test('the load balancer IP goes before the external IP, whichever range stands first', () => {
    assert.equal(rangeOf(policy({ ranges: [external, vips] }), [both, endpoints]), 'vips');
  });

  test('the external IP decides where no range covers the load balancer IP', () => {
    assert.equal(rangeOf(policy({ ranges: [external] }), [both, endpoints]), 'external');
  });

  test('the kind decides between services as well', () => {
    const first = service('shop/a', { clusterIPs: ['10.97.0.1'], externalIPs: ['198.51.100.10'] });
    const used = policy({ ranges: [external, vips] });
    const objects = [first, clusterB, endpoints, slice('shop/b', [ready('worker-1')])];
    const route = createEngine(used, snapshotOf([...workers(1), ...objects])).decisions('worker-1').routes[0];
    assert.equal(route?.service, 'shop/b');
    assert.equal(route?.range, 'vips');
  });

  test('an address that stands twice in one service goes with the service', () => {
    const twice = holder('shop/a', {
      loadBalancerIngress: ingress('198.51.100.10', '198.51.100.10'),
      externalIPs: ['198.51.100.10'],
    });
    const used = policy({ ranges: [external, vips] });
    const engine = createEngine(used, snapshotOf([...workers(1), twice, endpoints]));
    assert.deepEqual(routesOn('worker-1', used, [...workers(1), twice, endpoints]), ['198.51.100.10/32 exact-range']);
    const delta = engine.apply([{ kind: 'deleted', objectKind: 'Service', key: 'shop/a' }]);
    assert.deepEqual(delta.nodes.get('worker-1')?.removed, ['198.51.100.10/32']);
  });
});
