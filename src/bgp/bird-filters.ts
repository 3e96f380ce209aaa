// Filters of the policy as BIRD functions. A function ends the filter that called it where a rule decides, and returns
// where none does, so that the next one is asked. The engine evaluates the same rules; both reach the same verdict.

import type { Filter, FilterAction, FilterRule } from '../dsl/policy.ts';
import { parseAddress } from '../dsl/prefix.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { isInternal } from '../engine/export-filter.ts';
import { IS_INTERNAL, isFamily, renderCondition } from './bird-conditions.ts';
import { birdCommunity, birdSymbol, communityAttribute } from './bird-syntax.ts';

/** The first argument of every filter function: the session's local AS, for `prepend N`. */
const LOCAL_AS = 'local_as';

/** Whether the function decides about what the session sends. */
const IS_EXPORT = 'is_export';

/** One filter of the policy as a BIRD function of what it needs to know of the session; `ranges` are all of the policy. */
export function renderFilter(filter: Filter, ranges: readonly string[]): readonly string[] {
  return [
    `function ${birdSymbol('filter', filter.name)}(int ${LOCAL_AS}; bool ${IS_INTERNAL}; bool ${IS_EXPORT}) {`,
    ...filter.rules.map((rule) => `  ${renderRule(rule, ranges)}`),
    '}',
  ];
}

/** The filters of one direction in order; a route that none of them decides is rejected. */
export function renderDecision(peer: DesiredPeer, direction: 'export' | 'import'): readonly string[] {
  const list = peer[direction];
  if (list.kind !== 'filters') return [list.kind === 'all' ? '  accept;' : '  reject;'];
  const session = `${peer.localAs}, ${isInternal(peer)}, ${direction === 'export'}`;
  return [...list.filters.map((name) => `  ${birdSymbol('filter', name)}(${session});`), '  reject;'];
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
  // A route of ours has no next hop of its own to keep: BIRD states the session's address in both cases. One of another
  // peer keeps what is written again, and loses what leads to its gateway.
  if (value === 'keep') return [`if ${IS_EXPORT} && source = RTS_BGP then bgp_next_hop = bgp_next_hop;`];
  if (value === 'self') {
    return [
      'if source = RTS_STATIC then unset(bgp_next_hop);',
      `if ${IS_EXPORT} && source = RTS_BGP then { dest = RTD_BLACKHOLE; unset(bgp_next_hop); }`,
    ];
  }
  const family = parseAddress(value.address)?.family;
  if (family === undefined) throw new Error(`\`${value.address}\` is not an address`);
  // A next hop of the other family would make the route unusable at the peer.
  return [`if ${isFamily(family)} then bgp_next_hop = ${value.address};`];
}
