// Whether a condition holds for the routes of a range: for all of them, for none, or nobody can say without a cluster.

import type { RangeStatement } from './ast.ts';
import type { Condition, FieldName } from './policy.ts';
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
      return decideValues(condition, [condition.value], condition.operator === '!=', range, values);
    case 'one-of':
      return decideValues(condition, condition.values, condition.negated, range, values);
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
  asked: readonly (string | number)[],
  negated: boolean,
  range: RangeStatement,
  values: Values,
): RangeVerdict {
  const value = valueOnRoutes(condition.field.name, range, values);
  if (value === undefined) return 'maybe';
  return asked.includes(value) === negated ? 'never' : 'always';
}

/** The value that every route of the range has. */
function valueOnRoutes(field: FieldName, range: RangeStatement, values: Values): string | undefined {
  switch (field) {
    case 'range':
      return range.name.text;
    case 'kind':
      return range.addressKind;
    case 'source':
      return 'local';
    case 'family': {
      const families = new Set(values.prefixes(range.prefixes).map(({ prefix }) => prefix.family));
      const [only] = families;
      return families.size === 1 ? only : undefined;
    }
    default:
      return undefined;
  }
}
