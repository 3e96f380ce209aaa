// What a run tells of itself: status and metrics, put together from its parts.

import type { SessionStatus } from '../bgp/index.ts';
import { hashPolicy } from './metrics/policy-hash.ts';
import { countOpenFiles, readProcessUsage } from './metrics/process-usage.ts';
import { readMetrics } from './metrics/read-metrics.ts';
import { observeSessions } from './observe.ts';
import { viewPeers } from './peers-view.ts';
import type { AgentRun } from './run-parts.ts';
import type { AgentStatus } from './status.ts';
import { collectStatus } from './status-view.ts';

/** What `status` says. */
export async function readStatus(run: AgentRun): Promise<AgentStatus> {
  return statusOf(run, await observeSessions(run.bird));
}

function statusOf(run: AgentRun, sessions: readonly SessionStatus[]): AgentStatus {
  const { agent, bird, birdWatch, keeper, options, source, startedAt } = run;
  return collectStatus({
    now: options.clock.now(),
    node: options.node,
    version: options.version,
    startedAt,
    source: options.cluster.name,
    live: source.status?.(),
    view: agent.view(),
    drain: run.drain.view(),
    policy: keeper.status(),
    bird: birdWatch.status(bird),
    // Of a dynamic peer any number can be; it is one of those that should run.
    established: new Set(sessions.filter(({ state }) => state === 'established').map(({ peer }) => peer)).size,
  });
}

/** The metrics in the text format of Prometheus. */
export async function exposeMetrics(run: AgentRun): Promise<string> {
  const { agent, bird, birdWatch, keeper, options, registry, sessionWatch } = run;
  const sessions = await observeSessions(bird);
  const view = agent.view();
  const policy = keeper.inEffect();
  const birdPid = bird.pid();
  return await registry.expose(
    readMetrics({
      status: statusOf(run, sessions),
      build: { commit: options.commit, birdVersion: options.image.version },
      peers: viewPeers(view.applied?.peers ?? [], sessions),
      flaps: sessionWatch.flaps(),
      applied: view.applied,
      policyHash: policy && hashPolicy(policy.loaded.text),
      savedAt: view.savedAt,
      isDrained: run.drain.view() !== undefined,
      birdRestarts: birdWatch.restarts(),
      own: readProcessUsage(process.pid),
      openFiles: countOpenFiles(),
      usage: birdPid === undefined ? undefined : readProcessUsage(birdPid),
    }),
  );
}
