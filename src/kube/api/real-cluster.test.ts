// The live source against a real kube-apiserver and etcd, where the machine has them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../clock.ts';
import type { ClusterObject } from '../../engine/objects.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../../testing/api-lab.ts';
import type { Manifest } from '../../testing/fake-api-history.ts';
import { collectionOf, missingRealApi, openRealApi, type RealApi } from '../../testing/real-api.ts';
import { type Follower, followCluster } from '../../testing/source-follower.ts';
import { planEverything, type WatchPlan } from '../watch-plan.ts';
import type { WatchTarget } from '../watch-target.ts';
import { type ApiClient, type ApiRequest, createApiClient } from './api-client.ts';
import { openCredentials } from './credentials.ts';
import { readLiveCluster } from './index.ts';
import { createItemDecoder } from './item-decoder.ts';
import { type ReadMode, readList } from './read-list.ts';

const ALL = { labelSelector: undefined, fieldSelector: undefined, why: '' } as const;

describe('a real API server', { skip: missingRealApi() ?? false, timeout: 240_000 }, () => {
  const suffix = Math.random().toString(36).slice(2, 8);
  const namespace = `bellbird-test-${suffix}`;
  const nodeName = `bellbird-test-${suffix}`;
  const id = (kind: string, name: string) => `${kind} ${namespace}/${name}`;
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
    if (missingRealApi() !== undefined) return;
    await api.call('DELETE', `/api/v1/nodes/${nodeName}`).catch(() => {});
    await api.call('DELETE', `/api/v1/namespaces/${namespace}`).catch(() => {});
    await api.close();
  });

  const create = (manifest: Manifest) => api.call('POST', collectionOf(manifest), manifest);
  const patch = (manifest: Manifest, body: unknown, below = '') =>
    api.call('PATCH', `${collectionOf(manifest)}/${manifest.metadata.name}${below}`, body);
  const remove = (manifest: Manifest) => api.call('DELETE', `${collectionOf(manifest)}/${manifest.metadata.name}`);
  const follow = (run: (follower: Follower) => Promise<void>, chosen = plan) =>
    followCluster({ environment: { KUBECONFIG: api.kubeconfig } }, chosen, run);

  test('is followed through services that come, change, get an address and go', async () => {
    await follow(async ({ objects, until }) => {
      const cart = service('cart');
      await create(cart);
      await until('the service', () => objects.has(id('Service', 'cart')));
      await patch(cart, { spec: { externalTrafficPolicy: 'Local' } });
      await until('its policy', () => policyOf(objects.get(id('Service', 'cart'))) === 'Local');
      await patch(cart, { status: { loadBalancer: { ingress: [{ ip: '198.51.100.7' }] } } }, '/status');
      await until('its address', () => ingressOf(objects.get(id('Service', 'cart'))) === '198.51.100.7');
      await remove(cart);
      await until('its end', () => !objects.has(id('Service', 'cart')));
    });
  });

  test('is followed through nodes and slices that come, change and go', async (t) => {
    if (!hasSlices) return t.skip('the server has no EndpointSlices of version v1');
    await follow(async ({ objects, told, until }) => {
      const [worker, slice] = [nodeManifest(nodeName, { rack: 'a' }), sliceManifest(`${namespace}/cart`, nodeName)];
      const node = () => objects.get(`Node ${nodeName}`);
      const endpoint = () => endpointOf(objects.get(id('EndpointSlice', 'cart-abcde')));
      await create(worker);
      await until('the node', () => node() !== undefined);
      await patch(worker, { metadata: { labels: { rack: 'b' } } });
      await patch(worker, { spec: { unschedulable: true } });
      await until('its labels', () => labelsOf(node()).rack === 'b');
      await patch(worker, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }, '/status');
      await until('its condition', () => isReady(node()) === false);
      await create(slice);
      await until('the slice', () => endpoint()?.ready === true);
      await patch(slice, { endpoints: [{ addresses: ['10.244.1.5'], nodeName, conditions: { ready: false } }] });
      await until('its endpoint', () => endpoint()?.ready === false);
      await remove(slice);
      await remove(worker);
      await until('their end', () => endpoint() === undefined && node() === undefined);
      assert.deepEqual(told, []);
    });
  });

  test('says nothing of what decides nothing', async () => {
    await follow(async ({ source, objects, until }) => {
      const cart = service('quiet');
      await create(cart);
      await until('the service', () => objects.has(id('Service', 'quiet')));
      const counts = () => countsOf(source, 'services');
      const before = counts();
      await patch(cart, { spec: { sessionAffinity: 'ClientIP' } });
      await until('the event', () => counts().events > before.events);
      assert.equal(counts().changes, before.changes);
      await remove(cart);
    });
  });

  test('is read once for commands that end', async () => {
    const services = Array.from({ length: 12 }, (_, at) => service(`page-${at}`));
    for (const manifest of services) await create(manifest);
    const environment = { KUBECONFIG: api.kubeconfig };
    const { snapshot } = await readLiveCluster({ environment, plan, userAgent: 'bellbird/test' });
    const names = [...snapshot.services.keys()].filter((key) => key.startsWith(`${namespace}/page-`));
    assert.equal(names.length, 12);
    for (const manifest of services) await remove(manifest);
  });

  test('chooses by the selectors of a plan, and tells when an object leaves the selection', async () => {
    const chosen = {
      ...plan,
      targets: [{ ...ALL, resource: 'services', namespace, fieldSelector: 'spec.type=LoadBalancer' }],
    } as const;
    const [plain, vip] = [service('plain', { type: 'ClusterIP' }), service('vip')];
    await create(plain);
    await create(vip);
    await follow(async ({ source, objects, until }) => {
      await until('the service', () => objects.has(id('Service', 'vip')));
      // Servers before 1.31 cannot choose by type, and send all.
      const selects = source.status().watches[0]?.target.fieldSelector !== undefined;
      assert.equal(objects.has(id('Service', 'plain')), !selects);
      if (selects) {
        await patch(vip, {
          spec: { type: 'ClusterIP', externalTrafficPolicy: null, allocateLoadBalancerNodePorts: null },
        });
      } else await remove(vip);
      await until('its end', () => !objects.has(id('Service', 'vip')));
    }, chosen);
    await remove(plain);
    await remove(vip).catch(() => {});
  });

  test('sends long lists in pages, compressed, and every way to ask gives the same', async () => {
    const count = 1_150;
    const names = Array.from({ length: count }, (_, at) => service(`many-${at}`, { type: 'ClusterIP' }));
    for (let at = 0; at < count; at += 25) await Promise.all(names.slice(at, at + 25).map(create));
    const target = { ...ALL, resource: 'services', namespace } as const;
    const whole = JSON.stringify(await api.call('GET', `/api/v1/namespaces/${namespace}/services`)).length;
    const consistent = await read(target, { kind: 'consistent' });
    assert.equal(consistent.list.objects.size, count);
    assert.equal(consistent.requests.length, 3);
    assert.ok(consistent.bytes < whole / 4, `${consistent.bytes} of ${whole} bytes`);
    const { version } = consistent.list;
    for (const mode of [{ kind: 'cached' }, { kind: 'not-older', version }] as const) {
      const { list } = await read(target, mode);
      assert.deepEqual([...list.objects.keys()].sort(), [...consistent.list.objects.keys()].sort(), mode.kind);
    }
    const { server } = api;
    if (server !== undefined) {
      // Between two pages the version they are of is forgotten.
      const disturbed = await read(target, { kind: 'consistent' }, async (request) => {
        if (!('continue' in request.query)) return;
        await patch(service('many-0'), { metadata: { labels: { page: String(Math.random()) } } });
        await server.compact();
      });
      assert.equal(disturbed.list.objects.size, count);
    }
    for (let at = 0; at < count; at += 25) await Promise.all(names.slice(at, at + 25).map(remove));
  });

  test('goes away and comes back, with its history forgotten, and the source goes on', async (t) => {
    const { server } = api;
    if (server === undefined) return t.skip('the cluster is not ours');
    const kept = service('kept');
    await create(kept);
    await create(service('constant'));
    await follow(async ({ source, objects, gone, told, until }) => {
      await until('the service', () => objects.has(id('Service', 'kept')));
      await server.stop();
      await until('words', () => told.length > 0);
      assert.match(told[0] ?? '', /the API server does not answer: .*ECONNREFUSED/);
      assert.ok(objects.has(id('Service', 'kept')));
      await server.start();
      await create(service('later'));
      await until('a change', () => objects.has(id('Service', 'later')));
      for (let at = 0; at < 5; at++) await patch(kept, { metadata: { labels: { round: String(at) } } });
      await server.stop();
      await server.compact();
      await server.start();
      await remove(kept);
      await until('its end', () => !objects.has(id('Service', 'kept')));
      await until('all is well', () => told.at(-1) === 'all is well');
      assert.ok(source.status().watches.every(({ synced }) => synced));
      // Services may have been followed up to the end; of nodes nothing was heard, so their place is an old one.
      assert.ok((countsOf(source, 'nodes').failuresBy.gone ?? 0) > 0, 'the place in the history was lost');
      assert.deepEqual(gone, [id('Service', 'kept')]);
    });
    await remove(service('later'));
    await remove(service('constant'));
  });

  function service(name: string, spec: Readonly<Record<string, unknown>> = {}): Manifest {
    const ports = [{ port: 80 }];
    return serviceManifest(`${namespace}/${name}`, { ports, clusterIP: undefined, clusterIPs: undefined, ...spec });
  }

  /** Reads a list with the requests it takes; `before` may get in their way. */
  async function read(target: WatchTarget, mode: ReadMode, before?: (request: ApiRequest) => Promise<void>) {
    const client = createApiClient(openCredentials({ environment: { KUBECONFIG: api.kubeconfig } }), 'bellbird/test');
    const requests: ApiRequest[] = [];
    const recording: ApiClient = {
      ...client,
      get: async (request) => {
        requests.push(request);
        await before?.(request);
        return await client.get(request);
      },
    };
    const decode = createItemDecoder(
      target,
      (object) => object,
      ({ message }) => assert.fail(message),
      () => {},
    );
    let bytes = 0;
    const onBytes = (count: number) => {
      bytes += count;
    };
    try {
      const context = { api: recording, clock: systemClock, decode, onBytes };
      const list = await readList(target, mode, context, AbortSignal.timeout(30_000));
      return { list, requests, bytes };
    } finally {
      await client.close();
    }
  }
});

function countsOf(source: Follower['source'], resource: WatchTarget['resource']) {
  const found = source.status().watches.find(({ target }) => target.resource === resource);
  assert.ok(found);
  return found.counts;
}

function policyOf(object: ClusterObject | undefined): string | undefined {
  return object?.kind === 'Service' ? object.externalTrafficPolicy : undefined;
}

function ingressOf(object: ClusterObject | undefined): string | undefined {
  return object?.kind === 'Service' ? object.loadBalancerIngress[0]?.ip : undefined;
}

function endpointOf(object: ClusterObject | undefined) {
  return object?.kind === 'EndpointSlice' ? object.endpoints[0] : undefined;
}

function labelsOf(object: ClusterObject | undefined): Readonly<Record<string, string>> {
  return object?.kind === 'Node' ? object.labels : {};
}

function isReady(object: ClusterObject | undefined): boolean | undefined {
  return object?.kind === 'Node' ? object.ready : undefined;
}
