// Condition nodes → the conditions of a policy: names replaced by values, places kept only where an explanation needs them.

import type { ConditionNode, FieldNode, Operand } from './ast.ts';
import { prefixTexts } from './lower-values.ts';
import type { Condition, Field, Scalar } from './policy.ts';
import type { Values } from './values.ts';
import { fieldInfo } from './vocabulary.ts';

/** Lowers a condition that was checked. */
export function lowerCondition(node: ConditionNode, values: Values): Condition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, operands: node.operands.map((operand) => lowerCondition(operand, values)) };
    case 'not':
      return { kind: 'not', operand: lowerCondition(node.operand, values) };
    case 'prefix-test': {
      const { operator, negated } = node;
      return { kind: 'prefix', operator, negated, prefixes: prefixTexts(values, node.prefixes) };
    }
    case 'service-test':
      return { kind: 'service', path: node.path.value };
    case 'community-test':
      return lowerCommunities(node.community, values);
    case 'as-path-test':
      return { kind: 'as-path-starts', path: values.asns(node.path) };
    case 'present':
      return { kind: 'present', field: lowerField(node.field) };
    case 'compare':
      return lowerComparison(node.field, node.operator, lowerOperand(node.operand, node.field, values));
    case 'one-of': {
      const operands = node.operands.flatMap((operand) => lowerOperand(operand, node.field, values));
      return { kind: 'one-of', field: lowerField(node.field), values: operands, negated: node.negated };
    }
    case 'matches':
      return { kind: 'matches', field: lowerField(node.field), glob: node.glob.value };
  }
}

type CommunityNode = Extract<ConditionNode, { kind: 'community-test' }>['community'];

/** A name may stand for several communities: any of them is enough. */
function lowerCommunities(node: CommunityNode, values: Values): Condition {
  const conditions = values.communities([node]).map((community): Condition => ({ kind: 'community', community }));
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : { kind: 'or', operands: conditions };
}

type Comparison = Extract<ConditionNode, { kind: 'compare' }>['operator'];

/** `label "k" == names`, where the name stands for several values, asks for one of them. */
function lowerComparison(field: FieldNode, operator: Comparison, values: readonly Scalar[]): Condition {
  const [value] = values;
  if (values.length === 1 && value !== undefined) return { kind: 'compare', field: lowerField(field), operator, value };
  return { kind: 'one-of', field: lowerField(field), values, negated: operator === '!=' };
}

function lowerField(field: FieldNode): Field {
  return field.key === undefined ? { name: field.name } : { name: field.name, key: field.key.value };
}

function lowerOperand(operand: Operand, field: FieldNode, values: Values): readonly Scalar[] {
  if (operand.kind === 'integer' || operand.kind === 'string') return [operand.value];
  const { type } = fieldInfo(field.name);
  if (type.kind === 'text') return values.strings(operand) ?? [];
  if (type.kind === 'number') return values.numbers(operand) ?? [];
  return [operand.text];
}
