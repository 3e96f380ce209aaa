// Lines of output before their columns are aligned.

import { displayWidth } from '../text-width.ts';
import type { Comment } from './comments.ts';

/** No line is longer where it can be helped. */
export const LINE_WIDTH = 100;

/** Columns of one level. */
export const INDENT = 2;

/** Columns by which the second and further lines of a statement, setting or rule stand right of the first. */
export const CONTINUATION = 4;

/** One line of output. */
export interface Line {
  readonly indent: number;
  /** The code, cut at the columns that may be aligned; none on a line that has a comment only. */
  readonly cells: readonly Cell[];
  /** The comment at the end of the line, or the only thing on it. */
  readonly comment: string | undefined;
  /** True for a comment that goes on below the one at the end of the line before. */
  readonly continues: boolean;
  readonly blankBefore: boolean;
  /** Lines of one kind that follow each other are aligned; undefined for a line that is aligned with none. */
  readonly row: string | undefined;
}

/** Part of a line's code. */
export interface Cell {
  readonly text: string;
  /** Spaces before it where nothing is aligned. */
  readonly gap: number;
}

/** A line of code. */
export function codeLine(indent: number, code: string, suffix: readonly Comment[], blankBefore = false): Line {
  const cells = code === '' ? [] : [{ text: code, gap: 0 }];
  return { indent, cells, comment: suffix[0]?.text, continues: false, blankBefore, row: undefined };
}

/** A comment on a line of its own. */
export function commentLine(indent: number, comment: Comment): Line {
  const { text, blankBefore } = comment;
  return { indent, cells: [], comment: text, continues: false, blankBefore, row: undefined };
}

/** The further lines of a comment that started at the end of a line. */
export function continuationLines(indent: number, suffix: readonly Comment[]): readonly Line[] {
  return suffix.slice(1).map((comment) => ({ ...commentLine(indent, comment), continues: true }));
}

/** The code with its natural gaps. */
export function codeOf({ cells }: Line): string {
  return cells.map(({ text, gap }) => `${' '.repeat(gap)}${text}`).join('');
}

/** Columns of indentation and code. */
export function widthOf(line: Line): number {
  return line.indent + displayWidth(codeOf(line));
}
