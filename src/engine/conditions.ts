// Evaluates a condition of the policy for a node, a service address or a route. Total: every condition has an answer.
// What a subject does not have equals nothing, so `!=` and `not in` are true for it, as in Kubernetes selectors.

import { assertNever } from '../dsl/assert-never.ts';
import { renderCommunity } from '../dsl/community.ts';
import type { ComparisonOperator, Condition, Scalar } from '../dsl/policy.ts';
import type { FieldValue, Subject } from './fields.ts';
import { fieldValue } from './fields.ts';
import { compileGlob, compilePathGlob } from './globs.ts';
import type { PrefixIndex } from './prefix-index.ts';
import { createPrefixIndex, policyPrefix } from './prefix-index.ts';

/** True if the subject meets the condition. */
export function holds(condition: Condition, subject: Subject): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(operand, subject));
    case 'or':
      return condition.operands.some((operand) => holds(operand, subject));
    case 'not':
      return !holds(condition.operand, subject);
    case 'present': {
      const value = fieldValue(condition.field, subject);
      return value !== undefined && value !== false;
    }
    case 'compare':
      return compare(fieldValue(condition.field, subject), condition.operator, condition.value);
    case 'one-of': {
      const value = fieldValue(condition.field, subject);
      return condition.values.some((candidate) => candidate === value) !== condition.negated;
    }
    case 'matches': {
      const value = fieldValue(condition.field, subject);
      return typeof value === 'string' && globOf(condition).test(value);
    }
    case 'prefix':
      return subject.kind === 'route' && inPrefixes(condition, subject.prefix) !== condition.negated;
    case 'service':
      return subject.kind === 'route' && subject.service !== undefined && globOf(condition).test(subject.service);
    case 'community':
      return subject.kind === 'route' && subject.communities.has(renderCommunity(condition.community));
    case 'as-path-starts':
      return subject.kind === 'route' && condition.path.every((as, i) => subject.asPath[i] === as);
    default:
      return assertNever(condition);
  }
}

function compare(value: FieldValue, operator: ComparisonOperator, wanted: Scalar): boolean {
  switch (operator) {
    case '==':
      return value === wanted;
    case '!=':
      return value !== wanted;
    default:
      return typeof value === 'number' && typeof wanted === 'number' && ordered(value, operator, wanted);
  }
}

function ordered(value: number, operator: '<' | '<=' | '>' | '>=', wanted: number): boolean {
  switch (operator) {
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
  }
}

type PrefixCondition = Extract<Condition, { readonly kind: 'prefix' }>;
type GlobCondition = Extract<Condition, { readonly kind: 'matches' | 'service' }>;
type RoutePrefix = Extract<Subject, { readonly kind: 'route' }>['prefix'];

function inPrefixes(condition: PrefixCondition, prefix: RoutePrefix): boolean {
  const { index, texts } = prefixesOf(condition);
  return condition.operator === 'in' ? index.covers(prefix) : texts.has(prefix.text);
}

// A policy is evaluated for every route, so what a condition holds as text is compiled once, for as long as it lives.
const compiledPrefixes = new WeakMap<
  PrefixCondition,
  { readonly index: PrefixIndex<true>; readonly texts: Set<string> }
>();
const compiledGlobs = new WeakMap<GlobCondition, RegExp>();

function prefixesOf(condition: PrefixCondition): { readonly index: PrefixIndex<true>; readonly texts: Set<string> } {
  const known = compiledPrefixes.get(condition);
  if (known !== undefined) return known;
  const prefixes = condition.prefixes.map(policyPrefix);
  const compiled = {
    index: createPrefixIndex(prefixes.map((prefix) => [prefix, true as const] as const)),
    texts: new Set(prefixes.map((prefix) => prefix.text)),
  };
  compiledPrefixes.set(condition, compiled);
  return compiled;
}

function globOf(condition: GlobCondition): RegExp {
  const known = compiledGlobs.get(condition);
  if (known !== undefined) return known;
  const compiled = condition.kind === 'matches' ? compileGlob(condition.glob) : compilePathGlob(condition.path);
  compiledGlobs.set(condition, compiled);
  return compiled;
}
