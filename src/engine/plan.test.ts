import assert from 'node:assert/strict';
import test from 'node:test';
import { createEngine } from './engine.ts';
import { buildPlan, type Plan } from './plan.ts';
import { diffPlans } from './plan-diff.ts';
import { snapshotOf } from './snapshot.ts';
import { ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const POLICY = `speaker { as 64512 }
range services cluster-ip 10.96.0.0/16
range vips load-balancer-ip 198.51.100.0/24 { community 64512:100, 64512:1:2, rt:64512:3 }
service shop/checkout { prepend 2 med 50 local-pref 150 }
filter to-fabric {
  accept if exact then community 64512:200
}
peer tor-a { address 192.0.2.1 as 64500 export to-fabric }
peer mirror { address 192.0.2.2 as 64512 }
`;

const vip = { clusterIPs: ['10.97.0.1'], loadBalancerIngress: ingress('198.51.100.10') };
const objects = [
  node('worker-2'),
  node('worker-1'),
  node('spare-3', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }),
  service('shop/checkout', { ...vip, externalTrafficPolicy: 'Local' }),
  service('shop/extra', { ...vip, loadBalancerIngress: [{ ip: undefined, hostname: 'x', ipMode: undefined }] }),
  slice('shop/checkout', [ready('worker-1')]),
];

function planOf(source: string, used = objects): Plan {
  return buildPlan(createEngine(compilePolicy(source), snapshotOf(used)));
}

test('the plan has the shape that other tools rely on', () => {
  const { apiVersion, kind, nodes } = planOf(POLICY);
  assert.deepEqual(
    [apiVersion, kind, nodes.map(({ name }) => name)],
    ['bellbird/v1', 'Plan', ['spare-3', 'worker-1', 'worker-2']],
  );
  const nothing = { largeCommunities: [], extendedCommunities: [] };
  assert.deepEqual(nodes[1], {
    name: 'worker-1',
    excluded: false,
    routes: [
      {
        prefix: '10.96.0.0/16',
        kind: 'cluster-ip',
        reason: 'aggregate',
        service: null,
        range: 'services',
        at: 'edge.bell:2:1',
        peers: [
          {
            peer: 'mirror',
            reason: 'offered',
            communities: [],
            ...nothing,
            localPref: 100,
            med: null,
            prepend: [],
            at: 'edge.bell:9:1',
          },
        ],
      },
      {
        prefix: '198.51.100.10/32',
        kind: 'load-balancer-ip',
        reason: 'local-endpoint',
        service: 'shop/checkout',
        range: 'vips',
        at: 'edge.bell:3:1',
        peers: [
          {
            peer: 'mirror',
            reason: 'offered',
            communities: ['64512:100'],
            largeCommunities: ['64512:1:2'],
            extendedCommunities: ['rt:64512:3'],
            localPref: 150,
            med: 50,
            prepend: [64512, 64512],
            at: 'edge.bell:9:1',
          },
          {
            peer: 'tor-a',
            reason: 'offered',
            communities: ['64512:100', '64512:200'],
            largeCommunities: ['64512:1:2'],
            extendedCommunities: ['rt:64512:3'],
            localPref: null,
            med: 50,
            prepend: [64512, 64512],
            at: 'edge.bell:6:3',
          },
        ],
      },
    ],
    withheld: [
      { prefix: '10.97.0.1/32', service: 'shop/checkout', reason: 'outside-ranges', at: 'edge.bell:1:1' },
      { prefix: '10.97.0.1/32', service: 'shop/extra', reason: 'outside-ranges', at: 'edge.bell:1:1' },
      { prefix: null, service: 'shop/extra', reason: 'no-address', at: 'edge.bell:1:1' },
    ],
  });
});

test('an excluded node has its reasons and no routes', () => {
  const [spare] = planOf(POLICY).nodes;
  assert.equal(spare?.excluded, true);
  assert.deepEqual(spare?.routes, []);
  assert.deepEqual(spare?.withheld[0], {
    prefix: '10.96.0.0/16',
    service: null,
    reason: 'node-excluded',
    at: 'edge.bell:1:1',
  });
});

test('a shared address names every service that holds it, the deciding one first', () => {
  const shared = [...objects, service('shop/another', vip), slice('shop/another', [ready('worker-1')])];
  const route = planOf(POLICY, shared).nodes[1]?.routes[1];
  assert.equal(route?.service, 'shop/another');
  assert.deepEqual(route?.services, ['shop/another', 'shop/checkout']);
});

test('a plan is JSON without a loss', () => {
  const plan = planOf(POLICY);
  assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
});

test('a policy without peers gives routes that nobody is offered, and one warning', () => {
  const plan = planOf('speaker { as 64512 }\nrange services cluster-ip 10.96.0.0/16\n');
  assert.deepEqual(plan.nodes[1]?.routes[0]?.peers, []);
  assert.deepEqual(
    plan.warnings.map(({ code, at }) => [code, at]),
    [['no-peer', 'edge.bell:1:1']],
  );
});

test('equal plans have no difference, and moved statements alone are none', () => {
  assert.deepEqual(diffPlans(planOf(POLICY), planOf(POLICY)).nodes, []);
  assert.deepEqual(diffPlans(planOf(POLICY), planOf(`# one more line\n${POLICY}`)).nodes, []);
});

test('a difference names what is added, removed and changed on each node', () => {
  const after = POLICY.replace('10.96.0.0/16', '10.96.0.0/17').replace('64512:200', '64512:201');
  const { nodes } = diffPlans(planOf(POLICY), planOf(after));
  assert.deepEqual(
    nodes.map(({ name, added, removed, changed }) => ({
      name,
      added: added.map(({ prefix }) => prefix),
      removed: removed.map(({ prefix }) => prefix),
      changed: changed.map(({ before }) => before.prefix),
    })),
    [
      { name: 'worker-1', added: ['10.96.0.0/17'], removed: ['10.96.0.0/16'], changed: ['198.51.100.10/32'] },
      { name: 'worker-2', added: ['10.96.0.0/17'], removed: ['10.96.0.0/16'], changed: [] },
    ],
  );
});
