// The cluster as one-shot commands take it: manifests or the Kubernetes API, read once.

import { quoteNames } from '../agent/quote-names.ts';
import type { Policy } from '../dsl/index.ts';
import type { Snapshot } from '../engine/index.ts';
import {
  mergePlans,
  planEverything,
  planWatches,
  readManifests,
  type SourceProblem,
  type WatchPlan,
} from '../kube/index.ts';
import type { CommandContext } from './command.ts';
import { CliError } from './exit-code.ts';
import { clusterUnreadable, loadKubeApi, reachCluster } from './live-cluster.ts';
import type { ClusterOptions } from './options.ts';

/** Where a cluster is. */
export type ClusterPlace =
  | { readonly kind: 'kube'; readonly context: string | undefined }
  | { readonly kind: 'manifests'; readonly path: string };

/** What `--cluster` and `--context` name; without them, the live cluster of the current context. */
export function findCluster({ cluster, context }: ClusterOptions): ClusterPlace {
  if (cluster === undefined || cluster === 'kube') return { kind: 'kube', context };
  if (context === undefined) return { kind: 'manifests', path: cluster };
  throw new CliError(`\`--context\` names a live cluster and does not go with \`--cluster ${cluster}\``);
}

/**
 * Reads the cluster; of a live one what `plan` asks for. What cannot be read is left out, told on stderr, and makes the exit
 * code 2. Undefined if nothing could be read at all.
 */
export async function readClusterOrReport(
  options: ClusterOptions,
  context: CommandContext,
  plan: WatchPlan = planEverything(),
): Promise<Snapshot | undefined> {
  const place = findCluster(options);
  const { snapshot, problems } =
    place.kind === 'kube' ? await readLive(plan, place.context) : await readManifests([place.path]);
  const code = place.kind === 'kube' ? 'cluster-unreadable' : 'manifest-unreadable';
  for (const { where: at, message } of problems) context.stderr.write(`error[${code}]: ${at}: ${message}\n`);
  if (problems.length === 0) return snapshot;
  context.exit(2);
  if (snapshot.nodes.size + snapshot.services.size + snapshot.endpointSlices.size === 0) return undefined;
  context.stderr.write('note: what cannot be read was left out of the result\n');
  return snapshot;
}

/** Reads what the plan says of the live cluster, once. Throws a CliError that says why it cannot be read. */
export async function readLive(
  plan: WatchPlan,
  context: string | undefined,
): Promise<{ readonly snapshot: Snapshot; readonly problems: readonly SourceProblem[] }> {
  try {
    const { readLiveCluster } = await loadKubeApi();
    return await readLiveCluster(reachCluster(plan, context));
  } catch (error) {
    throw clusterUnreadable(error);
  }
}

/** What these policies need of a live cluster, on every node; everything without a policy, so that trouble is seen at once. */
export function planFor(policies: readonly Policy[]): WatchPlan {
  const [first, ...rest] = policies.map((policy) => planWatches(policy, undefined));
  return first === undefined ? planEverything() : mergePlans(first, ...rest);
}

/** Throws unless the cluster has the node. */
export function requireNode(snapshot: Snapshot, node: string): void {
  if (snapshot.nodes.has(node)) return;
  const names = [...snapshot.nodes.keys()];
  throw new CliError({
    code: 'unknown-node',
    message: `the cluster has no node \`${node}\``,
    help:
      names.length === 0
        ? 'add Node objects to the manifests; there are none'
        : `choose one of ${quoteNames(names, 'or')}`,
  });
}
