// Cuts objects down to the labels, annotations and taints that a policy can ask for. What is cut away needs no memory, and a
// change to it is no change.

import type { ClusterObject } from '../engine/objects.ts';

/** Which keys are kept. */
export type Keep =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'named';
      readonly labels: ReadonlySet<string>;
      readonly annotations: ReadonlySet<string>;
      readonly taints: boolean;
    };

/** The object without what is not kept. */
export function trimObject<T extends ClusterObject>(object: T, keep: Keep): T {
  if (keep.kind === 'all' || object.kind === 'EndpointSlice') return object;
  const labels = pick(object.labels, keep.labels);
  const annotations = pick(object.annotations, keep.annotations);
  if (object.kind === 'Service') return { ...object, labels, annotations };
  return { ...object, labels, annotations, taints: keep.taints ? object.taints : [] };
}

const NOTHING: Readonly<Record<string, string>> = {};

function pick(map: Readonly<Record<string, string>>, keys: ReadonlySet<string>): Readonly<Record<string, string>> {
  const kept = Object.entries(map).filter(([key]) => keys.has(key));
  return kept.length === 0 ? NOTHING : Object.fromEntries(kept);
}
