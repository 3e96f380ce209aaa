import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import fc from 'fast-check';
import type { Node } from './index.ts';
import { createEngine, renderExplanation, snapshotOf } from './index.ts';
import type { ClusterObject } from './objects.ts';
import { preferredNodes, toCandidate } from './rendezvous.ts';
import { anyCluster, anyPolicy, NODE_NAMES } from './testdata/arbitraries.ts';
import { ingress, node, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const VIP = '198.51.100.10/32';
const BASE = `
speaker { as 64512 }
range services cluster-ip       10.96.0.0/16
range vips     load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.1 as 64500 nodes where label "rack" == "a" }
peer tor-b { address 192.0.2.2 as 64500 nodes where label "rack" == "b" }
`;
const FIVE = ['worker-1', 'worker-2', 'worker-3', 'worker-4', 'worker-5'];

const prefer = (names: readonly string[], prefix: string, count: number) =>
  preferredNodes(names.map(toCandidate), prefix, count);

/** Odd ones in rack a, even ones in rack b. */
function nodes(overrides: Readonly<Record<string, Partial<Node>>> = {}): readonly Node[] {
  return workers(5).map((worker, i) => ({
    ...worker,
    labels: { rack: i % 2 === 0 ? 'a' : 'b' },
    ...overrides[worker.name],
  }));
}

function shop(...endpoints: readonly string[]): readonly ClusterObject[] {
  const cart = service('shop/cart', {
    loadBalancerIngress: ingress('198.51.100.10'),
    externalTrafficPolicy: endpoints.length > 1 ? 'Local' : 'Cluster',
  });
  return [
    cart,
    slice(
      'shop/cart',
      endpoints.map((name) => ready(name)),
    ),
  ];
}

function originsOf(block: string, objects: readonly ClusterObject[]): readonly string[] {
  const engine = createEngine(compilePolicy(`${BASE}${block}`), snapshotOf(objects));
  return engine.nodes().filter((name) => engine.decisions(name).routes.some(({ prefix }) => prefix === VIP));
}

describe('limit', () => {
  test('as many nodes as it says originate the route, the same ones wherever it is computed', () => {
    const objects = [...nodes(), ...shop('worker-1')];
    const chosen = originsOf('service shop/* { limit 2 nodes }', objects);
    assert.deepEqual(chosen, prefer(FIVE, VIP, 2));
    for (const name of FIVE) {
      const engine = createEngine(compilePolicy(`${BASE}service shop/* { limit 2 nodes }`), snapshotOf(objects), {
        nodes: [name],
      });
      const found = engine.decisions(name).withheld.find(({ prefix }) => prefix === VIP);
      assert.equal(found?.reason, chosen.includes(name) ? undefined : 'node-limit', name);
    }
  });

  test('the decision names the `limit`', () => {
    const engine = createEngine(
      compilePolicy(`${BASE}service shop/* {\n  limit 1 node\n}`),
      snapshotOf([...nodes(), ...shop('worker-1')]),
    );
    const withheld = FIVE.flatMap((name) => engine.decisions(name).withheld.filter(({ prefix }) => prefix === VIP));
    assert.equal(withheld.length, 4);
    for (const { reason, at } of withheld) assert.deepEqual([reason, at.line, at.column], ['node-limit', 8, 3]);
  });

  test('the nodes with endpoints are chosen from where the traffic policy is Local', () => {
    const running = ['worker-2', 'worker-3', 'worker-5'];
    assert.deepEqual(
      originsOf('service shop/* { limit 2 nodes }', [...nodes(), ...shop(...running)]),
      prefer(running, VIP, 2),
    );
  });

  test('a node that is not Ready is not chosen', () => {
    const [first = ''] = prefer(FIVE, VIP, 1);
    const objects = [...nodes({ [first]: { ready: false } }), ...shop('worker-1')];
    const left = FIVE.filter((name) => name !== first);
    assert.deepEqual(originsOf('service shop/* { limit 1 node }', objects), prefer(left, VIP, 1));
    assert.deepEqual(originsOf('service shop/* { limit 5 nodes }', objects), left);
  });

  test('where no node is Ready, all of them are chosen from', () => {
    const down = Object.fromEntries(FIVE.map((name) => [name, { ready: false }]));
    assert.deepEqual(
      originsOf('service shop/* { limit 2 nodes }', [...nodes(down), ...shop('worker-1')]),
      prefer(FIVE, VIP, 2),
    );
  });

  test('only nodes that run a peer that `to` allows are chosen', () => {
    assert.deepEqual(originsOf('service shop/* { limit 2 nodes to tor-b }', [...nodes(), ...shop('worker-1')]), [
      'worker-2',
      'worker-4',
    ]);
  });

  test('excluded nodes and nodes outside of `from … where` are not chosen', () => {
    const block =
      'exclude nodes where name == "worker-1"\nservice shop/* { limit 4 nodes from all-nodes where label "rack" == "a" }';
    assert.deepEqual(originsOf(block, [...nodes(), ...shop('worker-1')]), ['worker-3', 'worker-5']);
  });

  test('it changes nothing where no node has anybody to tell', () => {
    const objects = [...workers(3), ...shop('worker-1')];
    assert.deepEqual(originsOf('service shop/* { limit 1 node }', objects), ['worker-1', 'worker-2', 'worker-3']);
  });

  test('`limit off` of a later block takes it back', () => {
    const block = 'service */* { limit 1 node }\nservice shop/cart { limit off }';
    assert.equal(originsOf(block, [...nodes(), ...shop('worker-1')]).length, 5);
  });

  test('the first service that holds a shared address decides', () => {
    const other = service('shop/zoo', { clusterIPs: ['10.96.0.9'], loadBalancerIngress: ingress('198.51.100.10') });
    const objects = [...nodes(), ...shop('worker-1'), other, slice('shop/zoo', [ready('worker-2')])];
    assert.equal(originsOf('service shop/cart { limit 1 node }', objects).length, 1);
    assert.equal(originsOf('service shop/zoo { limit 1 node }', objects).length, 5);
  });

  test('aggregates have no limit', () => {
    const engine = createEngine(
      compilePolicy(`${BASE}service */* { limit 1 node }`),
      snapshotOf([...nodes(), ...shop('worker-1')]),
    );
    for (const name of FIVE)
      assert.ok(
        engine.decisions(name).routes.some(({ aggregate }) => aggregate),
        name,
      );
  });

  test('a node that is no longer Ready hands its route to another', () => {
    const objects = [...nodes(), ...shop('worker-1')];
    const engine = createEngine(compilePolicy(`${BASE}service shop/* { limit 1 node }`), snapshotOf(objects));
    const [first = ''] = prefer(FIVE, VIP, 1);
    const [second = ''] = prefer(
      FIVE.filter((name) => name !== first),
      VIP,
      1,
    );
    const broken = nodes({ [first]: { ready: false } }).find(({ name }) => name === first) ?? node(first);
    const delta = engine.apply([{ kind: 'upserted', object: broken }]);
    assert.deepEqual(delta.nodes.get(first)?.removed, [VIP]);
    assert.deepEqual(delta.nodes.get(second)?.added, [VIP]);
    assert.equal(delta.nodes.size, 2);
  });

  test('an explanation says who was chosen and what would choose this node', () => {
    const objects = [...nodes({ 'worker-4': { ready: false } }), ...shop('worker-1')];
    const engine = createEngine(compilePolicy(`${BASE}service shop/* { limit 1 node to tor-b }`), snapshotOf(objects));
    const explained = (name: string): string => {
      const found = engine.explain({ subject: 'shop/cart', node: name });
      return found.kind === 'nothing-found' ? '' : renderExplanation(found);
    };
    assert.match(explained('worker-4'), /`limit 1 node` chose worker-2/);
    assert.match(explained('worker-4'), /once the node is Ready it can be chosen/);
    assert.match(explained('worker-1'), /a peer on worker-1 that may have the route would let it be chosen/);
    assert.match(explained('worker-2'), /limit is 1 node: worker-2/);
    const all = createEngine(
      compilePolicy(`${BASE}service shop/* { limit 1 node }`),
      snapshotOf([...nodes(), ...shop('worker-1')]),
    );
    const losers = FIVE.filter((name) => !prefer(FIVE, VIP, 1).includes(name));
    for (const name of losers) {
      const found = all.explain({ subject: 'shop/cart', node: name });
      assert.match(
        found.kind === 'nothing-found' ? '' : renderExplanation(found),
        /`limit [2-5] nodes` would choose this node as well/,
      );
    }
  });
});

test('no more nodes than the limit originate an address, and never none because of it', () => {
  const limited = anyPolicy.map((policy) => ({
    ...policy,
    serviceBlocks: policy.serviceBlocks.map((block) => ({ ...block, limit: { at: block.at, count: 1 } })),
  }));
  const unlimited = (policy: ReturnType<typeof compilePolicy>) => ({
    ...policy,
    serviceBlocks: policy.serviceBlocks.map((block) => ({ ...block, limit: undefined })),
  });
  fc.assert(
    fc.property(limited, anyCluster, (policy, changes) => {
      const objects = new Map(
        changes.flatMap((change) =>
          change.kind === 'upserted' ? [[`${change.object.kind} ${change.object.name}`, change.object] as const] : [],
        ),
      );
      const snapshot = snapshotOf(objects.values());
      const engine = createEngine(policy, snapshot, { nodes: NODE_NAMES });
      const without = createEngine(unlimited(policy), snapshot, { nodes: NODE_NAMES });
      const matching = new Set(
        NODE_NAMES.flatMap((name) => engine.decisions(name).withheld)
          .filter(({ reason }) => reason === 'node-limit')
          .map(({ prefix }) => prefix),
      );
      for (const prefix of matching) {
        const origins = (each: typeof engine) =>
          NODE_NAMES.filter((name) =>
            each.decisions(name).routes.some((route) => route.prefix === prefix && !route.aggregate),
          );
        assert.equal(origins(engine).length, 1, `${prefix}`);
        assert.ok(origins(engine).every((name) => origins(without).includes(name)));
      }
    }),
    { numRuns: 150 },
  );
});
