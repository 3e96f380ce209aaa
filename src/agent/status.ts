// What `status` answers: the state of one agent at one moment, and its JSON. render-status.ts has the text.

import type { ListWatchCounts } from '../kube/api/index.ts';
import type { DrainView } from './drain.ts';
import { toTimestamp } from './time-text.ts';

/** The state of an agent. Moments are milliseconds since 1970. */
export interface AgentStatus {
  readonly now: number;
  readonly node: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly policy: PolicyStatus;
  readonly cluster: ClusterStatus;
  readonly bird: BirdStatus;
  readonly sessions: { readonly established: number; readonly total: number };
  /** Numbers of routes; those that are not advertised, or not yet, by reason. */
  readonly routes: {
    readonly advertised: number;
    readonly withheld: Readonly<Record<string, number>>;
    readonly waiting: Readonly<Record<string, number>>;
    /** Routes that should be withdrawn and are kept announced by `guard`. */
    readonly held: readonly { readonly prefix: string; readonly since: number; readonly draining?: true }[];
  };
  /** The statement or label that excludes this node. */
  readonly excluded: { readonly reason: string; readonly at: string } | undefined;
  /** Absent: the node is not drained. */
  readonly drain?: DrainView;
  readonly problems: readonly Problem[];
}

export interface PolicyStatus {
  /** Paths as given. */
  readonly entries: readonly string[];
  readonly files: readonly string[];
  /** Absent: none is in effect. */
  readonly loadedAt: number | undefined;
  /** Whether the policy in effect comes from the files or from what was last applied. */
  readonly origin: 'disk' | 'last-good' | undefined;
  /** The files as they are now, if they were not accepted. */
  readonly refused: { readonly at: number; readonly reason: string } | undefined;
}

export interface ClusterStatus {
  readonly source: string;
  readonly isComplete: boolean;
  readonly lastChangeAt: number | undefined;
  readonly nodes: number;
  readonly services: number;
  readonly endpointSlices: number;
  /** Absent: the cluster is read from manifests. */
  readonly live: LiveClusterStatus | undefined;
  /** When the picture in use was saved, while it is one of an earlier life of the agent. */
  readonly recalledFrom: number | undefined;
}

/** How a live cluster is. */
export interface LiveClusterStatus {
  readonly server: string;
  /** When the quietest of the watches last heard from the API server; absent before all have. */
  readonly lastContactAt: number | undefined;
  readonly watches: readonly WatchStatus[];
  /** What is not asked for, in sentences. */
  readonly unseen: readonly string[];
}

/** One thing that is watched. */
export interface WatchStatus {
  readonly what: string;
  /** What of the policy needs it. */
  readonly why: string;
  readonly resource: string;
  /** Absent: every namespace, or a resource that has none. */
  readonly namespace: string | undefined;
  readonly objects: number;
  /** A watch is open. */
  readonly isConnected: boolean;
  readonly lastContactAt: number | undefined;
  /** Bookmarks not included. */
  readonly lastEventAt: number | undefined;
  readonly lastBookmarkAt: number | undefined;
  /** Absent while all is well. */
  readonly trouble: string | undefined;
  /** What was asked and received since the agent began to watch this. */
  readonly counts: Omit<ListWatchCounts, 'failures'>;
}

export interface BirdStatus {
  readonly isRunning: boolean;
  /** It is there and does not answer; absent: it does, or is not there. */
  readonly isSilent?: true;
  readonly version: string | undefined;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  /** How the agent came to this BIRD. */
  readonly how: 'started' | 'adopted' | 'restarted' | undefined;
  readonly configuredAt: number | undefined;
}

/** Something an operator should look at. Codes are stable. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly since: number;
}

/** The JSON of `GET /v1/status`. */
export function statusToJson(status: AgentStatus): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Status',
    node: status.node,
    agent: { version: status.version, pid: status.pid, startedAt: toTimestamp(status.startedAt) },
    policy: policyToJson(status.policy),
    cluster: clusterToJson(status.cluster),
    bird: birdToJson(status.bird),
    sessions: status.sessions,
    routes: {
      ...status.routes,
      held: status.routes.held.map((held) => ({ ...held, since: toTimestamp(held.since) })),
    },
    excluded: status.excluded ?? null,
    drain:
      status.drain === undefined
        ? null
        : { since: toTimestamp(status.drain.since), withdrawAt: toTimestamp(status.drain.withdrawAt) },
    problems: status.problems.map((problem) => ({ ...problem, since: toTimestamp(problem.since) })),
  };
}

function policyToJson({ entries, files, loadedAt, origin, refused }: PolicyStatus): unknown {
  return {
    entries,
    files,
    loadedAt: toTimestamp(loadedAt),
    origin: origin ?? null,
    refused: refused === undefined ? null : { at: toTimestamp(refused.at), reason: refused.reason },
  };
}

function clusterToJson(cluster: ClusterStatus): unknown {
  return {
    source: cluster.source,
    complete: cluster.isComplete,
    lastChangeAt: toTimestamp(cluster.lastChangeAt),
    objects: { nodes: cluster.nodes, services: cluster.services, endpointSlices: cluster.endpointSlices },
    recalledFrom: toTimestamp(cluster.recalledFrom),
    live: cluster.live === undefined ? null : liveToJson(cluster.live),
  };
}

function birdToJson(bird: BirdStatus): unknown {
  return {
    running: bird.isRunning,
    answers: bird.isRunning && bird.isSilent === undefined,
    version: bird.version ?? null,
    pid: bird.pid ?? null,
    startedAt: toTimestamp(bird.startedAt),
    how: bird.how ?? null,
    configuredAt: toTimestamp(bird.configuredAt),
  };
}

function liveToJson({ server, lastContactAt, watches, unseen }: LiveClusterStatus): unknown {
  return {
    server,
    lastContactAt: toTimestamp(lastContactAt),
    watches: watches.map(({ what, why, objects, ...watch }) => ({
      what,
      why,
      objects,
      connected: watch.isConnected,
      lastContactAt: toTimestamp(watch.lastContactAt),
      lastEventAt: toTimestamp(watch.lastEventAt),
      lastBookmarkAt: toTimestamp(watch.lastBookmarkAt),
      trouble: watch.trouble ?? null,
    })),
    unseen,
  };
}
