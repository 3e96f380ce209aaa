// Tree and tokens → items. The tree says what belongs together, the tokens say what is printed.

import { assertNever } from '../assert-never.ts';
import type { PolicyFile, RangeStatement, Statement } from '../ast.ts';
import type { PlacedTokens } from './comments.ts';
import { type Cursor, createCursor, takeList, takeThrough, takeWord, takeWords } from './cursor.ts';
import { concat, type Doc, indent, line, space } from './doc.ts';
import type { Block, Item } from './item.ts';
import { printCondition } from './print-condition.ts';
import { type ItemBody, printCluster, printExpectation, printRule, printSetting } from './print-setting.ts';

/** The statements of a file as items. */
export function printFile(file: PolicyFile, { tokens }: PlacedTokens): readonly Item[] {
  const cursor = createCursor(tokens);
  const items = file.statements.map((statement) =>
    printItem(cursor, () => ({
      ...printHead(cursor, statement),
      block: cursor.peek()?.text === '{' ? printBlock(cursor, statement) : undefined,
    })),
  );
  if (cursor.peek() !== undefined) throw new Error('the source has more tokens than the tree');
  return items;
}

function printItem(cursor: Cursor, body: () => ItemBody & { readonly block?: Block | undefined }): Item {
  const blankBefore = cursor.peek()?.blankBefore ?? false;
  const leading = cursor.takeComments();
  return { leading, blankBefore, block: undefined, ...body() };
}

/** A statement up to its block. */
function printHead(cursor: Cursor, statement: Statement): ItemBody {
  const { kind } = statement;
  switch (kind) {
    case 'include':
    case 'use':
      return { row: undefined, cells: [takeWords(cursor, statement.span.end)] };
    case 'speaker':
    case 'guard':
      return { row: undefined, cells: [takeWord(cursor)] };
    case 'filter':
    case 'template':
    case 'test':
      return { row: kind, cells: [takeWords(cursor, statement.name.span.end)] };
    case 'peer': {
      const name = takeWords(cursor, statement.name.span.end);
      const { template } = statement;
      if (template === undefined) return { row: 'peer', cells: [name] };
      return { row: 'peer-from', cells: [name, takeWords(cursor, template.span.end)] };
    }
    case 'let': {
      const name = takeWords(cursor, statement.name.span.end);
      return { row: kind, cells: [name, concat(takeWord(cursor), takeList(cursor, statement.span.end))] };
    }
    case 'range':
      return printRange(cursor, statement);
    case 'service':
      return printService(cursor, statement);
    case 'exclude-nodes':
    case 'exclude-services':
    case 'exclude-prefixes':
      return printExclude(cursor, statement);
    default:
      return assertNever(kind);
  }
}

/** A range breaks before `for`, `except` and its mode. */
function printRange(cursor: Cursor, range: RangeStatement): ItemBody {
  const name = takeWords(cursor, range.name.span.end);
  const kind = takeWord(cursor);
  const parts: Doc[] = [takeList(cursor, endOf(range.prefixes))];
  for (const values of [range.for, range.except]) {
    if (values.length > 0) parts.push(line, takeWord(cursor), indent(takeList(cursor, endOf(values))));
  }
  if (range.mode !== undefined) parts.push(line, takeWords(cursor, range.mode.span.end));
  return { row: 'range', cells: [name, kind, concat(...parts)] };
}

function printService(cursor: Cursor, { path, where }: Statement & { kind: 'service' }): ItemBody {
  if (where === undefined) return { row: 'service', cells: [takeWords(cursor, path?.span.end ?? 0)] };
  return { row: undefined, cells: [concat(takeThrough(cursor, 'where'), space, printCondition(cursor, where))] };
}

function printExclude(cursor: Cursor, exclude: Extract<Statement, { kind: `exclude-${string}` }>): ItemBody {
  const what = concat(takeWord(cursor), space, takeWord(cursor));
  if (exclude.kind === 'exclude-prefixes') {
    return { row: 'exclude', cells: [what, takeList(cursor, endOf(exclude.prefixes))] };
  }
  const parts: Doc[] = [];
  if (exclude.kind === 'exclude-services' && exclude.paths.length > 0) {
    parts.push(takeList(cursor, endOf(exclude.paths)));
    if (exclude.where !== undefined) parts.push(line);
  }
  if (exclude.where !== undefined) parts.push(takeWord(cursor), space, printCondition(cursor, exclude.where));
  return { row: 'exclude', cells: [what, concat(...parts)] };
}

function printBlock(cursor: Cursor, statement: Statement): Block {
  const open = cursor.take();
  const items = printContent(cursor, statement);
  const dangling = cursor.takeComments();
  const close = cursor.take();
  const { text } = statement.span.source;
  return {
    ...{ open, items, dangling, close },
    isOneLine: !/[\n\r]/.test(text.slice(open.start, close.start)),
    isColumn: statement.kind !== 'range',
  };
}

function printContent(cursor: Cursor, statement: Statement): readonly Item[] {
  switch (statement.kind) {
    case 'filter':
      return statement.rules.map((rule) => printItem(cursor, () => printRule(cursor, rule)));
    case 'test':
      return [...statement.clusters, ...statement.expectations]
        .sort((a, b) => a.span.start - b.span.start)
        .map((item) =>
          printItem(cursor, () =>
            item.kind === 'string' ? printCluster(cursor, item) : printExpectation(cursor, item),
          ),
        );
    case 'speaker':
    case 'range':
    case 'service':
    case 'template':
    case 'peer':
    case 'guard':
      return statement.settings.map((setting) => printItem(cursor, () => printSetting(cursor, setting)));
    default:
      return [];
  }
}

function endOf(nodes: readonly { readonly span: { readonly end: number } }[]): number {
  return nodes.at(-1)?.span.end ?? 0;
}
