// Condition nodes → clauses, without a condition of the policy in between. The rules of filters ask for the same few things
// again and again, so what is asked in the same words is the same clause, made once.

import type { ConditionNode, PrefixTest } from '../ast.ts';
import { lowerCondition } from '../lower-condition.ts';
import type { ComparisonOperator, FieldName, Scalar } from '../policy.ts';
import type { Values } from '../values.ts';
import { fieldInfo } from '../vocabulary.ts';
import { type PrefixItem, prefixItem } from './clause.ts';
import { allOf, anyOf, type Clauses, prefixClause, toClauses } from './to-clauses.ts';

/** Clauses of which one holds exactly where the condition does. */
export type NodeClauses = (node: ConditionNode) => Clauses;

type Comparison = Extract<ConditionNode, { kind: 'compare' }>;

/** Nothing is made yet. */
export function createNodeClauses(values: Values): NodeClauses {
  const compared = new Map<FieldName, Map<ComparisonOperator, Map<Scalar, Clauses>>>();
  const named = new Map<string, Clauses>();
  const whereHolds = (node: ConditionNode) => clausesOf(node, true);
  const whereNot = (node: ConditionNode) => clausesOf(node, false);

  function clausesOf(node: ConditionNode, holds: boolean): Clauses {
    switch (node.kind) {
      case 'and':
        return holds ? allOf(node.operands, whereHolds) : anyOf(node.operands, whereNot);
      case 'or':
        return holds ? anyOf(node.operands, whereHolds) : allOf(node.operands, whereNot);
      case 'not':
        return clausesOf(node.operand, !holds);
      case 'prefix-test':
        return holds !== node.negated ? insideOf(node) : [prefixClause(itemsOf(node), false)];
      case 'compare':
        return holds ? whereCompared(node) : toClauses(lowerCondition(node, values), false);
      default:
        return toClauses(lowerCondition(node, values), holds);
    }
  }

  /** `prefix in NAME`, which many rules ask, is made once. */
  function insideOf(node: PrefixTest): Clauses {
    const first = node.prefixes[0];
    const name = node.operator === 'in' && node.prefixes.length === 1 && first?.kind === 'ref' ? first.text : undefined;
    const known = name === undefined ? undefined : named.get(name);
    if (known !== undefined) return known;
    const clauses = [prefixClause(itemsOf(node), true)];
    if (name !== undefined) named.set(name, clauses);
    return clauses;
  }

  function itemsOf({ prefixes, operator }: PrefixTest): readonly PrefixItem[] {
    return values.plainPrefixes(prefixes).map((prefix) => prefixItem(prefix, operator === 'equal'));
  }

  function whereCompared(node: Comparison): Clauses {
    const value = plainValue(node);
    if (value === undefined) return toClauses(lowerCondition(node, values));
    const { field, operator } = node;
    const known = compared.get(field.name)?.get(operator)?.get(value);
    if (known !== undefined) return known;
    const clauses = toClauses(lowerCondition(node, values));
    const ofField = compared.get(field.name) ?? new Map<ComparisonOperator, Map<Scalar, Clauses>>();
    compared.set(field.name, ofField.set(operator, (ofField.get(operator) ?? new Map()).set(value, clauses)));
    return clauses;
  }

  return whereHolds;
}

/** Whether an `update` may change what the condition asks for. */
export function isChangeableNode(node: ConditionNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.some(isChangeableNode);
    case 'not':
      return isChangeableNode(node.operand);
    case 'community-test':
    case 'as-path-test':
      return true;
    case 'prefix-test':
    case 'service-test':
      return false;
    default:
      return node.field.name === 'med' || node.field.name === 'local-pref';
  }
}

/** What a field without a key is compared with, unless that is the name of a value. */
function plainValue({ field, operand }: Comparison): Scalar | undefined {
  if (field.key !== undefined) return undefined;
  if (operand.kind !== 'word') return operand.value;
  const { kind } = fieldInfo(field.name).type;
  return kind === 'text' || kind === 'number' ? undefined : operand.text;
}
