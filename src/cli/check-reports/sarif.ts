// Diagnostics as SARIF 2.1.0 (OASIS), which code scanning services and editors read.

import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../build-info.ts';
import type { Diagnostic, Fix, Label, Severity, SourceFile } from '../../dsl/index.ts';
import { type Region, regionOf, type Sources, sourcesByPath, textOf } from './place.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };

/** One log with one run, ready for JSON. */
export function toSarif(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): unknown {
  const byPath = sourcesByPath(sources);
  const rules = [...new Map(diagnostics.map(({ code, severity }) => [code, severity]))];
  const indexes = new Map(rules.map(([code], index) => [code, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bellbird',
            version,
            rules: rules.map(([id, severity]) => ({ id, defaultConfiguration: { level: LEVELS[severity] } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: sources.map(({ path }) => ({ location: toLocation(path) })),
        results: diagnostics.map((diagnostic) => toResult(diagnostic, indexes.get(diagnostic.code) ?? 0, byPath)),
      },
    ],
  };
}

function toResult(diagnostic: Diagnostic, ruleIndex: number, sources: Sources): unknown {
  const { code, severity, labels, fixes = [] } = diagnostic;
  const [primary, ...others] = labels.filter(({ path }) => path !== '');
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: textOf(diagnostic) },
    locations: primary === undefined ? [] : [{ physicalLocation: toPhysicalLocation(primary, sources) }],
    ...(others.length > 0 && { relatedLocations: others.map((label, id) => toRelated(label, id, sources)) }),
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => toFix(fix, sources)) }),
  };
}

function toRelated(label: Label, id: number, sources: Sources): unknown {
  return { id, message: { text: label.text }, physicalLocation: toPhysicalLocation(label, sources) };
}

function toFix({ title, edits }: Fix, sources: Sources): unknown {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: toLocation(path),
      replacements: edits
        .filter((edit) => edit.path === path)
        .map((edit) => ({
          deletedRegion: toRegion(regionOf(edit, sources)),
          insertedContent: { text: edit.newText },
        })),
    })),
  };
}

function toPhysicalLocation(label: Pick<Label, 'path' | 'span'>, sources: Sources): unknown {
  return { artifactLocation: toLocation(label.path), region: toRegion(regionOf(label, sources)) };
}

function toRegion({ start, end }: Region): unknown {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A relative path stays one, so that it is found in a repository. */
function toLocation(path: string): { readonly uri: string } {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split('/').map(encodeURIComponent).join('/') };
}
