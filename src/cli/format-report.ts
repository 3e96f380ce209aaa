// What `fmt` made of one file, and how it is told: a line or a difference for people, an object for other programs.

import { count } from '../agent/table.ts';
import { type Diagnostic, diagnosticsToJson, formatPolicy, renderDiagnostics, type SourceFile } from '../dsl/index.ts';
import type { CommandContext } from './command.ts';
import { renderLineDiff } from './line-diff.ts';
import { isColored } from './terminal.ts';

/** One file, or an entry that names none. */
export type FormatReport =
  | { readonly kind: 'changed'; readonly path: string; readonly before: string; readonly after: string }
  | { readonly kind: 'unchanged'; readonly path: string; readonly after: string }
  /** The text is no policy. */
  | {
      readonly kind: 'refused';
      readonly path: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: readonly SourceFile[];
    }
  /** It could not be read, or not be formatted for a reason that is not its author's. */
  | { readonly kind: 'failed'; readonly path: string; readonly message: string; readonly isFile: boolean };

/** Formats a text without writing it anywhere. */
export function formatContent(content: Buffer, path: string): FormatReport {
  const result = formatPolicy(content, path);
  if (result.kind === 'formatted') {
    // Compares bytes: a byte-order mark or a `\r` is a difference.
    const isSame = content.equals(Buffer.from(result.text));
    if (isSame) return { kind: 'unchanged', path, after: result.text };
    return { kind: 'changed', path, before: content.toString(), after: result.text };
  }
  if (result.why === 'unsound') return { kind: 'failed', path, message: result.message, isFile: true };
  return { kind: 'refused', path, diagnostics: result.diagnostics, sources: result.sources };
}

/** Tells what became of one file. */
export function tellReport(report: FormatReport, isCheck: boolean, { stdout, stderr }: CommandContext): void {
  switch (report.kind) {
    case 'changed':
      if (isCheck) stdout.write(renderLineDiff(report.before, report.after, report.path, isColored(stdout)));
      else stdout.write(`formatted ${report.path}\n`);
      return;
    case 'unchanged':
      return;
    case 'refused':
      stderr.write(renderDiagnostics(report.diagnostics, report.sources, { color: isColored(stderr) }));
      return;
    case 'failed':
      stderr.write(`error: ${report.message}\n`);
  }
}

/** The last line; empty where no file was found. */
export function summarize(reports: readonly FormatReport[], isCheck: boolean): string {
  const files = reports.filter((report) => report.kind !== 'failed' || report.isFile);
  if (files.length === 0) return '';
  const number = (...kinds: readonly FormatReport['kind'][]) => files.filter(({ kind }) => kinds.includes(kind)).length;
  const changed = `${count(number('changed'), 'file')} ${isCheck ? 'would be formatted' : 'formatted'}`;
  const refused = number('refused', 'failed');
  return `${changed}, ${number('unchanged')} unchanged${refused > 0 ? `, ${refused} refused` : ''}\n`;
}

/** Everything for other programs. `withText` adds what the texts become, for those that are written nowhere. */
export function reportsToJson(reports: readonly FormatReport[], isCheck: boolean, withText = false): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Format',
    check: isCheck,
    files: reports.map((report) => ({
      path: report.path,
      result: report.kind,
      diff: report.kind === 'changed' ? renderLineDiff(report.before, report.after, report.path, false) : null,
      message: report.kind === 'failed' ? report.message : null,
      diagnostics: report.kind === 'refused' ? diagnosticsToJson(report.diagnostics, report.sources) : [],
      ...(withText && { text: report.kind === 'changed' || report.kind === 'unchanged' ? report.after : null }),
    })),
  };
}
