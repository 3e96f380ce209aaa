// The live cluster as commands take it: what needs the Kubernetes client is loaded only here, and only for `--cluster kube`.

import { version } from '../build-info.ts';
import type { ClusterAccess, LiveClusterOptions } from '../kube/api/index.ts';
import type { WatchPlan } from '../kube/index.ts';
import { messageOf } from '../unknown.ts';
import { CliError } from './exit-code.ts';

/** The half of the executable that talks to the Kubernetes API. */
export type KubeApi = typeof import('../kube/api/index.ts');

/** Loads it; takes some 60 ms, once. */
export function loadKubeApi(): Promise<KubeApi> {
  return import('../kube/api/index.ts');
}

/** How this process reaches the cluster. */
export function reachCluster(plan: WatchPlan, context: string | undefined): LiveClusterOptions {
  return { ...clusterAccess(context), plan };
}

/** The same for what needs no plan. `context` is one of the kubeconfig; absent: its current one. */
export function clusterAccess(context: string | undefined): ClusterAccess {
  return { environment: process.env, userAgent: `bellbird/${version}`, ...(context !== undefined && { context }) };
}

/** What a user is told when the cluster cannot be read. */
export function clusterUnreadable(error: unknown): CliError {
  const message = messageOf(error);
  const help = message.startsWith('no cluster')
    ? 'set KUBECONFIG, or name a file or folder of manifests with `--cluster PATH`'
    : 'the cluster is the one of KUBECONFIG, of the pod, or of ~/.kube/config; `--cluster PATH` reads manifests instead';
  return new CliError({ code: 'cluster-unreadable', message, help });
}
