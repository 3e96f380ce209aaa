// Items → lines: which item stands on one line, which block is opened, where the comments go. An item is tried on one
// line first. A block that the author wrote on one line stays there if it fits and holds no comment.

import type { Comment } from './comments.ts';
import { concat, type Doc, flatText, group, hasInnerComment, join, space, toDoc } from './doc.ts';
import type { Block, Item } from './item.ts';
import {
  type Cell,
  codeLine,
  codeOf,
  commentLine,
  continuationLines,
  INDENT,
  LINE_WIDTH,
  type Line,
  widthOf,
} from './line.ts';
import { renderDoc } from './render-doc.ts';

/** Lays out the items of a file or a block, and the comments after the last one. */
export function layOut(items: readonly Item[], after: readonly Comment[], indent: number): readonly Line[] {
  const lines = [
    ...items.flatMap((item) => layOutItem(item, indent)),
    ...after.map((comment) => commentLine(indent, comment)),
  ];
  const [first, ...rest] = lines;
  return first === undefined ? [] : [{ ...first, blankBefore: false }, ...rest];
}

function layOutItem(item: Item, indent: number): readonly Line[] {
  const comments = item.leading.map((comment) => commentLine(indent, comment));
  const [first, ...rest] = layOutOneLine(item, indent) ?? layOutOpen(item, indent);
  return first === undefined ? comments : [...comments, { ...first, blankBefore: item.blankBefore }, ...rest];
}

/** The item with its whole block on one line; undefined without a block, or if that is not how it stands. */
function layOutOneLine({ cells, block, row }: Item, indent: number): readonly Line[] | undefined {
  if (block === undefined || !staysOnOneLine(cells, block)) return undefined;
  const heads = cells.map(toCell);
  const content = toBlockCells(block);
  const isColumn = block.isColumn && block.items.length > 0;
  const line = { ...codeLine(indent, '', block.close.suffix), cells: [...heads, ...content], row };
  if (widthOf(line) > LINE_WIDTH) return undefined;
  return [
    isColumn ? line : { ...line, cells: joinLast(heads, content) },
    ...continuationLines(indent, block.close.suffix),
  ];
}

/** An empty block always does, any other if the author wrote it so and no comment asks for a line end. */
function staysOnOneLine(cells: readonly Doc[], { items, dangling, open, close, isOneLine }: Block): boolean {
  if (dangling.length > 0 || items.some(({ leading }) => leading.length > 0)) return false;
  if (hasInnerComment(concat(...cells, toDoc(open), ...items.flatMap((item) => item.cells), toDoc(close))))
    return false;
  return isOneLine || items.length === 0;
}

/** The item with its block, if any, opened over several lines. */
function layOutOpen({ cells, block, row }: Item, indent: number): readonly Line[] {
  if (block === undefined) return layOutHead(cells, row, indent);
  const last = concat(cells.at(-1) ?? concat(), space, toDoc(block.open));
  return [
    ...layOutHead([...cells.slice(0, -1), last], row, indent),
    ...layOut(block.items, block.dangling, indent + INDENT),
    codeLine(indent, block.close.text, block.close.suffix),
    ...continuationLines(indent, block.close.suffix),
  ];
}

/** Code up to the end of a line or of several; the first line keeps its columns as far as it goes. */
function layOutHead(cells: readonly Doc[], row: string | undefined, indent: number): readonly Line[] {
  const [first, ...rest] = renderDoc(group(join(space, cells)), indent);
  return first === undefined ? [] : [{ ...first, cells: cutIntoCells(codeOf(first), cells), row }, ...rest];
}

function cutIntoCells(code: string, cells: readonly Doc[]): readonly Cell[] {
  const cut: Cell[] = [];
  let left = code;
  for (const cell of cells.slice(0, -1)) {
    const { text, gap } = toCell(cell, cut.length);
    if (!left.startsWith(`${text} `)) break;
    cut.push({ text, gap });
    left = left.slice(text.length + 1);
  }
  return [...cut, { text: left, gap: cut.length === 0 ? 0 : 1 }];
}

function toCell(doc: Doc, index: number): Cell {
  return { text: flatText(doc), gap: index === 0 ? 0 : 1 };
}

/** `{ first`, `second }`: what stands in a block on one line is two spaces apart. */
function toBlockCells({ items }: Block): readonly Cell[] {
  if (items.length === 0) return [{ text: '{}', gap: 1 }];
  return items.map((item, index) => {
    const text = item.cells.map(flatText).join(' ');
    const start = index === 0 ? '{ ' : '';
    return { text: `${start}${text}${index === items.length - 1 ? ' }' : ''}`, gap: index === 0 ? 1 : 2 };
  });
}

/** The cells of a block as part of the last cell before it. */
function joinLast(heads: readonly Cell[], block: readonly Cell[]): readonly Cell[] {
  const last = heads.at(-1);
  if (last === undefined) return block;
  const text = [last.text, ...block.map((cell) => `${' '.repeat(cell.gap)}${cell.text}`)].join('');
  return [...heads.slice(0, -1), { ...last, text }];
}
