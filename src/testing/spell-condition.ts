// Conditions of the tree → tokens, with the parentheses that the binding of `or`, `and` and `not` asks for.

import { assertNever } from '../dsl/assert-never.ts';
import type { ConditionNode, FieldNode } from '../dsl/ast.ts';
import { list, type Spelling, set, spellString, spellValue } from './spell-value.ts';

/** The tokens of a condition. */
export function spellCondition(node: ConditionNode, spelling: Spelling): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.flatMap((operand, index) => {
        const isLoose = operand.kind === 'or' || (operand.kind === 'and' && node.kind === 'and');
        const tokens = isLoose ? parenthesise(operand, spelling) : spellCondition(operand, spelling);
        return index === 0 ? tokens : [node.kind, ...tokens];
      });
    case 'not': {
      const { operand } = node;
      const isLoose = operand.kind === 'and' || operand.kind === 'or';
      return ['not', ...(isLoose ? parenthesise(operand, spelling) : spellCondition(operand, spelling))];
    }
    case 'prefix-test': {
      const { operator, negated, prefixes } = node;
      if (operator === 'equal') return ['prefix', negated ? '!=' : '==', ...set(prefixes, spelling)];
      return ['prefix', ...(negated ? ['not'] : []), 'in', ...set(prefixes, spelling)];
    }
    case 'service-test':
      return ['service', spellValue(node.path)];
    case 'community-test':
      return ['community', spellValue(node.community)];
    case 'as-path-test':
      return ['as-path', 'starts', ...set(node.path, spelling)];
    case 'present':
      return spellField(node.field);
    case 'compare':
      return [...spellField(node.field), node.operator, spellValue(node.operand)];
    case 'one-of':
      return [...spellField(node.field), ...(node.negated ? ['not'] : []), 'in', ...list(node.operands, spelling)];
    case 'matches':
      return [...spellField(node.field), 'matches', spellString(node.glob.value)];
    default:
      return assertNever(node);
  }
}

function parenthesise(node: ConditionNode, spelling: Spelling): readonly string[] {
  return ['(', ...spellCondition(node, spelling), ')'];
}

function spellField({ name, key }: FieldNode): readonly string[] {
  return key === undefined ? [name] : [name, spellString(key.value)];
}
