/** A policy text and the path it was read from. Offsets are 0-based UTF-16 units. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Offset of the first character of every line. */
  readonly lineStarts: readonly number[];
}

/** A 1-based line and column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Builds a source file; a line ends at `\n`, so a `\r` before it belongs to the line. */
export function createSourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { path, text, lineStarts };
}

/** The position of an offset; an offset beyond the end is the position after the last character. */
export function positionAt(source: SourceFile, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStart(source, middle) <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - lineStart(source, low) + 1 };
}

/** The text of a 1-based line without its line end. */
export function lineText(source: SourceFile, line: number): string {
  const start = lineStart(source, line - 1);
  const end = source.lineStarts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/\r?\n$/, '');
}

function lineStart(source: SourceFile, index: number): number {
  return source.lineStarts[index] ?? source.text.length;
}
