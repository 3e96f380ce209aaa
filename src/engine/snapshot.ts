// A complete picture of the cluster at one moment, and the changes between two moments.

import type { ClusterObject, EndpointSlice, Node, ObjectKey, Service } from './objects.ts';

/** Every object by key; complete when a source hands it over. */
export interface Snapshot {
  readonly services: ReadonlyMap<ObjectKey, Service>;
  readonly endpointSlices: ReadonlyMap<ObjectKey, EndpointSlice>;
  readonly nodes: ReadonlyMap<string, Node>;
}

/** One object that is new or different, or one that is gone. */
export type Change =
  | { readonly kind: 'upserted'; readonly object: ClusterObject }
  | { readonly kind: 'deleted'; readonly objectKind: ClusterObject['kind']; readonly key: ObjectKey };
