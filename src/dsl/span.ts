// A span says where in which file a piece of policy text stands. It carries its file, so that a check can point
// at a place without knowing how the policy was put together from files.

import type { Place } from './place.ts';
import { positionAt, type SourceFile } from './source-file.ts';

/** Part of a source file: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that holds both, which must be in one file. */
export function mergeSpans(a: Span, b: Span): Span {
  return { source: a.source, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** The text the span covers. */
export function spanText(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}

/** The place of the span's first character. */
export function placeOf(span: Span): Place {
  return { path: span.source.path, ...positionAt(span.source, span.start) };
}
