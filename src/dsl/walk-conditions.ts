// Every condition of a statement with what it is about: its subject follows from where it stands.

import type { ConditionNode, Statement } from './ast.ts';
import type { Subject } from './vocabulary.ts';

/** A condition and what it is about. */
interface Placed {
  readonly condition: ConditionNode;
  readonly subject: Subject;
}

/** Many checks ask for the same; a tree never changes. */
const known = new WeakMap<Statement, readonly Placed[]>();

/** Calls `visit` for every condition and sub-condition of a statement. */
export function forEachCondition(
  statement: Statement,
  visit: (condition: ConditionNode, subject: Subject) => void,
): void {
  for (const { condition, subject } of allConditions(statement)) visit(condition, subject);
}

function allConditions(statement: Statement): readonly Placed[] {
  const found = known.get(statement);
  if (found !== undefined) return found;
  const all: Placed[] = [];
  for (const [condition, subject] of rootConditions(statement)) descend(condition, subject, all);
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

function descend(condition: ConditionNode, subject: Subject, into: Placed[]): void {
  into.push({ condition, subject });
  if (condition.kind === 'and' || condition.kind === 'or') {
    for (const operand of condition.operands) descend(operand, subject, into);
  } else if (condition.kind === 'not') {
    descend(condition.operand, subject, into);
  }
}
