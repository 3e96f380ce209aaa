// The objects of several files -> one snapshot. An object that stands twice is taken from the first place, in the order
// of the files; the problem names both places.

import type { Snapshot } from '../engine/snapshot.ts';
import { snapshotOf } from '../engine/snapshot.ts';
import { type ObjectId, objectId } from './decode.ts';
import type { ManifestObject } from './manifest-text.ts';
import type { SourceProblem } from './source.ts';

/** The objects of one file. */
export interface ManifestFile {
  readonly path: string;
  readonly objects: readonly ManifestObject[];
  /** The file is gone or empty and that is not confirmed yet: its objects stand only where no other file has them. */
  readonly doubtful: boolean;
}

/** Joins files that stand in the order of precedence. */
export function mergeManifests(files: readonly ManifestFile[]): {
  readonly snapshot: Snapshot;
  readonly problems: readonly SourceProblem[];
} {
  const seen = new Map<ObjectId, { readonly item: ManifestObject; readonly where: string }>();
  const problems: SourceProblem[] = [];
  const inOrder = [...files.filter((file) => !file.doubtful), ...files.filter((file) => file.doubtful)];
  for (const { path, objects, doubtful } of inOrder) {
    for (const item of objects) {
      const id = objectId(item.object);
      const first = seen.get(id);
      if (first === undefined) seen.set(id, { item, where: `${path}:${item.line}` });
      else if (!doubtful) {
        problems.push({
          where: `${path}:${item.line}`,
          message: `${id} stands at ${first.where} already; that one is used`,
        });
      }
    }
  }
  return { snapshot: snapshotOf([...seen.values()].map(({ item }) => item.object)), problems };
}
