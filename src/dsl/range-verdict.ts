// Whether a condition holds for the routes of a range: for all of them, for none, or nobody can say without a cluster.

import type { RangeStatement } from './ast.ts';
import type { AddressKind, Condition, Scalar } from './policy.ts';
import { addressBits, containsPrefix, isSingleAddress, overlapsPrefix, type Prefix, parsePrefix } from './prefix.ts';
import type { Values } from './values.ts';

/** What is certain about a condition. */
export type RangeVerdict = 'always' | 'never' | 'maybe';

/** What every route of a range has in common. */
export interface RangeFacts {
  readonly name: string;
  readonly kind: AddressKind;
  readonly prefixes: readonly Prefix[];
  /** No route of it is inside these. */
  readonly holes: readonly Prefix[];
  /** Whether all of its routes are single addresses. */
  readonly isExact: boolean;
}

/** Collects what is known of a range; `excluded` are the prefixes that no range advertises. */
export function factsOf(range: RangeStatement, excluded: readonly Prefix[], values: Values): RangeFacts {
  const prefixes = values.plainPrefixes(range.prefixes);
  const mode = range.mode?.mode ?? (range.addressKind === 'cluster-ip' ? 'aggregate' : 'exact');
  return {
    name: range.name.text,
    kind: range.addressKind,
    prefixes,
    holes: [...values.plainPrefixes(range.except), ...excluded],
    // A range prefix that is a single address is always exact.
    isExact: mode === 'exact' || prefixes.every(isSingleAddress),
  };
}

/** Decides a lowered condition for every route that the range can have; an absent one always holds. */
export function decideForRange(condition: Condition | undefined, range: RangeFacts): RangeVerdict {
  if (condition === undefined) return 'always';
  switch (condition.kind) {
    case 'and':
      return conjunction(condition.operands, range, 'never');
    case 'or':
      return negate(conjunction(condition.operands, range, 'always'));
    case 'not':
      return negate(decideForRange(condition.operand, range));
    case 'prefix':
      return decidePrefix(condition, range);
    case 'present':
      return decideFlag(condition.field.name, range);
    case 'compare':
      if (condition.operator === '==' || condition.operator === '!=') {
        return decideValues(condition.field.name, [condition.value], condition.operator === '!=', range);
      }
      return condition.field.name === 'length' ? decideLength(condition, range) : 'maybe';
    case 'one-of':
      return decideValues(condition.field.name, condition.values, condition.negated, range);
    default:
      return 'maybe';
  }
}

/** `never` as soon as one operand gives `breaking`. For `or` the operands count as negated. */
function conjunction(operands: readonly Condition[], range: RangeFacts, breaking: 'never' | 'always'): RangeVerdict {
  let result: RangeVerdict = 'always';
  for (const operand of operands) {
    const verdict = decideForRange(operand, range);
    if (verdict === breaking) return 'never';
    if (verdict === 'maybe') result = 'maybe';
  }
  return result;
}

function negate(verdict: RangeVerdict): RangeVerdict {
  if (verdict === 'maybe') return 'maybe';
  return verdict === 'always' ? 'never' : 'always';
}

function decidePrefix(condition: Extract<Condition, { kind: 'prefix' }>, range: RangeFacts): RangeVerdict {
  const asked = condition.prefixes.flatMap((text) => parsePrefix(text) ?? []);
  const isInside = range.prefixes.every((prefix) => asked.some((other) => containsPrefix(other, prefix)));
  const isApart = !asked.some((prefix) => mayHave(prefix, condition.operator, range));
  const plain = isApart ? 'never' : isInside && condition.operator === 'in' ? 'always' : 'maybe';
  return condition.negated ? negate(plain) : plain;
}

/** Whether the range can have a route that is inside the prefix, or is that very one. */
function mayHave(asked: Prefix, operator: 'in' | 'equal', range: RangeFacts): boolean {
  if (range.holes.some((hole) => containsPrefix(hole, asked))) return false;
  if (operator === 'in') return range.prefixes.some((prefix) => overlapsPrefix(prefix, asked));
  if (range.isExact && !isSingleAddress(asked)) return false;
  return range.prefixes.some((prefix) => containsPrefix(prefix, asked));
}

function decideFlag(name: string, range: RangeFacts): RangeVerdict {
  if (!range.isExact || (name !== 'aggregate' && name !== 'exact')) return 'maybe';
  return name === 'exact' ? 'always' : 'never';
}

function decideValues(field: string, asked: readonly Scalar[], negated: boolean, range: RangeFacts): RangeVerdict {
  const own = valuesOf(field, range);
  if (own === undefined || own.length === 0) return 'maybe';
  const count = own.filter((value) => asked.includes(value)).length;
  if (count > 0 && count < own.length) return 'maybe';
  return count > 0 === negated ? 'never' : 'always';
}

/** Every value that the field can have; undefined if they are not known. */
function valuesOf(field: string, range: RangeFacts): readonly Scalar[] | undefined {
  switch (field) {
    case 'range':
      return [range.name];
    case 'kind':
      return [range.kind];
    case 'source':
      return ['local'];
    case 'family':
      return [...new Set(range.prefixes.map(({ family }) => family))];
    case 'length':
      return range.isExact ? [...new Set(range.prefixes.map(({ family }) => addressBits(family)))] : undefined;
    default:
      return undefined;
  }
}

/** A route is never shorter than the prefix of the range that it is in. */
function decideLength(condition: Extract<Condition, { kind: 'compare' }>, range: RangeFacts): RangeVerdict {
  const { operator, value } = condition;
  if (typeof value !== 'number' || range.prefixes.length === 0) return 'maybe';
  const longest = Math.max(...range.prefixes.map(({ family }) => addressBits(family)));
  const shortest = Math.min(
    ...range.prefixes.map(({ family, length }) => (range.isExact ? addressBits(family) : length)),
  );
  const [atShortest, atLongest] = [compare(shortest, operator, value), compare(longest, operator, value)];
  if (atShortest !== atLongest) return 'maybe';
  return atShortest ? 'always' : 'never';
}

function compare(left: number, operator: string, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
