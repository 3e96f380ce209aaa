// Diagnostics as GitHub workflow commands, one a line: each becomes an annotation at its place in a pull request.
// Hints are left out: they are for who writes, not for who reviews.

import type { Diagnostic, SourceFile } from '../../dsl/index.ts';
import { regionOf, type Sources, sourcesByPath, textOf } from './place.ts';

/** Renders workflow commands; empty without diagnostics. */
export function renderGithub(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  const byPath = sourcesByPath(sources);
  const shown = diagnostics.filter(({ severity }) => severity !== 'hint');
  return shown.map((diagnostic) => `${renderCommand(diagnostic, byPath)}\n`).join('');
}

function renderCommand(diagnostic: Diagnostic, sources: Sources): string {
  const properties = Object.entries(propertiesOf(diagnostic, sources));
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${diagnostic.severity} ${list}::${escapeData(textOf(diagnostic))}`;
}

function propertiesOf({ code, labels: [primary] }: Diagnostic, sources: Sources): Record<string, string | number> {
  if (primary === undefined || primary.path === '') return { title: code };
  const { path, start, end } = regionOf(primary, sources);
  const place = { file: path, line: start.line, endLine: end.line };
  // Columns are understood within one line only; the last one is part of the place.
  if (start.line !== end.line) return { ...place, title: code };
  return { ...place, col: start.column, endColumn: Math.max(start.column, end.column - 1), title: code };
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
