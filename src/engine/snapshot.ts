// A complete picture of the cluster at one moment, and the changes between two moments.

import type { ClusterObject, EndpointSlice, Node, ObjectKey, Service } from './objects.ts';
import { objectKey } from './objects.ts';
import { sameValue } from './same-value.ts';

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

/** A cluster without any object. */
export function emptySnapshot(): Snapshot {
  return snapshotOf([]);
}

/** The snapshot that holds these objects; of two with one kind and key the later one counts. */
export function snapshotOf(objects: Iterable<ClusterObject>): Snapshot {
  const services = new Map<ObjectKey, Service>();
  const endpointSlices = new Map<ObjectKey, EndpointSlice>();
  const nodes = new Map<string, Node>();
  for (const object of objects) {
    switch (object.kind) {
      case 'Service':
        services.set(objectKey(object), object);
        break;
      case 'EndpointSlice':
        endpointSlices.set(objectKey(object), object);
        break;
      case 'Node':
        nodes.set(objectKey(object), object);
        break;
    }
  }
  return { services, endpointSlices, nodes };
}

/** What turns `before` into `after`: nodes, then services, then slices; in each, deletions first, by key. */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly Change[] {
  return [
    ...diffObjects('Node', before.nodes, after.nodes),
    ...diffObjects('Service', before.services, after.services),
    ...diffObjects('EndpointSlice', before.endpointSlices, after.endpointSlices),
  ];
}

function diffObjects<T extends ClusterObject>(
  objectKind: T['kind'],
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): readonly Change[] {
  const deleted = [...before.keys()].filter((key) => !after.has(key)).sort();
  const upserted = [...after].filter(([key, object]) => !sameValue(before.get(key), object));
  upserted.sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...deleted.map((key): Change => ({ kind: 'deleted', objectKind, key })),
    ...upserted.map(([, object]): Change => ({ kind: 'upserted', object })),
  ];
}
