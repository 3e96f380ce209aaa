import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClusterObject, createEngine, snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { onlyHere } from './only-here.ts';

const HEAD = `
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.101 as 64500 }
`;

function shop(host: number, policy: 'Local' | 'Cluster', ...nodes: readonly string[]): readonly ClusterObject[] {
  const name = `shop/s${host}`;
  return [
    service(name, { loadBalancerIngress: ingress(`198.51.100.${host}`), externalTrafficPolicy: policy }),
    slice(
      name,
      nodes.map((node) => ready(node)),
    ),
  ];
}

const SHOP = [
  ...shop(1, 'Local', 'worker-1'),
  ...shop(2, 'Local', 'worker-1', 'worker-2'),
  ...shop(3, 'Cluster', 'worker-1'),
];

const ask = (policy: string, objects: readonly ClusterObject[]) =>
  onlyHere(createEngine(compilePolicy(policy), snapshotOf(objects), { nodes: ['worker-1'] }), 'worker-1');

test('lists the addresses that no other node announces', async () => {
  assert.deepEqual(await ask(HEAD, [...workers(3), ...SHOP]), [{ prefix: '198.51.100.1/32', why: 'only-origin' }]);
});

test('takes nodes that only endpoints tell of for nodes', async () => {
  assert.deepEqual(await ask(HEAD, [...workers(1), ...SHOP]), [{ prefix: '198.51.100.1/32', why: 'only-origin' }]);
});

test('lists everything where there is no other node, or where all others are excluded', async () => {
  const all = ['198.51.100.1/32', '198.51.100.3/32'];
  const alone = await ask(HEAD, [...workers(1), ...shop(1, 'Local', 'worker-1'), ...shop(3, 'Cluster', 'worker-1')]);
  assert.deepEqual(
    alone.map(({ prefix }) => prefix),
    all,
  );
  const excluded = `${HEAD}exclude nodes where not name == "worker-1"\n`;
  assert.equal((await ask(excluded, [...workers(3), ...SHOP])).length, 3);
});

test('lists what `limit` gave to the node, whoever else could announce it', async () => {
  const limited = `${HEAD}service shop/s3 { limit 1 nodes }\n`;
  const chosen = await ask(limited, [...workers(1), ...SHOP]);
  assert.ok(chosen.some(({ prefix }) => prefix === '198.51.100.1/32'));
  for (const name of ['worker-1', 'worker-2', 'worker-3']) {
    const engine = createEngine(compilePolicy(limited), snapshotOf([...workers(3), ...SHOP]), { nodes: [name] });
    const own = engine.decisions(name).routes.some(({ prefix }) => prefix === '198.51.100.3/32');
    const found = (await onlyHere(engine, name)).find(({ prefix }) => prefix === '198.51.100.3/32');
    assert.deepEqual(found?.why, own ? 'limit' : undefined);
  }
});
