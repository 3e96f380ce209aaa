// Whether a condition holds for the routes of a range: for all of them, for none, or nobody can say without a cluster.

import type { RangeStatement } from './ast.ts';
import type { Condition } from './policy.ts';
import { containsPrefix, overlapsPrefix, parsePrefix } from './prefix.ts';
import type { Values } from './values.ts';

/** What is certain about a condition. */
export type RangeVerdict = 'always' | 'never' | 'maybe';

/** Decides a lowered condition for every route that the range can have; an absent one always holds. */
export function decideForRange(condition: Condition | undefined, range: RangeStatement, values: Values): RangeVerdict {
  if (condition === undefined) return 'always';
  switch (condition.kind) {
    case 'and':
      return conjunction(condition.operands.map((operand) => decideForRange(operand, range, values)));
    case 'or':
      return negate(conjunction(condition.operands.map((operand) => negate(decideForRange(operand, range, values)))));
    case 'not':
      return negate(decideForRange(condition.operand, range, values));
    case 'prefix':
      return decidePrefix(condition, range, values);
    case 'compare':
      return decideValues(condition, [condition.value], condition.operator === '!=', range);
    case 'one-of':
      return decideValues(condition, condition.values, condition.negated, range);
    default:
      return 'maybe';
  }
}

function conjunction(verdicts: readonly RangeVerdict[]): RangeVerdict {
  if (verdicts.includes('never')) return 'never';
  return verdicts.every((verdict) => verdict === 'always') ? 'always' : 'maybe';
}

function negate(verdict: RangeVerdict): RangeVerdict {
  if (verdict === 'maybe') return 'maybe';
  return verdict === 'always' ? 'never' : 'always';
}

function decidePrefix(
  condition: Extract<Condition, { kind: 'prefix' }>,
  range: RangeStatement,
  values: Values,
): RangeVerdict {
  const own = values.prefixes(range.prefixes).map(({ prefix }) => prefix);
  const asked = condition.prefixes.flatMap((text) => parsePrefix(text) ?? []);
  const isInside = own.every((prefix) => asked.some((other) => containsPrefix(other, prefix)));
  const isApart = !own.some((prefix) => asked.some((other) => overlapsPrefix(other, prefix)));
  const plain = isApart ? 'never' : isInside && condition.operator === 'in' ? 'always' : 'maybe';
  return condition.negated ? negate(plain) : plain;
}

function decideValues(
  condition: Extract<Condition, { kind: 'compare' | 'one-of' }>,
  values: readonly (string | number)[],
  negated: boolean,
  range: RangeStatement,
): RangeVerdict {
  const value =
    condition.field.name === 'range'
      ? range.name.text
      : condition.field.name === 'kind'
        ? range.addressKind
        : undefined;
  if (value === undefined) return 'maybe';
  return values.includes(value) === negated ? 'never' : 'always';
}
