// Settings, filter rules and expectations → items. The first word of a setting is a column of its own.

import type { Action, Expectation, ExpectedAttribute, Rule, Setting, StringLiteral } from '../ast.ts';
import { type Cursor, takeList, takeThrough, takeWord, takeWords } from './cursor.ts';
import { concat, type Doc, group, indent, join, line, space } from './doc.ts';
import type { Item } from './item.ts';
import { printCondition } from './print-condition.ts';

/** What an item is without the comments and blank lines above it. */
export type ItemBody = Pick<Item, 'row' | 'cells'>;

/** A setting of any block. */
export function printSetting(cursor: Cursor, setting: Setting): ItemBody {
  const word = takeWord(cursor);
  const value = cursor.isBefore(setting.span.end) ? [printValue(cursor, setting)] : [];
  return { row: 'setting', cells: [word, ...value] };
}

/** Everything after the first word. */
function printValue(cursor: Cursor, setting: Setting): Doc {
  const { end } = setting.span;
  switch (setting.setting) {
    case 'community':
    case 'to':
    case 'export':
    case 'import':
    case 'family':
      return takeList(cursor, end);
    case 'advertise':
      return concat(takeWord(cursor), cursor.isBefore(end) ? takeList(cursor, end) : concat());
    case 'from':
      if (setting.where === undefined) return takeWords(cursor, end);
      return concat(takeThrough(cursor, 'where'), space, printCondition(cursor, setting.where));
    case 'nodes':
      if (!('kind' in setting.nodes)) return takeList(cursor, end);
      return concat(takeWord(cursor), space, printCondition(cursor, setting.nodes));
    default:
      return takeWords(cursor, end);
  }
}

/** A filter rule breaks before `then`, its actions one a line below it. */
export function printRule(cursor: Cursor, rule: Rule): ItemBody {
  const parts: Doc[] = [takeWord(cursor)];
  if (rule.condition !== undefined) {
    parts.push(space, takeWord(cursor), space, printCondition(cursor, rule.condition));
  }
  if (rule.actions.length > 0) {
    const isAlone = rule.condition === undefined;
    const then = concat(takeWord(cursor), printActions(cursor, rule.actions));
    parts.push(...(isAlone ? [space, then] : [line, indent(then)]));
  }
  return { row: undefined, cells: [concat(...parts)] };
}

function printActions(cursor: Cursor, actions: readonly Action[]): Doc {
  const parts = actions.map(({ span }) => {
    const action = takeWords(cursor, span.end);
    return cursor.peek()?.text === ',' ? concat(action, takeWord(cursor)) : action;
  });
  return parts.length === 1 ? concat(space, ...parts) : group(line, join(line, parts));
}

/** `cluster "…"`. */
export function printCluster(cursor: Cursor, path: StringLiteral): ItemBody {
  return { row: undefined, cells: [takeWords(cursor, path.span.end)] };
}

/** An expectation breaks before `with`, and if need be before `to`; nodes, verdict and what comes before `to` are columns. */
export function printExpectation(cursor: Cursor, expectation: Expectation): ItemBody {
  const { nodes, prefixes, peer, attributes } = expectation;
  const who = typeof nodes === 'string' ? takeThrough(cursor, 'node') : takeWords(cursor, nodes.span.end);
  const verdict = takeWord(cursor);
  const what = takeWords(cursor, prefixes.at(-1)?.span.end ?? 0);
  const to = peer === undefined ? [] : [group(line, takeWords(cursor, peer.span.end))];
  const tail = attributes.length === 0 ? [] : [line, takeWord(cursor), space, printAttributes(cursor, attributes)];
  const cells = [who, verdict, what, ...to];
  return { row: 'expect', cells: [...cells.slice(0, -1), concat(...cells.slice(-1), ...tail)] };
}

function printAttributes(cursor: Cursor, attributes: readonly ExpectedAttribute[]): Doc {
  const parts: Doc[] = [];
  for (const { span } of attributes) {
    if (parts.length > 0) parts.push(line, takeWord(cursor), space);
    parts.push(takeWords(cursor, span.end));
  }
  return group(indent(...parts));
}
