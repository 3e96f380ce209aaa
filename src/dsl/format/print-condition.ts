// Conditions → documents. They break before `and` and `or`, the loosest first; parentheses stay where the author put them.

import type { ConditionNode } from '../ast.ts';
import { type Cursor, takeWord, takeWords } from './cursor.ts';
import { concat, type Doc, group, indent, line, space } from './doc.ts';

/** Prints a condition of which nothing is taken yet. */
export function printCondition(cursor: Cursor, node: ConditionNode): Doc {
  // The tree has no parentheses: a token before the node can only be one around it.
  if (cursor.isBefore(node.span.start)) return printParentheses(cursor, node);
  if (node.kind === 'not') return printNegation(cursor, node);
  if (node.kind !== 'and' && node.kind !== 'or') return takeWords(cursor, node.span.end);
  const parts: Doc[] = [];
  for (const operand of node.operands) {
    if (parts.length > 0) parts.push(line, takeWord(cursor), space);
    const printed = printCondition(cursor, operand);
    parts.push(operand.kind === 'and' || operand.kind === 'or' ? indent(printed) : printed);
  }
  return group(...parts);
}

function printParentheses(cursor: Cursor, node: ConditionNode): Doc {
  const open = cursor.take();
  const body = printCondition(cursor, node);
  return { kind: 'parentheses', open, body, comments: cursor.takeComments(), close: cursor.take() };
}

/** A loop: `not` may be repeated without end. */
function printNegation(cursor: Cursor, node: ConditionNode): Doc {
  const parts: Doc[] = [];
  let operand = node;
  while (operand.kind === 'not' && !cursor.isBefore(operand.span.start)) {
    parts.push(takeWord(cursor), space);
    operand = operand.operand;
  }
  return concat(...parts, printCondition(cursor, operand));
}
