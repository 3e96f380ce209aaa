// Repairs of diagnostics → new texts of files. Pure: reading, checking again and writing is the command's part.

import type { Diagnostic, Edit, Fix } from '../dsl/index.ts';

/** The certain fixes that go together: of two that touch the same place the first. */
export function chooseFixes(diagnostics: readonly Diagnostic[]): readonly Fix[] {
  const chosen: Fix[] = [];
  for (const fix of diagnostics.flatMap(({ fixes = [] }) => fixes)) {
    const isFree = !fix.edits.some((edit) => chosen.some((other) => other.edits.some((taken) => touch(edit, taken))));
    if (fix.certain && isFree) chosen.push(fix);
  }
  return chosen;
}

/** The text with every edit made; edits must not touch each other. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  // From the end, so that offsets before it stay true.
  for (const { span, newText } of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, span.start) + newText + result.slice(span.end);
  }
  return result;
}

/** Neighbours count: two repairs at one place may be two ways to say the same. */
function touch(a: Edit, b: Edit): boolean {
  return a.path === b.path && a.span.start <= b.span.end && b.span.start <= a.span.end;
}
