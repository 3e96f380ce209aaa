// Code actions: the repairs that diagnostics carry, one by one and all of a file at once.

import { type CodeAction, CodeActionKind, type Diagnostic, type Range, type TextEdit } from 'vscode-languageserver';
import type { Edit, Fix, SourceFile } from '../dsl/editor.ts';
import type { FileView } from './policy-view.ts';
import { offsetOf, rangeOf } from './positions.ts';

/** All repairs of a file at once. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.bellbird`;

/** What the editor asks about. */
export interface ActionRequest {
  readonly range: Range;
  /** Kinds that are wanted; all if undefined. */
  readonly only: readonly string[] | undefined;
  /** The diagnostics that the editor shows there. */
  readonly shown: readonly Diagnostic[];
}

/** The actions for a part of a file. */
export function codeActionsAt(file: FileView, request: ActionRequest, uriOf: (path: string) => string): CodeAction[] {
  const wants = (kind: string): boolean =>
    request.only === undefined || request.only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  return [
    ...(wants(CodeActionKind.QuickFix) ? quickFixes(file, request, uriOf) : []),
    ...(wants(FIX_ALL) ? fixAll(file, uriOf) : []),
  ];
}

function quickFixes(
  file: FileView,
  { range, shown }: ActionRequest,
  uriOf: (path: string) => string,
): readonly CodeAction[] {
  const start = offsetOf(range.start, file.source);
  const end = offsetOf(range.end, file.source);
  return file.policy.analysis.diagnostics.flatMap(({ code, labels: [primary], fixes = [] }) => {
    if (primary === undefined || primary.path !== file.path) return [];
    if (primary.span.start > end || primary.span.end < start) return [];
    const place = JSON.stringify(rangeOf(primary.span, file.source));
    const diagnostics = shown.filter((other) => other.code === code && JSON.stringify(other.range) === place);
    return fixes.map((fix) => ({
      title: titleOf(fix),
      kind: CodeActionKind.QuickFix,
      diagnostics,
      isPreferred: fixes.length === 1,
      edit: { changes: changesOf(fix.edits, file, uriOf) },
    }));
  });
}

/** Every certain repair that touches this file only; of two that overlap the first. */
function fixAll(file: FileView, uriOf: (path: string) => string): readonly CodeAction[] {
  const chosen: Edit[] = [];
  for (const fix of file.policy.analysis.diagnostics.flatMap(({ fixes = [] }) => fixes.slice(0, 1))) {
    if (!fix.certain) continue;
    const isOwn = fix.edits.every(({ path }) => path === file.path);
    if (isOwn && !fix.edits.some((edit) => chosen.some((other) => overlap(edit, other)))) chosen.push(...fix.edits);
  }
  if (chosen.length === 0) return [];
  const edit = { changes: changesOf(chosen, file, uriOf) };
  return [{ title: 'Apply every certain fix of this file', kind: FIX_ALL, edit }];
}

function overlap(a: Edit, b: Edit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}

function changesOf(
  edits: readonly Edit[],
  { policy }: FileView,
  uriOf: (path: string) => string,
): Record<string, TextEdit[]> {
  const sources = new Map<string, SourceFile>(policy.analysis.sources.map((source) => [source.path, source]));
  const changes: Record<string, TextEdit[]> = {};
  for (const { path, span, newText } of edits) {
    const source = sources.get(path);
    if (source === undefined) continue;
    const uri = uriOf(path);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span, source), newText }];
  }
  return changes;
}

/** `replace it with \`a\`` → `Replace it with a`: titles are plain text. */
function titleOf({ title }: Fix): string {
  const plain = title.replaceAll('`', '');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
