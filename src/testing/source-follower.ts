// A source and everything it has told: the cluster as an observer knows it, and every problem in words.

import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterObject } from '../engine/objects.ts';
import { createApiClient } from '../kube/api/api-client.ts';
import { openCredentials } from '../kube/api/credentials.ts';
import type { ExecEdges } from '../kube/api/exec-plugin.ts';
import type { KubeconfigOptions } from '../kube/api/kubeconfig.ts';
import { createLiveSource, type LiveSource } from '../kube/api/live-source.ts';
import type { ProbeLimits } from '../kube/api/path-probe.ts';
import { objectId } from '../kube/decode.ts';
import type { WatchPlan } from '../kube/watch-plan.ts';

/** A running source, and what it knows. */
export interface Follower {
  readonly source: LiveSource;
  /** By object id. */
  readonly objects: ReadonlyMap<string, ClusterObject>;
  /** Ids of what went away, in order. */
  readonly gone: readonly string[];
  /** What was told of problems, in order; `all is well` where they were over. */
  readonly told: readonly string[];
  /** Waits for a condition, and fails with its name if it does not come. */
  until(what: string, condition: () => boolean): Promise<void>;
}

const LIMIT_MS = 60_000;
const LOOK_MS = 10;

/** Follows a cluster for as long as `run` takes. */
export async function followCluster(
  access: KubeconfigOptions & { readonly probeLimits?: ProbeLimits; readonly execEdges?: ExecEdges },
  plan: WatchPlan,
  run: (follower: Follower) => Promise<void>,
): Promise<void> {
  const told: string[] = [];
  const source = createLiveSource({
    plan,
    api: createApiClient(openCredentials(access, access.execEdges), 'bellbird/test', access.probeLimits),
    onTrouble: ({ where, message }) => told.push(`${where}: ${message}`),
    onRecovered: () => told.push('all is well'),
  });
  const objects = new Map<string, ClusterObject>();
  const gone: string[] = [];
  source.start({
    onSnapshot: ({ services, endpointSlices, nodes }) => {
      const all = [...services.values(), ...endpointSlices.values(), ...nodes.values()];
      for (const object of all) objects.set(objectId(object), object);
    },
    onChanges: (changes) => {
      for (const change of changes) {
        if (change.kind === 'upserted') objects.set(objectId(change.object), change.object);
        else {
          gone.push(`${change.objectKind} ${change.key}`);
          objects.delete(`${change.objectKind} ${change.key}`);
        }
      }
    },
    onProblem: ({ where, message }) => told.push(`${where}: ${message}`),
  });
  const until = async (what: string, condition: () => boolean) => {
    for (const end = Date.now() + LIMIT_MS; !condition(); await delay(LOOK_MS)) {
      if (Date.now() > end) throw new Error(`waited for ${what}; told: ${told.join('; ')}`);
    }
  };
  try {
    await run({ source, objects, gone, told, until });
  } finally {
    await source.stop();
  }
}
