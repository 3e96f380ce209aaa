// Folding: blocks, lists over several lines, and comments of several lines. It needs the tokens only, so it stays while
// the text is broken.

import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';
import { lex, type SourceFile } from '../dsl/editor.ts';
import { positionOf } from './positions.ts';

/** Everything that can be folded in a file. */
export function foldingRangesOf(source: SourceFile): FoldingRange[] {
  const { tokens, comments } = lex(source, () => undefined);
  const lineOf = (offset: number): number => positionOf(offset, source).line;
  const ranges: FoldingRange[] = [];
  const open: number[] = [];
  for (const { image, startOffset } of tokens) {
    if (image === '{' || image === '(') open.push(lineOf(startOffset));
    else if (image === '}' || image === ')') {
      const startLine = open.pop();
      // The line of the closing brace stays visible.
      const endLine = lineOf(startOffset) - 1;
      if (startLine !== undefined && endLine > startLine) ranges.push({ startLine, endLine });
    }
  }
  return [...ranges, ...foldComments(ownLines(comments, source))].sort((a, b) => a.startLine - b.startLine);
}

/** Lines that hold nothing but a comment. */
function ownLines(comments: readonly { readonly startOffset: number }[], source: SourceFile): readonly number[] {
  return comments.flatMap(({ startOffset }) => {
    const { line, character } = positionOf(startOffset, source);
    return source.text.slice(startOffset - character, startOffset).trim() === '' ? [line] : [];
  });
}

function foldComments(lines: readonly number[]): readonly FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let start = lines[0];
  lines.forEach((line, index) => {
    if (start === undefined || lines[index + 1] === line + 1) return;
    if (line > start) ranges.push({ startLine: start, endLine: line, kind: FoldingRangeKind.Comment });
    start = lines[index + 1];
  });
  return ranges;
}
