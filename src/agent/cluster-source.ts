// The cluster as the agent follows it: a Source that may have to be told what policies need of it, and that can say how it is.

import type { Policy } from '../dsl/index.ts';
import type { Source } from '../kube/index.ts';
import type { LiveClusterStatus } from './status.ts';

/** A source that an agent follows. One that reads everything anyway, as manifests do, has none of the rest. */
export interface ClusterSource extends Source {
  /** Sees to it that all that these policies need is read; what is known already stays known meanwhile. */
  readonly want?: (policies: readonly Policy[]) => void;
  /** Whether the snapshot that was handed over last has all that a policy needs. */
  readonly covers?: (policy: Policy) => boolean;
  /** How a live cluster is. */
  readonly status?: () => LiveClusterStatus | undefined;
}
