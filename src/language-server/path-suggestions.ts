// Files that `include` and `cluster` can name: those of the folder of the file, and of the folders in it.

import { directoryOf } from '../dsl/editor.ts';
import type { FileView } from './policy-view.ts';

const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  include: ['*.bell'],
  cluster: ['*.yaml', '*.yml', '*.json'],
};

/** Paths relative to the file, sorted, the nearest first; none for a word that names no files. */
export function pathsFor(word: string | undefined, { path, policy }: FileView): readonly string[] {
  if (!path.startsWith('/')) return [];
  const patterns = Object.hasOwn(PATTERNS, word ?? '') ? (PATTERNS[word ?? ''] ?? []) : [];
  const folder = directoryOf(path);
  const found = ['', '*/'].flatMap((below) =>
    patterns.flatMap((pattern) => policy.glob(`${below}${pattern}`, path)).sort(),
  );
  return found.filter((other) => other !== path).map((other) => other.slice(folder.length));
}
