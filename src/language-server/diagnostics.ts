// Diagnostics of the language → diagnostics of the protocol, for every file of a policy.

import {
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as EditorDiagnostic,
} from 'vscode-languageserver';
import { createSourceFile, type Diagnostic, type Label, type SourceFile } from '../dsl/editor.ts';
import type { PolicyView } from './policy-view.ts';
import { rangeOf } from './positions.ts';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;

/** What this version does not carry out is right all the same, and nothing that an author has to repair. */
const NOT_YET = 'not-yet-supported';

/** Codes of text that could as well not be there, which editors show paler. */
const UNNECESSARY: ReadonlySet<string> = new Set(['unused-name', 'unreachable-rule']);

/** How diagnostics are shown. */
export interface DiagnosticOptions {
  /** Whether the editor can show other places beside a diagnostic; if not, they stand in its text. */
  readonly relatedInformation: boolean;
  readonly uriOf: (path: string) => string;
}

/** The diagnostics of a policy by URI; every file of the policy is in it, also without any. */
export function diagnosticsByUri(
  { analysis }: PolicyView,
  options: DiagnosticOptions,
): ReadonlyMap<string, readonly EditorDiagnostic[]> {
  const sources = new Map(analysis.sources.map((source) => [source.path, source]));
  const found = new Map(analysis.sources.map(({ path }) => [options.uriOf(path), [] as EditorDiagnostic[]]));
  for (const diagnostic of analysis.diagnostics) {
    const [primary] = diagnostic.labels;
    // What is wrong with an entry as such (an empty folder) has no place that an editor could show.
    const source = primary && sources.get(primary.path);
    if (primary === undefined || source === undefined) continue;
    found.get(options.uriOf(primary.path))?.push(toEditorDiagnostic(diagnostic, primary, sources, options));
  }
  return found;
}

function toEditorDiagnostic(
  diagnostic: Diagnostic,
  primary: Label,
  sources: ReadonlyMap<string, SourceFile>,
  options: DiagnosticOptions,
): EditorDiagnostic {
  const { severity, code, labels, fixes } = diagnostic;
  const others = labels.filter((label) => label !== primary && label.text !== '');
  const related = options.relatedInformation ? others.map((label) => relatedTo(label, sources, options)) : [];
  return {
    range: rangeOf(primary.span, sourceOf(primary.path, sources)),
    severity: code === NOT_YET ? DiagnosticSeverity.Information : SEVERITIES[severity],
    code,
    source: 'bellbird',
    message: textOf(diagnostic, options.relatedInformation ? [] : others),
    ...(related.length > 0 && { relatedInformation: related }),
    ...(UNNECESSARY.has(code) && { tags: [DiagnosticTag.Unnecessary] }),
    ...(fixes !== undefined && { data: { fixable: true } }),
  };
}

/** The message with its facts and its advice, one a line. */
function textOf({ message, notes, help }: Diagnostic, others: readonly Label[]): string {
  return [
    message,
    ...others.map(({ text }) => `also: ${text}`),
    ...notes.map((note) => `note: ${note}`),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ].join('\n');
}

function relatedTo(
  { path, span, text }: Label,
  sources: ReadonlyMap<string, SourceFile>,
  { uriOf }: DiagnosticOptions,
): DiagnosticRelatedInformation {
  return { location: { uri: uriOf(path), range: rangeOf(span, sourceOf(path, sources)) }, message: text };
}

function sourceOf(path: string, sources: ReadonlyMap<string, SourceFile>): SourceFile {
  return sources.get(path) ?? createSourceFile(path, '');
}
