// Where a piece of tree stands, as data that can be moved: the one place where spans change after they were made. Their
// owner is the memory of the parser, and nobody looks at a tree of a text that is no longer there.

import type { SourceFile } from '../source-file.ts';

/** A span of a tree. */
export interface MovableSpan {
  source: SourceFile;
  start: number;
  end: number;
}

/** Every span in a tree of plain data. */
export function collectSpans(tree: unknown): readonly MovableSpan[] {
  const found = new Set<MovableSpan>();
  const open = [tree];
  for (let node = open.pop(); open.length > 0 || node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if (isSpan(node)) found.add(node);
    else open.push(...Object.values(node));
  }
  return [...found];
}

/** Moves spans into another text of their file. */
export function moveSpans(spans: readonly MovableSpan[], source: SourceFile, by: number): void {
  for (const span of spans) {
    span.source = source;
    span.start += by;
    span.end += by;
  }
}

function isSpan(node: object): node is MovableSpan {
  return 'source' in node && 'start' in node && 'end' in node;
}
