// Every condition of a statement with what it is about: its subject follows from where it stands.

import type { ConditionNode, Statement } from './ast.ts';
import type { Subject } from './vocabulary.ts';

/** Calls `visit` for every condition and sub-condition of a statement. */
export function forEachCondition(
  statement: Statement,
  visit: (condition: ConditionNode, subject: Subject) => void,
): void {
  for (const [condition, subject] of rootConditions(statement)) descend(condition, subject, visit);
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

function descend(
  condition: ConditionNode,
  subject: Subject,
  visit: (condition: ConditionNode, subject: Subject) => void,
): void {
  visit(condition, subject);
  if (condition.kind === 'and' || condition.kind === 'or') {
    for (const operand of condition.operands) descend(operand, subject, visit);
  } else if (condition.kind === 'not') {
    descend(condition.operand, subject, visit);
  }
}
