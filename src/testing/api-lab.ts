// A live source on a fake API server, with a clock that stands still and back-offs that take no time: tests run as fast as
// the loopback answers, and never wait for a duration. Where the server falls silent, the clock jumps past every limit.

import type { ClusterObject } from '../engine/objects.ts';
import type { Change } from '../engine/snapshot.ts';
import { createApiClient } from '../kube/api/api-client.ts';
import type { Credentials } from '../kube/api/credentials.ts';
import { createLiveSource, type LiveSource } from '../kube/api/live-source.ts';
import { decodeObject, objectId } from '../kube/decode.ts';
import type { SourceObserver, SourceProblem } from '../kube/source.ts';
import { planEverything, type WatchPlan } from '../kube/watch-plan.ts';
import { type FakeApiOptions, type FakeApiServer, type Manifest, startFakeApiServer } from './fake-api-server.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

/** Everything the observer of a source was called with, in order. */
export type SourceCall =
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'problem'; readonly problem: SourceProblem }
  | { readonly kind: 'problem-over'; readonly problem: SourceProblem }
  | { readonly kind: 'recovered' };

/** A running source and what it told. */
export interface ApiLab {
  readonly server: FakeApiServer;
  readonly source: LiveSource;
  readonly clock: FakeClock;
  readonly calls: readonly SourceCall[];
  /** Lengths of the back-offs, none of which took any time. */
  readonly waits: readonly number[];
  /** The cluster as an observer knows it, by object id; undefined before the snapshot. */
  mirror(): ReadonlyMap<string, ClusterObject> | undefined;
  start(): void;
  /** Resolves as soon as the condition holds; asked after every call of the observer and every request to the server. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** What a lab can be given. */
export interface ApiLabOptions extends FakeApiOptions {
  readonly plan?: WatchPlan;
  readonly known?: Readonly<Record<string, string>>;
  readonly random?: () => number;
  /** What the server's certificate is signed by, in PEM. */
  readonly ca?: string;
}

const LONGER_THAN_ANY_LIMIT_MS = 200_000;

/** Starts a server with these objects, and a source that has not started. */
export async function openApiLab(objects: readonly Manifest[], options: ApiLabOptions = {}): Promise<ApiLab> {
  const server = await startFakeApiServer(options);
  for (const object of objects) server.put(object);
  const clock = createFakeClock();
  const calls: SourceCall[] = [];
  const waits: number[] = [];
  const { check, until } = createConditions();
  const note = (call: SourceCall) => {
    calls.push(call);
    check();
  };
  const mirror = createMirror(note);
  server.onRequest = check;
  server.onSilence = () => setImmediate(() => clock.advance(LONGER_THAN_ANY_LIMIT_MS));
  const source = createLiveSource({
    plan: options.plan ?? planEverything(),
    api: createApiClient(openTo(server.url, options.ca), 'bellbird/test'),
    ...(options.known && { known: options.known }),
    clock,
    random: options.random ?? (() => 0.5),
    wait: (delayMs) => {
      waits.push(delayMs);
      check();
      return new Promise((resolve) => setImmediate(resolve));
    },
    onRecovered: () => note({ kind: 'recovered' }),
  });
  return {
    server,
    source,
    clock,
    calls,
    waits,
    mirror: mirror.objects,
    start: () => source.start(mirror.observer),
    until,
    close: async () => {
      await source.stop();
      await server.stop();
    },
  };
}

/** Promises that resolve when their condition holds as it is checked. */
function createConditions() {
  const conditions = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>();
  const check = () => {
    for (const condition of conditions) {
      if (!condition.holds()) continue;
      conditions.delete(condition);
      condition.resolve();
    }
  };
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      conditions.add({ holds, resolve });
      check();
    });
  return { check, until };
}

/** An observer that keeps the cluster as it is told, and says what it was called with. */
function createMirror(note: (call: SourceCall) => void) {
  let mirror: Map<string, ClusterObject> | undefined;
  const observer: SourceObserver = {
    onSnapshot: ({ nodes, services, endpointSlices }) => {
      const all = [...nodes.values(), ...services.values(), ...endpointSlices.values()];
      mirror = new Map(all.map((object) => [objectId(object), object]));
      note({ kind: 'snapshot' });
    },
    onChanges: (changes) => {
      for (const change of changes) applyChange(mirror ?? new Map(), change);
      note({ kind: 'changes', changes });
    },
    onProblem: (problem) => note({ kind: 'problem', problem }),
    onProblemOver: (problem) => note({ kind: 'problem-over', problem }),
  };
  return { observer, objects: () => mirror };
}

/** What the server has, as a source without limits should see it. */
export function truthOf(server: FakeApiServer): ReadonlyMap<string, ClusterObject> {
  const paths = ['/api/v1/nodes', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices'];
  const manifests = paths.flatMap((path) => server.history.at(path, server.history.version));
  const objects = manifests.flatMap((manifest) => {
    const decoded = decodeObject(manifest);
    return decoded.kind === 'object' ? [decoded.object] : [];
  });
  return new Map(objects.map((object) => [objectId(object), object]));
}

/** Credentials for a server that asks for none. */
export function openTo(url: string, ca?: string): Credentials {
  const tls = ca === undefined ? {} : { ca };
  const access = { server: new URL(url), headers: {}, tls, proxy: undefined, fingerprint: 'lab' };
  return { origin: 'lab', server: url, access: () => Promise.resolve(access), renew: () => {}, close: () => {} };
}

function applyChange(mirror: Map<string, ClusterObject>, change: Change): void {
  if (change.kind === 'upserted') mirror.set(objectId(change.object), change.object);
  else mirror.delete(`${change.objectKind} ${change.key}`);
}

/** A Service of type LoadBalancer, or whatever `spec` says. */
export function serviceManifest(path: string, spec: Readonly<Record<string, unknown>> = {}): Manifest {
  const [namespace = '', name = ''] = path.split('/');
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { namespace, name },
    spec: { type: 'LoadBalancer', clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ...spec },
  };
}

/** A slice with one ready endpoint on the node. */
export function sliceManifest(path: string, node = 'worker-1'): Manifest {
  const [namespace = '', name = ''] = path.split('/');
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { namespace, name: `${name}-abcde`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.1.5'], nodeName: node, conditions: { ready: true } }],
  };
}

/** A Ready node. */
export function nodeManifest(name: string, labels: Readonly<Record<string, string>> = {}): Manifest {
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name, labels },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
    },
  };
}
