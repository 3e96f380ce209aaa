// Conditions → clauses. `not` is carried inwards and `and` multiplied out, as long as that stays small.

import type { Condition, Field } from '../policy.ts';
import { parsePrefix } from '../prefix.ts';
import {
  ALL_PREFIXES,
  ANYTHING,
  amongFact,
  betweenFact,
  type Clause,
  everyPrefix,
  type Fact,
  joinClauses,
  notAmongFact,
  otherFact,
  outsideFact,
  type PrefixItem,
  prefixItem,
} from './clause.ts';

/** A condition that multiplies out to more is left alone. */
const MAX_CLAUSES = 64;

/** Clauses of which one holds; undefined if there are too many. */
export type Clauses = readonly Clause[] | undefined;

/** What a rule without a condition has. */
export const ALWAYS: readonly Clause[] = [ANYTHING];

/** Clauses of which one holds exactly where the condition does; none if it never does; undefined if there are too many. */
export function toClauses(condition: Condition | undefined, holds = true): Clauses {
  if (condition === undefined) return ALWAYS;
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const partOf = (operand: Condition) => toClauses(operand, holds);
      return (condition.kind === 'and') === holds
        ? allOf(condition.operands, partOf)
        : anyOf(condition.operands, partOf);
    }
    case 'not':
      return toClauses(condition.operand, !holds);
    case 'prefix':
      return [prefixClause(itemsOf(condition), holds !== condition.negated)];
    case 'one-of':
      return fieldClauses(condition.field, condition.values, holds !== condition.negated);
    case 'compare':
      return comparisonClauses(condition, holds);
    default:
      return [factClause(otherFact(JSON.stringify(condition), holds, isChangeable(condition)))];
  }
}

/** Whether an `update` may change what the condition asks for. */
export function isChangeable(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.some(isChangeable);
    case 'not':
      return isChangeable(condition.operand);
    case 'community':
    case 'as-path-starts':
      return true;
    case 'prefix':
    case 'service':
      return false;
    default:
      return condition.field.name === 'med' || condition.field.name === 'local-pref';
  }
}

/** The clauses of parts of which one has to hold. */
export function anyOf<N>(parts: readonly N[], clausesOf: (part: N) => Clauses): Clauses {
  const all: Clause[] = [];
  for (const part of parts) {
    const clauses = clausesOf(part);
    if (clauses === undefined) return undefined;
    all.push(...clauses);
  }
  return all.length > MAX_CLAUSES ? undefined : all;
}

/** The clauses of parts that all have to hold. */
export function allOf<N>(parts: readonly N[], clausesOf: (part: N) => Clauses): Clauses {
  return parts.reduce<Clauses>((all, part) => {
    const clauses = all && clausesOf(part);
    if (all === undefined || clauses === undefined || all.length * clauses.length > MAX_CLAUSES) return undefined;
    return all === ALWAYS ? clauses : joinAll(all, clauses);
  }, ALWAYS);
}

function joinAll(some: readonly Clause[], others: readonly Clause[]): readonly Clause[] {
  const one = some[0];
  const other = others[0];
  if (some.length === 1 && others.length === 1 && one !== undefined && other !== undefined) {
    const both = joinClauses(one, other);
    return both === undefined ? [] : [both];
  }
  return some.flatMap((each) => others.flatMap((another) => joinClauses(each, another) ?? []));
}

/** A clause about prefixes: the route is one of these, or none. */
export function prefixClause(items: readonly PrefixItem[], holds: boolean): Clause {
  return holds ? { items, facts: [], isLoose: false } : factClause(outsideFact(items));
}

function itemsOf({ prefixes, operator }: Extract<Condition, { kind: 'prefix' }>): readonly PrefixItem[] {
  return prefixes.flatMap((text) => {
    const prefix = parsePrefix(text);
    return prefix === undefined ? [] : [prefixItem(prefix, operator === 'equal')];
  });
}

function comparisonClauses(condition: Extract<Condition, { kind: 'compare' }>, holds: boolean): Clauses {
  const { field, operator, value } = condition;
  if (operator === '==' || operator === '!=') return fieldClauses(field, [value], holds === (operator === '=='));
  if (typeof value !== 'number') return undefined;
  const [low, high] = bounds(operator, value);
  const name = nameOf(field);
  if (holds) return [factClause(betweenFact(name, low, high))];
  // A number that may be missing is neither below nor above.
  if (field.name !== 'length') return [factClause(otherFact(`${name} ${operator} ${value}`, false, true))];
  return [
    ...(low === Number.NEGATIVE_INFINITY ? [] : [factClause(betweenFact(name, Number.NEGATIVE_INFINITY, low - 1))]),
    ...(high === Number.POSITIVE_INFINITY ? [] : [factClause(betweenFact(name, high + 1, Number.POSITIVE_INFINITY))]),
  ];
}

function bounds(operator: '<' | '<=' | '>' | '>=', value: number): readonly [low: number, high: number] {
  switch (operator) {
    case '<':
      return [Number.NEGATIVE_INFINITY, value - 1];
    case '<=':
      return [Number.NEGATIVE_INFINITY, value];
    case '>':
      return [value + 1, Number.POSITIVE_INFINITY];
    case '>=':
      return [value, Number.POSITIVE_INFINITY];
  }
}

type Values = Extract<Condition, { kind: 'one-of' }>['values'];

function fieldClauses(field: Field, values: Values, holds: boolean): readonly Clause[] {
  if (field.name === 'family') return familyClauses(values, holds);
  if (holds && values.length === 0) return [];
  return [factClause(holds ? amongFact(nameOf(field), values) : notAmongFact(nameOf(field), values))];
}

/** The family is one of the prefix. */
function familyClauses(values: Values, holds: boolean): readonly Clause[] {
  const families = (['ipv4', 'ipv6'] as const).filter((family) => values.includes(family) === holds);
  if (families.length === 2) return [ANYTHING];
  return families.map((family) => ({ items: [everyPrefix(family)], facts: [], isLoose: false }));
}

function factClause(fact: Fact): Clause {
  return { items: ALL_PREFIXES, facts: [fact], isLoose: false };
}

function nameOf(field: Field): string {
  return field.key === undefined ? field.name : `${field.name} ${field.key}`;
}
