// Does one condition hold wherever another does? Answers true only where that is certain; used to find rules that
// can never be reached. Works on lowered conditions, where names are already values.

import type { Condition, Field, Scalar } from './policy.ts';
import { containsPrefix, type Prefix, parsePrefix } from './prefix.ts';

/** True if every route that `inner` holds for is one that `outer` holds for. An absent condition always holds. */
export function coversCondition(outer: Condition | undefined, inner: Condition | undefined): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  if (JSON.stringify(outer) === JSON.stringify(inner)) return true;
  if (inner.kind === 'or') return inner.operands.every((operand) => coversCondition(outer, operand));
  if (outer.kind === 'and') return outer.operands.every((operand) => coversCondition(operand, inner));
  if (outer.kind === 'or' && outer.operands.some((operand) => coversCondition(operand, inner))) return true;
  if (inner.kind === 'and') return inner.operands.some((operand) => coversCondition(outer, operand));
  if (outer.kind === 'not' && inner.kind === 'not') return coversCondition(inner.operand, outer.operand);
  return coversTerm(outer, inner);
}

function coversTerm(outer: Condition, inner: Condition): boolean {
  if (outer.kind === 'prefix') return inner.kind === 'prefix' && coversPrefixes(outer, inner);
  const [allowed, asked] = [valuesOf(outer), valuesOf(inner)];
  if (allowed !== undefined && asked !== undefined && sameField(allowed.field, asked.field)) {
    return asked.values.every((value) => allowed.values.includes(value));
  }
  return coversNumbers(outer, inner);
}

type PrefixCondition = Extract<Condition, { kind: 'prefix' }>;

function coversPrefixes(outer: PrefixCondition, inner: PrefixCondition): boolean {
  // Without the negations the question turns round.
  if (outer.negated && inner.negated) {
    return coversPrefixes({ ...inner, negated: false }, { ...outer, negated: false });
  }
  if (outer.negated || inner.negated) return false;
  const [outers, inners] = [parseAll(outer.prefixes), parseAll(inner.prefixes)];
  if (outer.operator === 'in') return inners.every((prefix) => outers.some((other) => containsPrefix(other, prefix)));
  return inner.operator === 'equal' && inners.every((prefix) => outers.some((other) => other.text === prefix.text));
}

function parseAll(texts: readonly string[]): readonly Prefix[] {
  return texts.flatMap((text) => parsePrefix(text) ?? []);
}

/** The values a condition allows a field to have, if that is what it says. */
function valuesOf(condition: Condition): { readonly field: Field; readonly values: readonly Scalar[] } | undefined {
  if (condition.kind === 'compare' && condition.operator === '==') {
    return { field: condition.field, values: [condition.value] };
  }
  return condition.kind === 'one-of' && !condition.negated ? condition : undefined;
}

/** `length <= 24` covers `length <= 20` and `length == 8`. */
function coversNumbers(outer: Condition, inner: Condition): boolean {
  if (outer.kind !== 'compare' || inner.kind !== 'compare' || !sameField(outer.field, inner.field)) return false;
  const [wide, narrow] = [intervalOf(outer), intervalOf(inner)];
  if (wide === undefined || narrow === undefined) return false;
  return wide.low <= narrow.low && wide.high >= narrow.high;
}

/** The whole numbers a comparison allows. */
function intervalOf(condition: Extract<Condition, { kind: 'compare' }>): { low: number; high: number } | undefined {
  const { operator, value } = condition;
  if (typeof value !== 'number') return undefined;
  const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  switch (operator) {
    case '==':
      return { low: value, high: value };
    case '<':
      return { low: least, high: value - 1 };
    case '<=':
      return { low: least, high: value };
    case '>':
      return { low: value + 1, high: most };
    case '>=':
      return { low: value, high: most };
    case '!=':
      return undefined;
  }
}

function sameField(a: Field, b: Field): boolean {
  return a.name === b.name && a.key === b.key;
}
