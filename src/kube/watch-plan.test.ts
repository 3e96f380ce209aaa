import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Condition, Policy } from '../dsl/policy.ts';
import { createEngine } from '../engine/engine.ts';
import type { ClusterObject } from '../engine/objects.ts';
import { objectKey } from '../engine/objects.ts';
import { type Change, type Snapshot, snapshotOf } from '../engine/snapshot.ts';
import { anyChange, anyCluster, anyPolicy, NODE_NAMES } from '../engine/testdata/arbitraries.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { advertise, block, from, place } from '../engine/testdata/policy-factory.ts';
import { trimObject } from './trim.ts';
import { coversPlan, planEverything, planWatches, type WatchPlan } from './watch-plan.ts';
import { renderTarget } from './watch-target.ts';

const HEAD = 'speaker { as 64512 }\npeer tor { address 192.0.2.1  as 64500 }\n';

function plan(statements: string, node: string | 'every' = 'worker-1'): WatchPlan {
  return planWatches(compilePolicy(HEAD + statements), node === 'every' ? undefined : node);
}

function targets(statements: string, node: string | 'every' = 'worker-1'): readonly string[] {
  return plan(statements, node).targets.map(renderTarget);
}

const ALL = ['nodes', 'services', 'endpointslices.discovery.k8s.io where !service.kubernetes.io/headless'];
const OWN_NODE = 'nodes where metadata.name=worker-1';

test('asks for all that an ordinary policy can depend on, without headless slices', () => {
  assert.deepEqual(targets('range ext external-ip 198.51.100.0/24'), ALL);
});

test('asks only for load balancers where no range is for another kind', () => {
  const [nodes, services, slices] = targets('range vips load-balancer-ip 198.51.100.0/24');
  assert.equal(services, 'services where spec.type=LoadBalancer');
  assert.deepEqual([nodes, slices], [ALL[0], ALL[2]]);
});

test('asks for every node where a limit chooses among them', () => {
  const vips = 'range vips load-balancer-ip 198.51.100.0/24\nservice */* { endpoints ready }\n';
  assert.equal(targets(vips)[0], OWN_NODE);
  assert.equal(targets(`${vips}service shop/* { limit 2 nodes }`)[0], 'nodes');
  assert.equal(targets(`${vips}service shop/* { limit off }`)[0], OWN_NODE);
});

test('asks for no service and no slice where there is no range', () => {
  assert.deepEqual(targets(''), [OWN_NODE]);
});

test('asks for no slice where every service is silenced and every aggregate stands by itself', () => {
  const silent = 'service */* { advertise nothing }\n';
  const found = targets(`range pool cluster-ip 10.96.0.0/12\n${silent}`);
  assert.deepEqual(found, [OWN_NODE, 'services']);
  assert.equal(targets(`range pool cluster-ip 10.96.0.0/12 aggregate when used\n${silent}`).length, 3);
  const loud = 'service shop/* { advertise exact }\n';
  assert.equal(targets(`range pool cluster-ip 10.96.0.0/12\n${silent}${loud}`).length, 3);
  assert.equal(targets(`range pool cluster-ip 10.96.0.0/12\n${loud}${silent}`).length, 2);
});

test('asks for the own node only where no decision depends on other nodes', () => {
  const range = 'range vips load-balancer-ip 198.51.100.0/24\n';
  assert.equal(targets(`${range}service */* { endpoints serving }`)[0], OWN_NODE);
  assert.equal(targets(`${range}service */* { endpoints serving }`, 'every')[0], 'nodes');
  assert.equal(targets(`${range}service shop/* { endpoints serving }`)[0], 'nodes');
});

test('asks for the namespaces that the policy names one by one', () => {
  const range = (paths: string) => `range vips load-balancer-ip 198.51.100.0/24 for ${paths}`;
  assert.deepEqual(targets(range('shop/*, infra/dns')), [
    'nodes',
    'services in namespace infra where spec.type=LoadBalancer',
    'services in namespace shop where spec.type=LoadBalancer',
    'endpointslices.discovery.k8s.io in namespace infra where !service.kubernetes.io/headless',
    'endpointslices.discovery.k8s.io in namespace shop where !service.kubernetes.io/headless',
  ]);
  assert.equal(targets(range('shop-*/*')).length, 3);
  assert.equal(targets(range('a/*, b/*, c/*, d/*, e/*')).length, 3);
});

test('says what cannot be explained because it is not asked for', () => {
  assert.deepEqual(plan('range vips load-balancer-ip 198.51.100.0/24 for shop/*').unseen, [
    'only Services of type LoadBalancer are watched: no range is for another kind',
    'only Services of shop are watched: no range is for another namespace',
  ]);
  assert.deepEqual(plan('').unseen, ['no Service is watched: the policy has no range']);
});

test('gives a reason for everything it asks for', () => {
  for (const target of plan('range vips load-balancer-ip 198.51.100.0/24').targets) assert.notEqual(target.why, '');
});

