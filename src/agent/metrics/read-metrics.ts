// The metrics that the state of an agent has at one moment. Pure.

import { familyOfText } from '../../dsl/index.ts';
import type { DesiredState } from '../../engine/index.ts';
import { addressOf, type PeerView } from '../peers-view.ts';
import type { AgentStatus, BirdStatus, ClusterStatus, PolicyStatus, WatchStatus } from '../status.ts';
import type { Sample, Samples } from './catalogue.ts';
import type { ProcessUsage } from './process-usage.ts';

/** What the metrics are read from. Moments are milliseconds since 1970. */
export interface MetricsParts {
  readonly status: AgentStatus;
  readonly build: { readonly commit: string; readonly birdVersion: string };
  readonly peers: readonly PeerView[];
  /** Times that an established session of a peer went down. */
  readonly flaps: ReadonlyMap<string, number>;
  readonly applied: Pick<DesiredState, 'routes'> | undefined;
  /** Of the files of the policy in effect. */
  readonly policyHash: string | undefined;
  readonly savedAt: number | undefined;
  readonly isDrained: boolean;
  readonly birdRestarts: number;
  readonly own: ProcessUsage | undefined;
  readonly openFiles: number | undefined;
  /** Of BIRD. */
  readonly usage: ProcessUsage | undefined;
}

/** Reads everything. */
export function readMetrics(parts: MetricsParts): Samples {
  const { status, build } = parts;
  return {
    bellbird_build_info: info({ version: status.version, commit: build.commit, bird_version: build.birdVersion }),
    bellbird_node_info: info({ node: status.node }),
    ...readSessions(parts),
    ...readRoutes(parts),
    ...readPolicy(parts, status.policy),
    ...readCluster(status.cluster, status.now),
    ...readWatches(status.cluster.live?.watches ?? [], status.now),
    ...readBird(parts, status.bird),
    bellbird_problems: countBy(status.problems, ({ code }) => ({ code })),
    process_start_time_seconds: moment(status.startedAt),
    process_resident_memory_bytes: single(parts.own?.residentBytes),
    process_cpu_seconds_total: single(parts.own?.cpuSeconds),
    process_open_fds: single(parts.openFiles),
  };
}

function readSessions({ peers, flaps }: MetricsParts): Samples {
  // What waits for the sessions of a dynamic peer is none itself.
  const sessions = peers
    .filter((view) => !isWaitingForPeers(view))
    .map((view) => ({ ...view, labels: labelsOf(view) }));
  const each = (value: (view: PeerView) => number) =>
    sessions.map((view) => ({ labels: view.labels, value: value(view) }));
  const families = (value: 'advertised' | 'received') =>
    sessions.flatMap(({ desired, labels, session }) =>
      desired.families.map((family) => {
        const counts = session?.state === 'established' ? session.families : [];
        return { labels: { ...labels, family }, value: counts.find((found) => found.family === family)?.[value] ?? 0 };
      }),
    );
  return {
    bellbird_bgp_session_up: each(({ session }) => Number(session?.state === 'established')),
    bellbird_bgp_session_state: sessions.map(({ labels, session }) =>
      one({ ...labels, state: session?.state ?? 'idle' }),
    ),
    bellbird_bgp_session_info: sessions.map(({ desired, labels, session }) => {
      const peerAs = desired.remoteAs === 'external' ? session?.neighborAs : desired.remoteAs;
      return one({ ...labels, local_as: String(desired.localAs), peer_as: String(peerAs ?? 'external') });
    }),
    bellbird_bgp_session_uptime_seconds: each(({ session }) =>
      session?.state === 'established' ? (session.sinceMs ?? 0) / 1_000 : 0,
    ),
    bellbird_bgp_session_flaps_total: [...new Set(peers.map(({ desired }) => desired.name))].map((peer) => ({
      labels: { peer },
      value: flaps.get(peer) ?? 0,
    })),
    bellbird_bgp_session_last_error_info: sessions.flatMap(({ labels, session }) =>
      session?.lastError === undefined ? [] : [one({ ...labels, error: session.lastError })],
    ),
    bellbird_bgp_announced_prefixes: families('advertised'),
    bellbird_bgp_received_prefixes: families('received'),
    bellbird_bfd_session_up: sessions.flatMap(({ desired, labels, session }) =>
      desired.bfd === undefined ? [] : [{ labels, value: Number(session?.bfd === 'up') }],
    ),
  };
}

function isWaitingForPeers({ desired, session }: PeerView): boolean {
  return desired.address.includes('/') && (session === undefined || session.neighborRange !== undefined);
}

function labelsOf(view: PeerView) {
  return { peer: view.desired.name, address: addressOf(view) };
}

const EXCLUSIONS = ['node-excluded', 'node-unknown'];

function readRoutes({ applied, isDrained, status }: MetricsParts): Samples {
  const { routes, excluded } = status;
  const byReason = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers).map(([reason, value]) => ({ labels: { reason }, value }));
  return {
    bellbird_routes_announced: countBy(applied?.routes ?? [], ({ prefix, addressKind, aggregate }) => ({
      kind: addressKind,
      form: aggregate ? 'aggregate' : 'exact',
      family: familyOfText(prefix) ?? 'unknown',
    })),
    bellbird_routes_withheld: byReason(routes.withheld),
    bellbird_routes_waiting: byReason({ delayed: 0, waiting: 0, held: 0, draining: 0, ...routes.waiting }),
    bellbird_routes_kept: single(routes.held.filter(({ draining }) => draining !== true).length),
    bellbird_node_drained: flag(isDrained),
    bellbird_node_excluded: EXCLUSIONS.map((reason) => ({
      labels: { reason },
      value: Number(excluded?.reason === reason),
    })),
  };
}

