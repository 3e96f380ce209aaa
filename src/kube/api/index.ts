// Everything that needs the Kubernetes client: the one entry of the lazily loaded half of the executable. Nothing outside this
// folder may import its files directly, except for their types.

import type { Clock } from '../../clock.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { type SecretId, type SecretReading, type SecretRef, type SecretSource, secretName } from '../secrets.ts';
import type { EventWriter } from '../service-event.ts';
import type { SourceProblem } from '../source.ts';
import type { WatchPlan } from '../watch-plan.ts';
import { createApiClient } from './api-client.ts';
import { openCredentials } from './credentials.ts';
import { createEventWriter } from './event-writer.ts';
import { createLiveSecrets } from './live-secrets.ts';
import { createLiveSource, type LiveSource, waitFor } from './live-source.ts';
import type { Environment } from './no-proxy.ts';

export type { ListWatchCounts, ListWatchStatus, Trouble } from './list-watch-status.ts';
export type { LiveSource, LiveStatus } from './live-source.ts';
export type { Environment } from './no-proxy.ts';

/** How to reach a cluster, and what of it to read. */
export interface LiveClusterOptions {
  /** Names the cluster: KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, and proxies. */
  readonly environment: Environment;
  readonly plan: WatchPlan;
  /** `bellbird/1.2.3`, for the API server's audit log. */
  readonly userAgent: string;
  /** Context of the kubeconfig; absent: the current one. */
  readonly context?: string;
  /** Versions that an earlier life of the agent knew, by `renderTarget`. */
  readonly known?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Told of what keeps the API from being read; absent: the observer is, as of any problem. */
  readonly onTrouble?: (problem: SourceProblem) => void;
  readonly onRecovered?: (since: number) => void;
}

/** A source that follows the cluster; throws an Error if no cluster is configured. Connects on `start`. */
export function openLiveSource(options: LiveClusterOptions): LiveSource {
  const { known, clock, onTrouble, onRecovered } = options;
  return createLiveSource({
    plan: options.plan,
    api: createClient(options),
    ...(known && { known }),
    ...(clock && { clock }),
    ...(onTrouble && { onTrouble }),
    ...(onRecovered && { onRecovered }),
  });
}

/** Reads the cluster once, for commands that end. Rejects with an Error that says why it cannot be read. */
export async function readLiveCluster(
  options: LiveClusterOptions,
): Promise<{ readonly snapshot: Snapshot; readonly problems: readonly SourceProblem[] }> {
  const problems: SourceProblem[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
  const source = createLiveSource({
    plan: options.plan,
    api: createClient(options),
    onTrouble: ({ where, message }) => reject(new Error(`${where}: ${message}`)),
  });
  source.start({ onSnapshot: resolve, onChanges: () => {}, onProblem: (problem) => problems.push(problem) });
  try {
    return { snapshot: await promise, problems };
  } finally {
    await source.stop();
  }
}

/** How to reach a cluster. */
export type ClusterAccess = Pick<LiveClusterOptions, 'environment' | 'userAgent' | 'context'>;

/** A source of Secrets; throws an Error if no cluster is configured. Connects when a Secret is wanted. */
export function openLiveSecrets(access: ClusterAccess): SecretSource {
  return createLiveSecrets({ api: createClient(access), random: Math.random, wait: waitFor });
}

/** A writer of Events; throws an Error if no cluster is configured. Connects when there is one to write. */
export function openEventWriter(access: ClusterAccess): EventWriter {
  return createEventWriter(createClient(access));
}

/** How long a command waits for a Secret. */
const READ_LIMIT_MS = 5_000;

/** Reads Secrets once, for commands that end. What cannot be read within a few seconds stays unread. */
export async function readLiveSecrets(
  access: ClusterAccess,
  refs: readonly SecretRef[],
): Promise<(ref: SecretRef) => SecretReading> {
  const source = openLiveSecrets(access);
  const ids = new Map<string, SecretId>(refs.map((ref) => [secretName(ref), ref]));
  const { promise, resolve } = Promise.withResolvers<void>();
  const isDone = (ref: SecretRef) => {
    const reading = source.read(ref);
    return reading.kind !== 'unread' || reading.message !== undefined;
  };
  const limit = setTimeout(resolve, READ_LIMIT_MS);
  source.want([...ids.values()]);
  source.start(() => {
    if (refs.every(isDone)) resolve();
  });
  if (refs.length > 0) await promise;
  clearTimeout(limit);
  const readings = new Map(refs.map((ref) => [`${secretName(ref)} ${ref.key}`, source.read(ref)]));
  await source.stop();
  return (ref) => readings.get(`${secretName(ref)} ${ref.key}`) ?? { kind: 'unread', message: undefined };
}

function createClient({ environment, context, userAgent }: ClusterAccess) {
  return createApiClient(openCredentials({ environment, ...(context === undefined ? {} : { context }) }), userAgent);
}
