// Collects the status of a running agent from its parts.

import { renderPlace } from '../dsl/index.ts';
import type { AgentView } from './agent-view.ts';
import type { DrainView } from './drain.ts';
import type { AgentStatus, BirdStatus, ClusterStatus, LiveClusterStatus, PolicyStatus } from './status.ts';

/** What the status is collected from. */
export interface StatusParts {
  readonly now: number;
  readonly node: string;
  readonly version: string;
  readonly startedAt: number;
  readonly source: string;
  readonly live: LiveClusterStatus | undefined;
  readonly view: AgentView;
  readonly drain?: DrainView | undefined;
  readonly policy: PolicyStatus;
  readonly bird: BirdStatus;
  readonly established: number;
}

/** Puts the parts together. */
export function collectStatus(parts: StatusParts): AgentStatus {
  const { view } = parts;
  const excluded = view.plan?.decisions.excluded;
  return {
    now: parts.now,
    node: parts.node,
    version: parts.version,
    pid: process.pid,
    startedAt: parts.startedAt,
    policy: parts.policy,
    cluster: clusterStatus(parts),
    bird: parts.bird,
    sessions: { established: parts.established, total: view.plan?.sessions.peers.length ?? 0 },
    routes: routesStatus(view),
    excluded: excluded === undefined ? undefined : { reason: excluded.reason, at: renderPlace(excluded.at) },
    ...(parts.drain && { drain: parts.drain }),
    problems: view.problems.list(),
  };
}

function clusterStatus({ source, live, view }: StatusParts): ClusterStatus {
  const snapshot = view.engine?.snapshot;
  return {
    source,
    isComplete: snapshot !== undefined,
    lastChangeAt: view.lastChangeAt,
    nodes: snapshot?.nodes.size ?? 0,
    services: snapshot?.services.size ?? 0,
    endpointSlices: snapshot?.endpointSlices.size ?? 0,
    live,
    recalledFrom: view.recalledFrom,
  };
}

function routesStatus(view: AgentView): AgentStatus['routes'] {
  const withheld: Record<string, number> = {};
  for (const { reason } of view.plan?.decisions.withheld ?? []) withheld[reason] = (withheld[reason] ?? 0) + 1;
  return {
    advertised: view.applied?.routes.length ?? 0,
    withheld,
    waiting: {
      ...(view.delayed.size === 0 ? {} : { delayed: view.delayed.size }),
      ...(view.waiting.size === 0 ? {} : { waiting: view.waiting.size }),
      ...(view.beyond.size === 0 ? {} : { held: view.beyond.size }),
      ...(view.draining.size === 0 ? {} : { draining: view.draining.size }),
    },
    held: [...view.held.values()].map(({ route, since }) => ({
      prefix: route.prefix,
      since,
      ...(view.isWithdrawn && { draining: true as const }),
    })),
  };
}
