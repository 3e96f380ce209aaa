// Lines → the same lines with aligned columns. Only lines that follow each other directly are aligned: a blank line, a
// comment on a line of its own, or an item of several lines ends a run, so that a change moves few other lines.
//
// The first words of settings, the names of `let`, `range` and `peer`, what is excluded, and the nodes and verdicts of
// expectations make columns; so do the comments behind lines. Nothing is aligned beyond the line width.

import { displayWidth } from '../text-width.ts';
import { codeOf, LINE_WIDTH, type Line, widthOf } from './line.ts';

/** A setting's word that is longer stands for itself: it would push all the others far to the right. */
const LONGEST_WORD = 20;

/** Comments behind wider code are aligned with no others. */
const WIDEST_COMMENTED = 60;

/** Between the columns of settings, and before a comment. */
const GAP = 2;

/** Aligns all columns. */
export function alignColumns(lines: readonly Line[]): readonly Line[] {
  const aligned = splitRuns(lines, isSameRow).flatMap(alignRun);
  return splitRuns(aligned, isSameCommentRun).flatMap(alignComments);
}

/** Splits lines where two that follow each other do not belong together. */
function splitRuns(lines: readonly Line[], belong: (a: Line, b: Line) => boolean): readonly (readonly Line[])[] {
  const runs: Line[][] = [];
  let previous: Line | undefined;
  for (const line of lines) {
    if (previous !== undefined && belong(previous, line)) runs.at(-1)?.push(line);
    else runs.push([line]);
    previous = line;
  }
  return runs;
}

function isSameRow(a: Line, b: Line): boolean {
  return a.row !== undefined && a.row === b.row && a.indent === b.indent && !b.blankBefore;
}

/** Aligns as many columns as fit; rows that are too long for even the first one stay as they are and part the run. */
function alignRun(run: readonly Line[]): readonly Line[] {
  if (run.length < 2) return run;
  const columns = greatest(run.map(({ cells }) => cells.length - 1));
  for (let count = columns; count > 0; count--) {
    const aligned = padCells(run, count);
    if (!aligned.some((line, index) => isPushedOut(line, run[index]))) return aligned;
  }
  if (columns <= 0) return run;
  const narrow = padCells(run, 1).map((line, index) => (isPushedOut(line, run[index]) ? undefined : run[index]));
  // What is left of the run is no wider than before, so that this goes no deeper.
  return splitAtGaps(run, narrow).flatMap((part) => (part.length < run.length ? alignRun(part) : part));
}

/** True for a row that is too long only because it is aligned. */
function isPushedOut(aligned: Line, natural: Line | undefined): boolean {
  return widthOf(aligned) > LINE_WIDTH && natural !== undefined && widthOf(natural) <= LINE_WIDTH;
}

/** Every line that is missing from `kept` alone, and what stands between such lines together. */
function splitAtGaps(run: readonly Line[], kept: readonly (Line | undefined)[]): readonly (readonly Line[])[] {
  const parts: Line[][] = [];
  run.forEach((line, index) => {
    const isKept = kept[index] !== undefined && kept[index - 1] !== undefined;
    const last = parts.at(-1);
    if (isKept && last !== undefined) last.push(line);
    else parts.push([line]);
  });
  return parts;
}

function padCells(run: readonly Line[], columns: number): readonly Line[] {
  let padded = run;
  for (let column = 0; column < columns; column++) padded = padColumn(padded, column);
  return padded;
}

function padColumn(run: readonly Line[], column: number): readonly Line[] {
  const members = run.filter((line) => isInColumn(line, column));
  const width = greatest(members.map((line) => cellWidth(line, column)));
  const isTable = members.length > 1;
  return run.map((line) => {
    if (!isInColumn(line, column)) return line;
    const cells = line.cells.map((cell, index) => {
      if (index !== column + 1) return cell;
      const natural = line.row === 'setting' && isTable ? GAP : cell.gap;
      return { ...cell, gap: natural + width - cellWidth(line, column) };
    });
    return { ...line, cells };
  });
}

function cellWidth({ cells }: Line, column: number): number {
  return displayWidth(cells[column]?.text ?? '');
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

function isInColumn(line: Line, column: number): boolean {
  return line.cells.length > column + 1 && (line.row !== 'setting' || cellWidth(line, column) <= LONGEST_WORD);
}

function isSameCommentRun(a: Line, b: Line): boolean {
  if (b.continues) return true;
  return isBehindCode(a) && isBehindCode(b) && a.indent === b.indent && !b.blankBefore;
}

/** A comment behind a `}` speaks of the whole block, not to its neighbours; one behind long code stands too far away. */
function isBehindCode(line: Line): boolean {
  if (line.comment === undefined) return false;
  return line.continues || (line.cells.length > 0 && codeOf(line) !== '}' && widthOf(line) <= WIDEST_COMMENTED);
}

/** Comments are cells after everything else, two spaces away from the widest code. */
function alignComments(run: readonly Line[]): readonly Line[] {
  const width = greatest(run.map(widthOf).filter((own) => own <= WIDEST_COMMENTED));
  let column = 0;
  return run.map((line) => {
    if (line.comment === undefined || (line.cells.length === 0 && !line.continues)) return line;
    if (!line.continues) column = Math.max(width, widthOf(line)) + GAP;
    // A line without code has no indentation of its own.
    if (line.continues) return { ...line, indent: 0, cells: [{ text: line.comment, gap: column }], comment: undefined };
    const comment = { text: line.comment, gap: column - widthOf(line) };
    return { ...line, cells: [...line.cells, comment], comment: undefined };
  });
}

/** The text of a line without its line end. */
export function lineText(line: Line): string {
  if (line.cells.length === 0) return `${' '.repeat(line.indent)}${line.comment ?? ''}`;
  return ' '.repeat(line.indent) + codeOf(line);
}