test('keeps the labels, annotations and taints that the policy names', () => {
  const base = compilePolicy(`${HEAD}exclude nodes where label "rack" == "a"`);
  const taint: Condition = { kind: 'present', field: { name: 'taint', key: 'maintenance' } };
  const edge: Condition = { kind: 'present', field: { name: 'annotation', key: 'example.org/edge' } };
  const as = { kind: 'label', key: 'example.org/as', at: place('speaker') } as const;
  const { keep } = planWatches(
    {
      ...base,
      speaker: { ...base.speaker, as },
      serviceBlocks: [block({ where: edge }), block({ from: from(undefined, taint) })],
    },
    undefined,
  );
  assert.ok(keep.kind === 'named');
  assert.deepEqual([...keep.labels].sort(), [
    'example.org/as',
    'node.kubernetes.io/exclude-from-external-load-balancers',
    'rack',
    'topology.kubernetes.io/zone',
  ]);
  assert.deepEqual([...keep.annotations].sort(), ['example.org/edge', 'projectcalico.org/AdvertiseClusterIP']);
  assert.equal(keep.taints, true);
});

test('what is not asked for decides nothing', () => {
  const extra = fc.constantFrom(
    [],
    [block({ advertise: advertise('nothing') })],
    [block({ advertise: advertise('nothing', 'load-balancer-ip') })],
    [block({ endpoints: { at: place('endpoints'), rule: 'serving' } })],
    [block({ endpoints: { at: place('endpoints'), rule: 'ready' } })],
  );
  fc.assert(
    fc.property(
      anyPolicy,
      extra,
      anyCluster,
      fc.array(anyChange, { maxLength: 6 }),
      (base, blocks, cluster, changes) => {
        const policy: Policy = { ...base, serviceBlocks: [...base.serviceBlocks, ...blocks] };
        const objects = objectsAfter([...cluster, ...changes]);
        const whole = createEngine(policy, snapshotOf(objects), { nodes: NODE_NAMES });
        for (const node of NODE_NAMES) {
          const own = createEngine(policy, planned(planWatches(policy, node), objects), { nodes: [node] });
          assert.deepEqual(own.decisions(node).routes, whole.decisions(node).routes);
        }
        const all = createEngine(policy, planned(planWatches(policy, undefined), objects), { nodes: NODE_NAMES });
        for (const node of NODE_NAMES) assert.deepEqual(all.decisions(node).routes, whole.decisions(node).routes);
      },
    ),
    { numRuns: 200 },
  );
});

test('tells whether a running source has all that another policy asks for', () => {
  const vips = plan('range vips load-balancer-ip 198.51.100.0/24');
  const all = plan('range vips load-balancer-ip 198.51.100.0/24\nrange ext external-ip 203.0.113.0/24');
  const shop = plan('range vips load-balancer-ip 198.51.100.0/24 for shop/*');
  const racks = plan('range vips load-balancer-ip 198.51.100.0/24\nexclude nodes where label "rack" == "a"');
  assert.ok(coversPlan(vips, vips));
  assert.ok(coversPlan(all, vips));
  assert.ok(!coversPlan(vips, all));
  assert.ok(coversPlan(vips, shop));
  assert.ok(!coversPlan(shop, vips));
  assert.ok(coversPlan(vips, plan('')));
  assert.ok(!coversPlan(vips, racks));
  assert.ok(coversPlan(racks, vips));
  assert.ok(coversPlan(planEverything(), racks));
});

test('can ask for everything', () => {
  assert.deepEqual(planEverything().targets.map(renderTarget), [
    'nodes',
    'services',
    'endpointslices.discovery.k8s.io',
  ]);
});

/** What is left of the objects when only the plan's targets are read. */
function planned({ targets, keep }: WatchPlan, objects: readonly ClusterObject[]): Snapshot {
  const kindOf = { services: 'Service', endpointslices: 'EndpointSlice', nodes: 'Node' } as const;
  const seen = objects.filter((object) =>
    targets.some(
      ({ resource, namespace, fieldSelector }) =>
        kindOf[resource] === object.kind &&
        (namespace === undefined || (object.kind !== 'Node' && object.namespace === namespace)) &&
        (fieldSelector === undefined ||
          fieldSelector === `metadata.name=${object.name}` ||
          (object.kind === 'Service' && fieldSelector === `spec.type=${object.type}`)),
    ),
  );
  return snapshotOf(seen.map((object) => trimObject(object, keep)));
}

function objectsAfter(changes: readonly Change[]): readonly ClusterObject[] {
  const objects = new Map<string, ClusterObject>();
  for (const change of changes) {
    if (change.kind === 'upserted') objects.set(`${change.object.kind} ${objectKey(change.object)}`, change.object);
    else objects.delete(`${change.objectKind} ${change.key}`);
  }
  return [...objects.values()];
}
