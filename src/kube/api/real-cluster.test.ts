// The live source against a real kube-apiserver and etcd, where the machine has them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ClusterObject } from '../../engine/objects.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../../testing/api-lab.ts';
import type { Manifest } from '../../testing/fake-api-history.ts';
import { collectionOf, missingRealApi, openRealApi, type RealApi } from '../../testing/real-api.ts';
import { objectId } from '../decode.ts';
import type { SourceProblem } from '../source.ts';
import { planEverything, type WatchPlan } from '../watch-plan.ts';
import { type LiveSource, openLiveSource, readLiveCluster } from './index.ts';

const missing = missingRealApi();

/** A running source, and what it knows. */
interface Follower {
  readonly source: LiveSource;
  readonly objects: Map<string, ClusterObject>;
  readonly problems: readonly SourceProblem[];
  until(condition: () => boolean): Promise<void>;
}

describe('a real API server', { skip: missing ?? false, timeout: 180_000 }, () => {
  const suffix = Math.random().toString(36).slice(2, 8);
  const namespace = `bellbird-test-${suffix}`;
  const nodeName = `bellbird-test-${suffix}`;
  let api: RealApi;
  let plan: WatchPlan;
  let hasSlices = false;

  before(async () => {
    api = await openRealApi();
    hasSlices = await api.call('GET', '/apis/discovery.k8s.io/v1').then(
      () => true,
      () => false,
    );
    const everything = planEverything();
    // Servers before 1.21 have no EndpointSlices of this version.
    const targets = everything.targets.filter(({ resource }) => hasSlices || resource !== 'endpointslices');
    plan = { ...everything, targets };
    await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  });

  after(async () => {
    if (missing !== undefined) return;
    await api.call('DELETE', `/api/v1/nodes/${nodeName}`).catch(() => {});
    await api.call('DELETE', `/api/v1/namespaces/${namespace}`).catch(() => {});
    await api.close();
  });

  const create = (manifest: Manifest) => api.call('POST', collectionOf(manifest), manifest);
  const patch = (manifest: Manifest, body: unknown, below = '') =>
    api.call('PATCH', `${collectionOf(manifest)}/${manifest.metadata.name}${below}`, body);
  const remove = (manifest: Manifest) => api.call('DELETE', `${collectionOf(manifest)}/${manifest.metadata.name}`);

  test('is followed through creations, changes, changes of status and deletions', async () => {
    await follow(api.kubeconfig, plan, async ({ objects, until }) => {
      const cart = service('cart');
      await create(cart);
      await until(() => objects.has(`Service ${namespace}/cart`));
      await patch(cart, { spec: { externalTrafficPolicy: 'Local' } });
      await until(() => policyOf(objects.get(`Service ${namespace}/cart`)) === 'Local');
      await patch(cart, { status: { loadBalancer: { ingress: [{ ip: '198.51.100.7' }] } } }, '/status');
      await until(() => ingressOf(objects.get(`Service ${namespace}/cart`)) === '198.51.100.7');
      const worker = nodeManifest(nodeName, { rack: 'a' });
      await create(worker);
      await until(() => objects.has(`Node ${nodeName}`));
      if (hasSlices) {
        const slice = sliceManifest(`${namespace}/cart`);
        await create(slice);
        await until(() => objects.has(`EndpointSlice ${namespace}/cart-abcde`));
        await remove(slice);
        await until(() => !objects.has(`EndpointSlice ${namespace}/cart-abcde`));
      }
      await remove(cart);
      await remove(worker);
      await until(() => !objects.has(`Service ${namespace}/cart`) && !objects.has(`Node ${nodeName}`));
    });
  });

  test('is read once for commands that end', async () => {
    const services = Array.from({ length: 12 }, (_, at) => service(`page-${at}`));
    for (const manifest of services) await create(manifest);
    const { snapshot } = await readLiveCluster(options(api.kubeconfig, plan));
    const names = [...snapshot.services.keys()].filter((key) => key.startsWith(`${namespace}/page-`));
    assert.equal(names.length, 12);
    for (const manifest of services) await remove(manifest);
  });

  test('chooses by the selectors of a plan, and tells when an object leaves the selection', async () => {
    const target = { resource: 'services', namespace, labelSelector: undefined, why: '' } as const;
    const chosen = { ...plan, targets: [{ ...target, fieldSelector: 'spec.type=LoadBalancer' }] };
    const [plain, vip] = [service('plain', { type: 'ClusterIP' }), service('vip')];
    await create(plain);
    await create(vip);
    await follow(api.kubeconfig, chosen, async ({ source, objects, until }) => {
      await until(() => objects.has(`Service ${namespace}/vip`));
      // Servers before 1.31 cannot choose by type, and send all.
      const selects = source.status().watches[0]?.target.fieldSelector !== undefined;
      assert.equal(objects.has(`Service ${namespace}/plain`), !selects);
      await remove(vip);
      await until(() => !objects.has(`Service ${namespace}/vip`));
    });
    await remove(plain);
  });

  test('forbids what it forbids, and the source says which rule is missing', async (t) => {
    const { powerless } = api;
    if (powerless === undefined) return t.skip('the cluster is not ours');
    await follow(powerless, plan, async ({ problems, objects, until }) => {
      await until(() => problems.length >= plan.targets.length);
      assert.match(problems[0]?.message ?? '', /add this rule to the ClusterRole: \{ apiGroups: \["/);
      const rules = [{ apiGroups: ['', 'discovery.k8s.io'], resources: ['*'], verbs: ['list', 'watch'] }];
      const rbac = '/apis/rbac.authorization.k8s.io/v1';
      await api.call('POST', `${rbac}/clusterroles`, { metadata: { name: 'reader' }, rules });
      await api.call('POST', `${rbac}/clusterrolebindings`, {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'powerless' }],
      });
      await until(() => objects.size > 0);
    });
  });

  test('goes away and comes back, with its history forgotten, and the source goes on', async (t) => {
    const { server } = api;
    if (server === undefined) return t.skip('the cluster is not ours');
    const kept = service('kept');
    await create(kept);
    await follow(api.kubeconfig, plan, async ({ source, objects, problems, until }) => {
      await until(() => objects.has(`Service ${namespace}/kept`));
      await server.stop();
      await until(() => problems.length > 0);
      assert.ok(objects.has(`Service ${namespace}/kept`));
      await server.start();
      await create(service('later'));
      await until(() => objects.has(`Service ${namespace}/later`));
      for (let at = 0; at < 5; at++) await patch(kept, { metadata: { labels: { round: String(at) } } });
      await server.stop();
      await server.compact();
      await server.start();
      await remove(kept);
      await until(() => !objects.has(`Service ${namespace}/kept`));
      assert.ok(source.status().watches.every(({ synced }) => synced));
    });
    await remove(service('later'));
  });

  function service(name: string, spec: Readonly<Record<string, unknown>> = {}): Manifest {
    const ports = [{ port: 80 }];
    return serviceManifest(`${namespace}/${name}`, { ports, clusterIP: undefined, clusterIPs: undefined, ...spec });
  }
});

function options(kubeconfig: string, plan: WatchPlan) {
  return { environment: { KUBECONFIG: kubeconfig }, plan, userAgent: 'bellbird/test' };
}

/** Follows the cluster for as long as `run` takes. */
async function follow(kubeconfig: string, plan: WatchPlan, run: (follower: Follower) => Promise<void>): Promise<void> {
  const source = openLiveSource(options(kubeconfig, plan));
  const objects = new Map<string, ClusterObject>();
  const problems: SourceProblem[] = [];
  const waiting = new Set<() => void>();
  const check = () => {
    for (const look of waiting) look();
  };
  source.start({
    onSnapshot: ({ services, endpointSlices, nodes }) => {
      for (const object of [...services.values(), ...endpointSlices.values(), ...nodes.values()]) {
        objects.set(objectId(object), object);
      }
      check();
    },
    onChanges: (changes) => {
      for (const change of changes) {
        if (change.kind === 'upserted') objects.set(objectId(change.object), change.object);
        else objects.delete(`${change.objectKind} ${change.key}`);
      }
      check();
    },
    onProblem: (problem) => {
      problems.push(problem);
      check();
    },
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  try {
    await run({ source, objects, problems, until });
  } finally {
    await source.stop();
  }
}

function policyOf(object: ClusterObject | undefined): string | undefined {
  return object?.kind === 'Service' ? object.externalTrafficPolicy : undefined;
}

function ingressOf(object: ClusterObject | undefined): string | undefined {
  return object?.kind === 'Service' ? object.loadBalancerIngress[0]?.ip : undefined;
}
