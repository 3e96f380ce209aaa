// What the clusters of a policy's tests tell an editor: names, label keys and values that really occur. Reading manifests
// is the caller's business; here the answers are kept until something on disk changes.

import type { Analysis } from '../dsl/editor.ts';
import { directoryOf, joinPath } from '../dsl/editor.ts';

/** A Node or Service as far as completion is concerned. */
export interface FixtureObject {
  readonly namespace?: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints?: readonly string[];
}

/** The objects of some clusters. */
export interface Fixtures {
  readonly nodes: readonly FixtureObject[];
  readonly services: readonly FixtureObject[];
}

/** Reads files and folders of manifests; what cannot be read is left out. */
export type ReadFixtures = (paths: readonly string[]) => Promise<Fixtures>;

/** Fixtures by what a policy's tests name. */
export interface FixtureCache {
  of(analysis: Analysis): Promise<Fixtures>;
  clear(): void;
}

/** Creates an empty cache. */
export function createFixtureCache(read: ReadFixtures): FixtureCache {
  const known = new Map<string, Promise<Fixtures>>();
  return {
    of(analysis) {
      const paths = fixturePaths(analysis);
      if (paths.length === 0) return Promise.resolve({ nodes: [], services: [] });
      const key = paths.join('\n');
      const found = known.get(key) ?? read(paths).catch(() => ({ nodes: [], services: [] }));
      known.set(key, found);
      return found;
    },
    clear: () => known.clear(),
  };
}

/** The `cluster` paths of all tests, relative to the files that name them. */
export function fixturePaths({ model }: Analysis): readonly string[] {
  const paths = model.statements.flatMap((statement) =>
    statement.kind === 'test'
      ? statement.clusters.map(({ value, span }) => joinPath(directoryOf(span.source.path), value))
      : [],
  );
  return [...new Set(paths)].sort();
}
