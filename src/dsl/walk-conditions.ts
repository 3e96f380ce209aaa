// Every condition of a statement with what it is about: its subject follows from where it stands.

import type { ConditionNode, Statement } from './ast.ts';
import type { Subject } from './vocabulary.ts';

/** Conditions and what all of them are about. */
interface Placed {
  readonly conditions: ConditionNode[];
  readonly subject: Subject;
}

/** Many checks ask for the same; a tree never changes. */
const known = new WeakMap<Statement, readonly Placed[]>();
const NONE: readonly Placed[] = [];

/** Calls `visit` for every condition and sub-condition of a statement. */
export function forEachCondition(
  statement: Statement,
  visit: (condition: ConditionNode, subject: Subject) => void,
): void {
  // With `forEach`, because until a loop is optimised V8 makes an object for each round of `for … of`, and the conditions
  // of a large policy are gone through by a dozen checks.
  allConditions(statement).forEach(({ conditions, subject }) => {
    conditions.forEach((condition) => void visit(condition, subject));
  });
}

function allConditions(statement: Statement): readonly Placed[] {
  const found = known.get(statement);
  if (found !== undefined) return found;
  const roots = rootConditions(statement);
  if (roots.length === 0) return NONE;
  const all: Placed[] = [];
  for (const [condition, subject] of roots) {
    if (all.at(-1)?.subject !== subject) all.push({ conditions: [], subject });
    descend(condition, all.at(-1)?.conditions ?? []);
  }
  known.set(statement, all);
  return all;
}

/** The outermost conditions of a statement. */
export function rootConditions(statement: Statement): readonly (readonly [ConditionNode, Subject])[] {
  switch (statement.kind) {
    case 'exclude-nodes':
      return [[statement.where, 'node']];
    case 'exclude-services':
      return statement.where === undefined ? [] : [[statement.where, 'service']];
    case 'service': {
      const own: [ConditionNode, Subject][] = statement.where === undefined ? [] : [[statement.where, 'service']];
      for (const setting of statement.settings) {
        if (setting.setting === 'from' && setting.where !== undefined) own.push([setting.where, 'node']);
      }
      return own;
    }
    case 'filter':
      return statement.rules.flatMap((rule) =>
        rule.condition === undefined ? [] : [[rule.condition, 'route'] as const],
      );
    case 'peer':
    case 'template':
      return statement.settings.flatMap((setting) =>
        setting.setting === 'nodes' && 'kind' in setting.nodes ? [[setting.nodes, 'node'] as const] : [],
      );
    default:
      return [];
  }
}

function descend(condition: ConditionNode, into: ConditionNode[]): void {
  into.push(condition);
  if (condition.kind === 'and' || condition.kind === 'or') {
    for (const operand of condition.operands) descend(operand, into);
  } else if (condition.kind === 'not') {
    descend(condition.operand, into);
  }
}
