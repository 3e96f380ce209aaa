// Formatting. A text with syntax errors stays as it is: its diagnostics say why. Only the lines that differ are
// replaced, so that cursors and folds elsewhere stay.

import type { TextEdit } from 'vscode-languageserver';
import { formatPolicy, type SourceFile } from '../dsl/editor.ts';
import { rangeOf } from './positions.ts';

/** The edits that format a file, or the bug that was noticed in time. */
export type Formatting =
  | { readonly kind: 'edits'; readonly edits: TextEdit[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Formats a file. */
export function format(source: SourceFile): Formatting {
  const formatted = formatPolicy(source.text, source.path);
  if (formatted.kind === 'formatted') return { kind: 'edits', edits: editsBetween(source, formatted.text) };
  return formatted.why === 'syntax' ? { kind: 'edits', edits: [] } : { kind: 'failed', message: formatted.message };
}

/** One edit for everything between the first and the last line that differ. */
function editsBetween(source: SourceFile, after: string): TextEdit[] {
  if (source.text === after) return [];
  const before = source.text.split(/(?<=\n)/);
  const wanted = after.split(/(?<=\n)/);
  const most = Math.min(before.length, wanted.length);
  let first = 0;
  while (first < most && before[first] === wanted[first]) first++;
  let last = 0;
  while (last < most - first && before[before.length - 1 - last] === wanted[wanted.length - 1 - last]) last++;
  const start = lengthOf(before.slice(0, first));
  const end = source.text.length - lengthOf(before.slice(before.length - last));
  return [{ range: rangeOf({ start, end }, source), newText: wanted.slice(first, wanted.length - last).join('') }];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
