// The difference of two texts by lines, in the unified form: `-` before lines that go, `+` before lines that come, two
// lines around them. A long difference is cut: it is for reading, not for patching.

import { styleText } from 'node:util';

/** A line of the difference; `before` and `after` are 0-based line numbers. */
interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  readonly before: number;
  readonly after: number;
}

const CONTEXT = 2;

/** Lines of one difference that are shown. */
const SHOWN = 60;

/** Larger tables are not worth their memory: everything between the first and the last difference is then replaced. */
const TABLE_LIMIT = 4_000_000;

/** Renders the difference with the name of the file above it. */
export function renderLineDiff(before: string, after: string, path: string, isColored: boolean): string {
  const lines = diffLines(toLines(before), toLines(after));
  const hunks = splitHunks(lines).flatMap((hunk) => [
    renderHead(hunk),
    ...hunk.map((line) => renderLine(line, isColored)),
  ]);
  const hidden = hunks.length - SHOWN;
  const shown = hidden > 0 ? [...hunks.slice(0, SHOWN), `… and ${hidden} more lines`] : hunks;
  return `${[`--- ${path}`, `+++ ${path}, formatted`, ...shown].join('\n')}\n`;
}

function toLines(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}<no line end>`];
}

function renderHead(hunk: readonly DiffLine[]): string {
  const [first] = hunk;
  const length = (sign: '-' | '+') => hunk.filter((line) => line.sign === ' ' || line.sign === sign).length;
  return `@@ -${(first?.before ?? 0) + 1},${length('-')} +${(first?.after ?? 0) + 1},${length('+')} @@`;
}

function renderLine({ sign, text }: DiffLine, isColored: boolean): string {
  // What cannot be seen is shown, since it may be all that differs.
  const line = `${sign}${text.replaceAll('\r', '␍').replace('\uFEFF', '<byte-order mark>')}`;
  if (!isColored || sign === ' ') return line;
  return styleText(sign === '-' ? 'red' : 'green', line, { validateStream: false });
}

/** Changed lines with those around them; lines far from any change are left out. */
function splitHunks(lines: readonly DiffLine[]): readonly (readonly DiffLine[])[] {
  const hunks: DiffLine[][] = [];
  let lastShown = -2;
  lines.forEach((line, index) => {
    const around = lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1);
    if (around.every(({ sign }) => sign === ' ')) return;
    if (index === lastShown + 1) hunks.at(-1)?.push(line);
    else hunks.push([line]);
    lastShown = index;
  });
  return hunks;
}

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const middle = diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [
    ...before.slice(0, start).map((text, line): DiffLine => ({ sign: ' ', text, before: line, after: line })),
    ...middle.map((line) => ({ ...line, before: line.before + start, after: line.after + start })),
    ...before.slice(before.length - end).map((text, line): DiffLine => {
      return { sign: ' ', text, before: before.length - end + line, after: after.length - end + line };
    }),
  ];
}

/** Walks along a longest common subsequence; what goes stands before what comes. */
function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    const position = { before: i, after: j };
    if (old !== undefined && old === fresh && common(i, j) > 0) {
      lines.push({ ...position, sign: ' ', text: old });
      [i, j] = [i + 1, j + 1];
    } else if (old !== undefined && (fresh === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ ...position, sign: '-', text: old });
      i += 1;
    } else {
      lines.push({ ...position, sign: '+', text: fresh ?? '' });
      j += 1;
    }
  }
  return lines;
}

/** How many lines what follows two places has in common; 0 throughout where the table would be too large. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1;
  if ((before.length + 1) * width > TABLE_LIMIT) return () => 0;
  const table = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      table[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
