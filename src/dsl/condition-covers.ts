// Does one condition hold wherever another does? Answers true only where that is certain; used to find rules that
// can never be reached. Conditions are prepared once, because a filter of a thousand rules asks half a million times.

import type { Condition, Field, Scalar } from './policy.ts';
import { containsPrefix, type Prefix, parsePrefix } from './prefix.ts';

/** A condition in the form that is compared: an absent one always holds. */
export type PreparedCondition =
  | { readonly kind: 'always' }
  | { readonly kind: 'and' | 'or'; readonly text: string; readonly operands: readonly PreparedCondition[] }
  | { readonly kind: 'not'; readonly text: string; readonly operand: PreparedCondition }
  | {
      readonly kind: 'prefix';
      readonly text: string;
      readonly operator: 'in' | 'equal';
      readonly negated: boolean;
      readonly prefixes: readonly Prefix[];
    }
  | { readonly kind: 'values'; readonly text: string; readonly field: string; readonly values: ReadonlySet<Scalar> }
  | {
      readonly kind: 'interval';
      readonly text: string;
      readonly field: string;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'other'; readonly text: string };

/** Prepares a condition for many comparisons. */
export function prepareCondition(condition: Condition | undefined): PreparedCondition {
  if (condition === undefined) return { kind: 'always' };
  const text = JSON.stringify(condition);
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, text, operands: condition.operands.map(prepareCondition) };
    case 'not':
      return { kind: 'not', text, operand: prepareCondition(condition.operand) };
    case 'prefix': {
      const { operator, negated } = condition;
      const prefixes = condition.prefixes.flatMap((prefix) => parsePrefix(prefix) ?? []);
      return { kind: 'prefix', text, operator, negated, prefixes };
    }
    case 'one-of':
      if (condition.negated) return { kind: 'other', text };
      return { kind: 'values', text, field: fieldKey(condition.field), values: new Set(condition.values) };
    case 'compare':
      return prepareComparison(condition, text);
    default:
      return { kind: 'other', text };
  }
}

/** True if every route that `inner` holds for is one that `outer` holds for. */
export function coversCondition(outer: PreparedCondition, inner: PreparedCondition): boolean {
  if (outer.kind === 'always') return true;
  if (inner.kind === 'always') return false;
  if (outer.text === inner.text) return true;
  if (inner.kind === 'or') return inner.operands.every((operand) => coversCondition(outer, operand));
  if (outer.kind === 'and') return outer.operands.every((operand) => coversCondition(operand, inner));
  if (outer.kind === 'or' && outer.operands.some((operand) => coversCondition(operand, inner))) return true;
  if (inner.kind === 'and') return inner.operands.some((operand) => coversCondition(outer, operand));
  if (outer.kind === 'not' && inner.kind === 'not') return coversCondition(inner.operand, outer.operand);
  if (outer.kind === 'prefix') return inner.kind === 'prefix' && coversPrefixes(outer, inner);
  if (outer.kind === 'values') return inner.kind === 'values' && coversValues(outer, inner);
  return outer.kind === 'interval' && coversNumbers(outer, inner);
}

type Prepared<K extends PreparedCondition['kind']> = Extract<PreparedCondition, { kind: K }>;

function coversPrefixes(outer: Prepared<'prefix'>, inner: Prepared<'prefix'>): boolean {
  // Without the negations the question turns round.
  if (outer.negated && inner.negated) {
    return coversPrefixes({ ...inner, negated: false }, { ...outer, negated: false });
  }
  if (outer.negated || inner.negated) return false;
  const covers = outer.operator === 'in' ? containsPrefix : isSamePrefix;
  if (outer.operator === 'equal' && inner.operator === 'in') return false;
  return inner.prefixes.every((prefix) => outer.prefixes.some((other) => covers(other, prefix)));
}

function isSamePrefix(a: Prefix, b: Prefix): boolean {
  return a.text === b.text;
}

function coversValues(outer: Prepared<'values'>, inner: Prepared<'values'>): boolean {
  return outer.field === inner.field && [...inner.values].every((value) => outer.values.has(value));
}

/** `length <= 24` covers `length <= 20` and `length in (8, 16)`. */
function coversNumbers(outer: Prepared<'interval'>, inner: PreparedCondition): boolean {
  const isInside = (value: Scalar) => typeof value === 'number' && value >= outer.low && value <= outer.high;
  if (inner.kind === 'values') return outer.field === inner.field && [...inner.values].every(isInside);
  return inner.kind === 'interval' && outer.field === inner.field && isInside(inner.low) && isInside(inner.high);
}

function prepareComparison(condition: Extract<Condition, { kind: 'compare' }>, text: string): PreparedCondition {
  const { operator, value } = condition;
  const field = fieldKey(condition.field);
  if (operator === '==') return { kind: 'values', text, field, values: new Set([value]) };
  if (typeof value !== 'number' || operator === '!=') return { kind: 'other', text };
  const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  switch (operator) {
    case '<':
      return { kind: 'interval', text, field, low: least, high: value - 1 };
    case '<=':
      return { kind: 'interval', text, field, low: least, high: value };
    case '>':
      return { kind: 'interval', text, field, low: value + 1, high: most };
    case '>=':
      return { kind: 'interval', text, field, low: value, high: most };
  }
}

function fieldKey(field: Field): string {
  return field.key === undefined ? field.name : `${field.name} ${field.key}`;
}