function readPolicy({ policyHash, savedAt, status }: MetricsParts, policy: PolicyStatus): Samples {
  const waits = status.problems.some(({ code }) => code === 'cluster-incomplete');
  return {
    bellbird_policy_info: policyHash === undefined ? [] : info({ sha256: policyHash, origin: policy.origin ?? 'disk' }),
    bellbird_policy_last_reload_successful: flag(policy.refused === undefined),
    bellbird_policy_last_reload_success_timestamp_seconds: moment(policy.loadedAt),
    bellbird_policy_stale: flag(policy.refused !== undefined || policy.origin === 'last-good' || waits),
    bellbird_last_good_timestamp_seconds: moment(savedAt),
  };
}

function readCluster(cluster: ClusterStatus, now: number): Samples {
  const { endpointSlices, nodes, services, live } = cluster;
  return {
    bellbird_cluster_complete: flag(cluster.isComplete),
    bellbird_cluster_recalled: flag(cluster.recalledFrom !== undefined),
    bellbird_cluster_objects: Object.entries({ nodes, services, endpointslices: endpointSlices }).map(
      ([resource, value]) => ({ labels: { resource }, value }),
    ),
    bellbird_cluster_last_change_timestamp_seconds: moment(cluster.lastChangeAt),
    bellbird_cluster_staleness_seconds: age(live?.lastContactAt, now),
  };
}

function readWatches(all: readonly WatchStatus[], now: number): Samples {
  const groups = [...Map.groupBy(all, ({ resource, namespace }) => `${resource} ${namespace ?? ''}`).values()];
  const each = (value: (watch: WatchStatus) => number | undefined, join: (...values: number[]) => number) =>
    groups.flatMap((watches) => {
      const values = watches.flatMap((watch) => value(watch) ?? []);
      const labels = { resource: watches[0]?.resource ?? '', namespace: watches[0]?.namespace ?? '' };
      return values.length === 0 ? [] : [{ labels, value: join(...values) }];
    });
  const total = (name: 'lists' | 'watches' | 'events' | 'bookmarks' | 'changes' | 'bytes') =>
    each(({ counts }) => counts[name], sum);
  return {
    bellbird_watch_connected: each(({ isConnected }) => Number(isConnected), Math.min),
    bellbird_watch_staleness_seconds: each(({ lastContactAt }) => secondsSince(lastContactAt, now), Math.max),
    bellbird_watch_last_contact_timestamp_seconds: each(({ lastContactAt }) => toSeconds(lastContactAt), Math.min),
    bellbird_watch_last_event_timestamp_seconds: each(({ lastEventAt }) => toSeconds(lastEventAt), Math.max),
    bellbird_watch_last_bookmark_timestamp_seconds: each(({ lastBookmarkAt }) => toSeconds(lastBookmarkAt), Math.min),
    bellbird_watch_lists_total: total('lists'),
    bellbird_watch_requests_total: total('watches'),
    bellbird_watch_events_total: total('events'),
    bellbird_watch_bookmarks_total: total('bookmarks'),
    bellbird_watch_changes_total: total('changes'),
    bellbird_watch_received_bytes_total: total('bytes'),
    bellbird_watch_errors_total: groups.flatMap(readErrors),
  };
}

function readErrors(watches: readonly WatchStatus[]): readonly Sample[] {
  const byCause = Map.groupBy(
    watches.flatMap(({ counts }) => Object.entries(counts.failuresBy)),
    ([cause]) => cause,
  );
  const { namespace = '', resource = '' } = watches[0] ?? {};
  return [...byCause].map(([cause, entries]) => ({
    labels: { resource, namespace, cause },
    value: sum(...entries.map(([, number]) => number)),
  }));
}

function readBird({ birdRestarts, usage }: MetricsParts, bird: BirdStatus): Samples {
  return {
    bellbird_bird_up: flag(bird.isRunning && bird.isSilent === undefined),
    bellbird_bird_info: bird.version === undefined ? [] : info({ version: bird.version }),
    bellbird_bird_start_time_seconds: moment(bird.startedAt),
    bellbird_bird_last_configured_timestamp_seconds: moment(bird.configuredAt),
    bellbird_bird_restarts_total: single(birdRestarts),
    bellbird_bird_resident_memory_bytes: single(usage?.residentBytes),
    bellbird_bird_cpu_seconds_total: single(usage?.cpuSeconds),
  };
}

function countBy<T>(
  items: readonly T[],
  labelsOfItem: (item: T) => Readonly<Record<string, string>>,
): readonly Sample[] {
  const groups = new Map<string, { labels: Readonly<Record<string, string>>; value: number }>();
  for (const item of items) {
    const labels = labelsOfItem(item);
    const key = Object.values(labels).join(' ');
    const group = groups.get(key) ?? { labels, value: 0 };
    group.value++;
    groups.set(key, group);
  }
  return [...groups.values()];
}

const sum = (...values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const one = (labels: Readonly<Record<string, string>>): Sample => ({ labels, value: 1 });
const info = (labels: Readonly<Record<string, string>>): readonly Sample[] => [one(labels)];
const single = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);
const flag = (value: boolean): readonly Sample[] => single(Number(value));
const moment = (at: number | undefined): readonly Sample[] => single(toSeconds(at));
const age = (at: number | undefined, now: number): readonly Sample[] => single(secondsSince(at, now));

function toSeconds(at: number | undefined): number | undefined {
  return at === undefined ? undefined : at / 1_000;
}

function secondsSince(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : Math.max(0, now - at) / 1_000;
}
