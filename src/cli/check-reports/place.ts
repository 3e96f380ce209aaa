// Where a diagnostic is, as reports for other programs say it.

import { type Diagnostic, type Label, type Position, positionAt, type SourceFile } from '../../dsl/index.ts';

/** A part of a file; lines and columns are 1-based, `end` is exclusive. */
export interface Region {
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
}

/** The files of a policy by their paths. */
export type Sources = ReadonlyMap<string, SourceFile>;

/** Collects files by their paths. */
export function sourcesByPath(sources: readonly SourceFile[]): Sources {
  return new Map(sources.map((source) => [source.path, source]));
}

/** Where a span of a file is; the beginning of a file that could not be read. */
export function regionOf({ path, span }: Pick<Label, 'path' | 'span'>, sources: Sources): Region {
  const source = sources.get(path);
  const at = (offset: number) => (source === undefined ? { line: 1, column: 1 } : positionAt(source, offset));
  return { path, start: at(span.start), end: at(span.end) };
}

/** Message, facts and advice as one text, a line each. */
export function textOf({ message, labels, notes, help }: Diagnostic): string {
  const label = labels[0]?.text;
  return [
    message,
    ...(label === undefined || label === '' ? [] : [label]),
    ...notes.map((note) => `note: ${note}`),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ].join('\n');
}
