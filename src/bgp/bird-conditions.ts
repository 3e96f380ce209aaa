// Conditions of filters as BIRD expressions. The engine evaluates the same conditions (fields.ts, conditions.ts); both
// reach the same answer for every route. What BIRD does not know of a route stands in a mark. What a route does not have
// equals nothing: BIRD stops a filter that compares an attribute which is not there, so that is asked first.

import { assertNever } from '../dsl/assert-never.ts';
import type { ComparisonOperator, Condition, Field, FieldName, Filter, Scalar } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import { compileGlob } from '../engine/globs.ts';
import {
  hasMark,
  IS_AGGREGATE,
  IS_EXACT,
  kindMark,
  type MarkUse,
  rangeMark,
  serviceMark,
  servicePaths,
} from './bird-marks.ts';
import { birdCommunity, communityAttribute, isQuotable, quoteExactly } from './bird-syntax.ts';

/** The argument of every filter function that says whether the session is iBGP. */
export const IS_INTERNAL = 'is_internal';

/** A condition as a BIRD expression, in parentheses wherever precedence could matter. */
export function renderCondition(condition: Condition, ranges: readonly string[]): string {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const operands = condition.operands.map((operand) => renderCondition(operand, ranges));
      return condition.kind === 'and' ? joinWith('&&', operands, 'true') : joinWith('||', operands, 'false');
    }
    case 'not':
      return `!${renderCondition(condition.operand, ranges)}`;
    case 'present':
      if (condition.field.name === 'aggregate') return hasMark(IS_AGGREGATE);
      return condition.field.name === 'exact' ? hasMark(IS_EXACT) : 'false';
    case 'compare':
      return renderComparison(condition.field, condition.operator, condition.value);
    case 'one-of': {
      const any = condition.values.map((value) => renderComparison(condition.field, '==', value));
      return negateIf(condition.negated, joinWith('||', any, 'false'));
    }
    case 'matches':
      return renderMatch(condition.field.name, condition.glob, ranges);
    case 'prefix':
      return negateIf(condition.negated, renderPrefixes(condition.prefixes, condition.operator === 'in'));
    case 'community':
      return `(${birdCommunity(condition.community)} ~ ${communityAttribute(condition.community)})`;
    case 'service':
      return hasMark(serviceMark(condition.path));
    case 'as-path-starts':
      return condition.path.length === 0 ? 'true' : `(bgp_path ~ [= ${condition.path.join(' ')} * =])`;
    default:
      return assertNever(condition);
  }
}

/** What conditions of these filters ask of a route that BIRD does not know by itself. */
export function markUseOf(filters: readonly Filter[]): MarkUse {
  const tests = filters.flatMap(({ rules }) => rules.flatMap(({ condition }) => testsOf(condition)));
  const fields = new Set(tests.flatMap((test) => ('field' in test ? [test.field.name] : [])));
  return {
    range: fields.has('range'),
    kind: fields.has('kind'),
    mode: fields.has('aggregate') || fields.has('exact'),
    services: servicePaths(tests.flatMap((test) => (test.kind === 'service' ? [test.path] : []))),
  };
}

/** Whether the route is of the family, as a BIRD expression. */
export function isFamily(family: Family): string {
  return `net.type = ${family === 'ipv4' ? 'NET_IP4' : 'NET_IP6'}`;
}

/** A value that the field can never have equals nothing, as in the engine. */
function renderComparison({ name }: Field, operator: ComparisonOperator, value: Scalar): string {
  if (operator === '!=') return `!${renderEquality(name, value)}`;
  if (operator === '==') return renderEquality(name, value);
  return typeof value === 'number' ? renderNumber(name, operator, value) : 'false';
}

function renderEquality(field: FieldName, value: Scalar): string {
  if (typeof value === 'number') return renderNumber(field, '=', value);
  switch (field) {
    case 'range':
      return hasMark(rangeMark(value));
    case 'kind': {
      const mark = kindMark(value);
      return mark === undefined ? 'false' : hasMark(mark);
    }
    case 'family':
      return value === 'ipv4' || value === 'ipv6' ? `(${isFamily(value)})` : 'false';
    case 'source':
      if (value === 'local') return '(source = RTS_STATIC)';
      return value === 'remote' ? '(source != RTS_STATIC)' : 'false';
    case 'peer-type':
      if (value === 'ibgp') return IS_INTERNAL;
      return value === 'ebgp' ? `!${IS_INTERNAL}` : 'false';
    case 'interface':
      return isQuotable(value) ? `(ifname = ${quoteExactly(value)})` : 'false';
    default:
      return 'false';
  }
}

function renderNumber(field: FieldName, operator: '=' | '<' | '<=' | '>' | '>=', value: number): string {
  switch (field) {
    case 'length':
      return `(net.len ${operator} ${value})`;
    case 'med':
      return `(defined(bgp_med) && bgp_med ${operator} ${value})`;
    case 'local-pref':
      return `(defined(bgp_local_pref) && bgp_local_pref ${operator} ${value})`;
    default:
      return 'false';
  }
}

function renderMatch(field: FieldName, glob: string, ranges: readonly string[]): string {
  if (field === 'range') {
    const pattern = compileGlob(glob);
    const any = ranges.filter((range) => pattern.test(range)).map((range) => hasMark(rangeMark(range)));
    return joinWith('||', any, 'false');
  }
  if (field !== 'interface' || !isQuotable(glob)) return 'false';
  // A route of ours came through no interface; for BIRD that is the empty name, which `*` would match. In BIRD's patterns
  // `?` means something as well, and two `*` in a row mean something else.
  const pattern = glob.replace(/\*+/g, '*').replace(/[?\\]/g, '\\$&');
  return `(ifname != "" && ifname ~ ${quoteExactly(pattern)})`;
}

/** A prefix set matches one family only, and BIRD refuses a set of both. */
function renderPrefixes(prefixes: readonly string[], orInside: boolean): string {
  const sets = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const own = prefixes.filter((prefix) => prefix.includes(':') === (family === 'ipv6'));
    const items = own.map((prefix) => (orInside ? `${prefix}+` : prefix)).join(', ');
    return own.length === 0 ? [] : [`(${isFamily(family)} && net ~ [ ${items} ])`];
  });
  return joinWith('||', sets, 'false');
}

function joinWith(operator: '&&' | '||', terms: readonly string[], empty: 'true' | 'false'): string {
  if (terms.length === 0) return empty;
  return terms.length === 1 ? (terms[0] ?? empty) : `(${terms.join(` ${operator} `)})`;
}

function negateIf(isNegated: boolean, expression: string): string {
  return isNegated ? `!${expression}` : expression;
}

type Test = Exclude<Condition, { readonly kind: 'and' | 'or' | 'not' }>;

function testsOf(condition: Condition | undefined): readonly Test[] {
  if (condition === undefined) return [];
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(testsOf);
    case 'not':
      return testsOf(condition.operand);
    default:
      return [condition];
  }
}
