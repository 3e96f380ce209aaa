// The objects of one list-watch as last read, and what each list or event changes in them.
// Events may come twice or late: one that is older than what is known of its object changes nothing. A change to what the
// engine does not read is no change.

import type { ClusterObject, ObjectKey } from '../../engine/objects.ts';
import { sameValue } from '../../engine/same-value.ts';
import type { Change } from '../../engine/snapshot.ts';
import { isNotNewer } from './versions.ts';

/** An object and the version it was read at. */
export interface StoredObject {
  readonly object: ClusterObject;
  readonly version: string;
}

/** All objects there were at one version. */
export interface CompleteList {
  readonly version: string;
  readonly objects: ReadonlyMap<ObjectKey, StoredObject>;
  /** Objects that are there but could not be read. */
  readonly unreadable: ReadonlySet<ObjectKey>;
}

/** Keeps the objects of one kind. */
export interface ObjectStore {
  readonly size: number;
  objects(): Iterable<ClusterObject>;
  has(key: ObjectKey): boolean;
  /** Takes a complete list read at `version`. Keys in `unreadable` keep what is known of them. */
  replace(list: CompleteList): readonly Change[];
  upsert(key: ObjectKey, stored: StoredObject): Change | undefined;
  remove(key: ObjectKey, version: string): Change | undefined;
}

/** So many deletions are remembered, to know a late event of a deleted object for what it is. */
const GRAVE_LIMIT = 1_000;

/** Creates an empty store. */
export function createObjectStore(objectKind: ClusterObject['kind']): ObjectStore {
  return new MapStore(objectKind);
}

class MapStore implements ObjectStore {
  readonly #kind: ClusterObject['kind'];
  readonly #graves = new Map<ObjectKey, string>();
  #stored = new Map<ObjectKey, StoredObject>();
  #listed: string | undefined;

  constructor(kind: ClusterObject['kind']) {
    this.#kind = kind;
  }

  get size(): number {
    return this.#stored.size;
  }

  *objects(): Iterable<ClusterObject> {
    for (const { object } of this.#stored.values()) yield object;
  }

  has(key: ObjectKey): boolean {
    return this.#stored.has(key);
  }

  replace({ version, objects, unreadable }: CompleteList): readonly Change[] {
    const before = this.#stored;
    const next = new Map<ObjectKey, StoredObject>();
    const changes: Change[] = [];
    for (const [key, stored] of objects) {
      const known = before.get(key);
      const same = known !== undefined && sameValue(known.object, stored.object);
      // The known object stays, so that an unchanged relist leaves no second copy in memory.
      next.set(key, same ? { object: known.object, version: stored.version } : stored);
      if (!same) changes.push({ kind: 'upserted', object: stored.object });
    }
    for (const [key, known] of before) {
      if (next.has(key)) continue;
      if (unreadable.has(key)) next.set(key, known);
      else changes.push({ kind: 'deleted', objectKind: this.#kind, key });
    }
    this.#stored = next;
    this.#listed = version;
    this.#graves.clear();
    return changes;
  }

  upsert(key: ObjectKey, stored: StoredObject): Change | undefined {
    const known = this.#stored.get(key);
    const last = this.#lastVersion(key);
    if (last !== undefined && isNotNewer(stored.version, last)) return undefined;
    this.#graves.delete(key);
    if (known !== undefined && sameValue(known.object, stored.object)) {
      this.#stored.set(key, { object: known.object, version: stored.version });
      return undefined;
    }
    this.#stored.set(key, stored);
    return { kind: 'upserted', object: stored.object };
  }

  remove(key: ObjectKey, version: string): Change | undefined {
    const known = this.#stored.get(key);
    const last = this.#lastVersion(key);
    if (last !== undefined && isNotNewer(version, last) && version !== known?.version) return undefined;
    this.#bury(key, version);
    if (known === undefined) return undefined;
    this.#stored.delete(key);
    return { kind: 'deleted', objectKind: this.#kind, key };
  }

  /** What an event about the object must be newer than: an object that the list did not have was gone at its version. */
  #lastVersion(key: ObjectKey): string | undefined {
    return this.#stored.get(key)?.version ?? this.#graves.get(key) ?? this.#listed;
  }

  #bury(key: ObjectKey, version: string): void {
    this.#graves.delete(key);
    this.#graves.set(key, version);
    if (this.#graves.size <= GRAVE_LIMIT) return;
    const [oldest] = this.#graves.keys();
    if (oldest !== undefined) this.#graves.delete(oldest);
  }
}
