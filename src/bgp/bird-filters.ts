// Filters of the policy as BIRD functions. A function ends the filter that called it where a rule decides, and returns
// where none does, so that the next one is asked. The engine evaluates the same rules; both reach the same verdict.

import type { ComparisonOperator, Condition, Filter, FilterAction, FilterRule, Scalar } from '../dsl/policy.ts';
import { type Family, parseAddress } from '../dsl/prefix.ts';
import { compileGlob } from '../engine/globs.ts';
import { hasMark, IS_AGGREGATE, IS_EXACT, kindMark, type MarkUse, rangeMark } from './bird-marks.ts';
import { birdCommunity, birdSymbol, communityAttribute } from './bird-syntax.ts';

/** The argument of every filter function: the session's local AS, for `prepend N`. */
const LOCAL_AS = 'local_as';

/** One filter of the policy as a BIRD function of the session's local AS; `ranges` are all of the policy. */
export function renderFilter(filter: Filter, ranges: readonly string[]): readonly string[] {
  return [
    `function ${birdSymbol('filter', filter.name)}(int ${LOCAL_AS}) {`,
    ...filter.rules.map((rule) => `  ${renderRule(rule, ranges)}`),
    '}',
  ];
}

/** What conditions of these filters ask of a route that BIRD does not know by itself. */
export function markUseOf(filters: readonly Filter[]): MarkUse {
  const fields = new Set(filters.flatMap((filter) => filter.rules.flatMap((rule) => fieldsOf(rule.condition))));
  return {
    range: fields.has('range'),
    kind: fields.has('kind'),
    mode: fields.has('aggregate') || fields.has('exact'),
  };
}

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
      if (condition.field.name === 'exact') return hasMark(IS_EXACT);
      return unsupported(condition.field.name);
    case 'compare':
      return renderComparison(condition.field.name, condition.operator, condition.value);
    case 'one-of': {
      const any = condition.values.map((value) => renderComparison(condition.field.name, '==', value));
      return negateIf(condition.negated, joinWith('||', any, 'false'));
    }
    case 'matches': {
      if (condition.field.name !== 'range') return unsupported(condition.field.name);
      const glob = compileGlob(condition.glob);
      const any = ranges.filter((range) => glob.test(range)).map((range) => hasMark(rangeMark(range)));
      return joinWith('||', any, 'false');
    }
    case 'prefix':
      return negateIf(condition.negated, renderPrefixes(condition.prefixes, condition.operator === 'in'));
    case 'community':
      return `(${birdCommunity(condition.community)} ~ ${communityAttribute(condition.community)})`;
    case 'service':
    case 'as-path-starts':
      return unsupported(condition.kind);
  }
}

function renderRule(rule: FilterRule, ranges: readonly string[]): string {
  const decision = rule.verdict === 'update' ? [] : [`${rule.verdict};`];
  const statements = [...rule.actions.flatMap(renderAction), ...decision];
  const when = rule.condition === undefined ? '' : `if ${renderCondition(rule.condition, ranges)} then `;
  if (statements.length === 0) return '# changes nothing';
  return statements.length === 1 ? `${when}${statements[0]}` : `${when}{ ${statements.join(' ')} }`;
}

function renderAction(action: FilterAction): readonly string[] {
  switch (action.kind) {
    case 'add-communities':
      return action.communities.map((one) => `${communityAttribute(one)}.add(${birdCommunity(one)});`);
    case 'remove-communities':
      return action.communities.map((one) => `${communityAttribute(one)}.delete(${birdCommunity(one)});`);
    case 'local-pref':
      return [`bgp_local_pref = ${action.value};`];
    case 'med':
      return [`bgp_med = ${action.value};`];
    case 'prepend':
      return Array.from({ length: action.count }, () => `bgp_path.prepend(${LOCAL_AS});`);
    case 'prepend-as':
      // Each prepend goes in front of the one before, so the leftmost AS comes last.
      return action.path.map((as) => `bgp_path.prepend(${as});`).reverse();
    case 'next-hop':
      return renderNextHop(action.value);
  }
}

function renderNextHop(value: 'self' | 'keep' | { readonly address: string }): readonly string[] {
  // A route of ours has no next hop of its own to keep: BIRD states the session's address in both cases.
  if (value === 'keep') return [];
  if (value === 'self') return ['if source = RTS_STATIC then unset(bgp_next_hop);'];
  const family = parseAddress(value.address)?.family;
  if (family === undefined) throw new Error(`\`${value.address}\` is not an address`);
  // A next hop of the other family would make the route unusable at the peer.
  return [`if ${isFamily(family)} then bgp_next_hop = ${value.address};`];
}

/** A value that the field can never have equals nothing, as in the engine. */
function renderComparison(field: string, operator: ComparisonOperator, value: Scalar): string {
  if (field === 'length') {
    if (typeof value !== 'number') return operator === '!=' ? 'true' : 'false';
    return `(net.len ${operator === '==' ? '=' : operator} ${value})`;
  }
  if (operator !== '==' && operator !== '!=') return 'false';
  return negateIf(operator === '!=', renderEquality(field, String(value)));
}

function renderEquality(field: string, value: string): string {
  switch (field) {
    case 'range':
      return hasMark(rangeMark(value));
    case 'kind': {
      const mark = kindMark(value);
      return mark === undefined ? 'false' : hasMark(mark);
    }
    case 'family':
      return value === 'ipv4' || value === 'ipv6' ? `(${isFamily(value)})` : 'false';
    case 'aggregate':
    case 'exact':
      return 'false';
    default:
      return unsupported(field);
  }
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

function isFamily(family: Family): string {
  return `net.type = ${family === 'ipv4' ? 'NET_IP4' : 'NET_IP6'}`;
}

function fieldsOf(condition: Condition | undefined): readonly string[] {
  if (condition === undefined) return [];
  if (condition.kind === 'and' || condition.kind === 'or') return condition.operands.flatMap(fieldsOf);
  if (condition.kind === 'not') return fieldsOf(condition.operand);
  return 'field' in condition ? [condition.field.name] : [];
}

/** The policy is checked before it gets here: reaching this is a bug, not a mistake of the operator. */
function unsupported(what: string): never {
  throw new Error(`a filter cannot ask for ${what} yet`);
}
