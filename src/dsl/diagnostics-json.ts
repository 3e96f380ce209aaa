// Diagnostics → the JSON that `check -o json` prints: places are lines and columns, absent values are null.

import type { Diagnostic, Severity } from './diagnostic.ts';
import { type Position, positionAt, type SourceFile } from './source-file.ts';

/** A diagnostic for other programs. Lines and columns are 1-based; `end` is exclusive. */
export interface JsonDiagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly labels: readonly JsonLabel[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly fixes: readonly JsonFix[];
}

export interface JsonSpan {
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}

export interface JsonLabel extends JsonSpan {
  readonly text: string;
  readonly primary: boolean;
}

export interface JsonFix {
  readonly title: string;
  /** Whether `check --fix` applies it. */
  readonly certain: boolean;
  readonly edits: readonly (JsonSpan & { readonly newText: string })[];
}

/** Converts diagnostics; hints are included. */
export function diagnosticsToJson(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
): readonly JsonDiagnostic[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return diagnostics.map(({ severity, code, message, labels, notes, help, fixes }) => ({
    severity,
    code,
    message,
    labels: labels.map((label) => ({ ...toSpan(label, byPath), text: label.text, primary: label.primary })),
    notes,
    help: help ?? null,
    fixes: (fixes ?? []).map((fix) => ({
      title: fix.title,
      certain: fix.certain,
      edits: fix.edits.map((edit) => ({ ...toSpan(edit, byPath), newText: edit.newText })),
    })),
  }));
}

function toSpan(
  item: { readonly path: string; readonly span: { readonly start: number; readonly end: number } },
  sources: ReadonlyMap<string, SourceFile>,
): JsonSpan {
  const source = sources.get(item.path);
  const at = (offset: number) => (source === undefined ? { line: 1, column: 1 } : positionAt(source, offset));
  return { path: item.path, start: at(item.span.start), end: at(item.span.end) };
}
