// Warns about `traffic-policy == local` together with a type whose services have no such field.

import type { ConditionNode, FieldTest } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { forEachCondition, questionsOf } from '../walk-conditions.ts';

/** Looks at the parts of each `and`, nested ones included. */
export function checkLocalConditions(model: Model, report: Report): void {
  for (const statement of model.statements) {
    const isAsked = questionsOf(statement).some(({ byField }) => byField.has('traffic-policy') && byField.has('type'));
    if (!isAsked) continue;
    forEachCondition(statement, (condition) => {
      if (condition.kind !== 'and') return;
      const operands = conjuncts(condition);
      const local = operands.find((operand) => says(operand, 'traffic-policy', 'local'));
      const type = operands.find((operand) => says(operand, 'type', 'ClusterIP'));
      if (local === undefined || type === undefined) return;
      const also = [{ span: type.span, text: 'services without an external traffic policy' }];
      report(local.span, messages['local-cannot-be']({ type: 'ClusterIP' }), { also });
    });
  }
}

/** Everything that has to hold, with parentheses around parts of it taken away. */
function conjuncts(condition: ConditionNode): readonly ConditionNode[] {
  if (condition.kind !== 'and') return [condition];
  const { operands } = condition;
  return operands.some(({ kind }) => kind === 'and') ? operands.flatMap(conjuncts) : operands;
}

/** True for `field == word`, and for a list of that word alone. */
function says(condition: ConditionNode, field: FieldTest['field']['name'], word: string): boolean {
  if (condition.kind === 'compare') {
    return condition.field.name === field && condition.operator === '==' && isWord(condition.operand, word);
  }
  if (condition.kind !== 'one-of' || condition.negated || condition.field.name !== field) return false;
  return condition.operands.every((operand) => isWord(operand, word));
}

function isWord(operand: Extract<FieldTest, { kind: 'compare' }>['operand'], word: string): boolean {
  return operand.kind === 'word' && operand.text === word;
}
