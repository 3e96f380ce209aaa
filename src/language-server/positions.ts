// The only place where offsets and the protocol's positions meet. Offsets are 0-based UTF-16 units everywhere else;
// positions are 0-based lines and UTF-16 columns.

import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SourceFile } from '../dsl/editor.ts';

/** Part of a text. */
export interface Offsets {
  readonly start: number;
  readonly end: number;
}

const documents = new WeakMap<SourceFile, TextDocument>();

/** The range of a part of a file. */
export function rangeOf({ start, end }: Offsets, source: SourceFile): Range {
  const document = documentOf(source);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** The position of an offset. */
export function positionOf(offset: number, source: SourceFile): Position {
  return documentOf(source).positionAt(offset);
}

/** The offset of a position; one beyond the end of a line is the end of that line. */
export function offsetOf(position: Position, source: SourceFile): number {
  return documentOf(source).offsetAt(position);
}

/** True if the offset is inside the part, or at its end, where a cursor behind a word still belongs to it. */
export function touches({ start, end }: Offsets, offset: number): boolean {
  return start <= offset && offset <= end;
}

function documentOf(source: SourceFile): TextDocument {
  const known = documents.get(source);
  if (known !== undefined) return known;
  const document = TextDocument.create(source.path, 'bellbird', 0, source.text);
  documents.set(source, document);
  return document;
}
