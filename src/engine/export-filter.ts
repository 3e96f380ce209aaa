// Runs a route through the export filters of one session, to the verdict BIRD reaches from the rendered configuration.
// First deciding rule wins, `update` goes on, filters are asked in order, falling off the last one rejects.

import { assertNever } from '../dsl/assert-never.ts';
import type { Community } from '../dsl/community.ts';
import { normaliseCommunities, renderCommunity } from '../dsl/community.ts';
import type { Place } from '../dsl/place.ts';
import type { Filter, FilterAction, FilterList } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { parseAddress } from '../dsl/prefix.ts';
import { holds } from './conditions.ts';
import type { DesiredRoute, WireAttributes } from './decision.ts';
import type { DesiredPeer } from './desired-state.ts';
import type { RouteSubject } from './fields.ts';

/** What the filters of a session make of a route. */
export type FilterVerdict =
  | { readonly kind: 'accepted'; readonly at: Place | undefined; readonly attributes: WireAttributes }
  /** `at` is absent where no rule decided: `export nothing`, or the end of the last filter. */
  | { readonly kind: 'rejected'; readonly at: Place | undefined };

/** The session as far as filters and attributes depend on it. */
export type FilterSession = Pick<DesiredPeer, 'localAs' | 'remoteAs'> & Partial<Pick<DesiredPeer, 'nextHop'>>;

/** Asks the filters in order. `prefix` is the route's prefix, parsed. */
export function evaluateExport(
  list: FilterList,
  filters: ReadonlyMap<string, Filter>,
  session: FilterSession,
  route: DesiredRoute,
  prefix: Prefix,
): FilterVerdict {
  const asked: Asked = { session, route, prefix };
  switch (list.kind) {
    case 'all':
      return { kind: 'accepted', at: undefined, attributes: toWire(originated(asked), session) };
    case 'nothing':
      return { kind: 'rejected', at: undefined };
    case 'filters':
      return evaluateFilters(list.filters, filters, asked);
    default:
      return assertNever(list);
  }
}

interface Asked {
  readonly session: FilterSession;
  readonly route: DesiredRoute;
  readonly prefix: Prefix;
}

function evaluateFilters(names: readonly string[], filters: ReadonlyMap<string, Filter>, asked: Asked): FilterVerdict {
  let attributes = originated(asked);
  for (const name of names) {
    const filter = filters.get(name);
    // A filter that is not there rejects: an export never fails open.
    if (filter === undefined) return { kind: 'rejected', at: undefined };
    for (const rule of filter.rules) {
      if (rule.condition !== undefined && !holds(rule.condition, toSubject(attributes, asked))) continue;
      for (const action of rule.actions) attributes = carryOut(action, attributes, asked);
      if (rule.verdict === 'reject') return { kind: 'rejected', at: rule.at };
      if (rule.verdict === 'accept') {
        return { kind: 'accepted', at: rule.at, attributes: toWire(attributes, asked.session) };
      }
    }
  }
  return { kind: 'rejected', at: undefined };
}

function originated({ session, route }: Asked): WireAttributes {
  const { communities, localPref, med, prepend } = route.attributes;
  return { communities, localPref, med, prepend: repeat(session.localAs, prepend), nextHop: undefined };
}

function toSubject(attributes: WireAttributes, { session, route, prefix }: Asked): RouteSubject {
  return {
    kind: 'route',
    prefix,
    addressKind: route.addressKind,
    aggregate: route.aggregate,
    range: route.range,
    service: route.service,
    peerType: isInternal(session) ? 'ibgp' : 'ebgp',
    communities: new Set(attributes.communities.map(renderCommunity)),
    asPath: attributes.prepend,
    med: attributes.med,
    localPref: attributes.localPref,
  };
}

/** What BIRD sends to internal peers where nothing sets one: they are always sent a preference (RFC 4271 §5.1.5). */
const DEFAULT_LOCAL_PREF = 100;

// RFC 4271 §5.1.5: LOCAL_PREF is not sent to external peers. RFC 4360 §6: nor are non-transitive communities.
function toWire(attributes: WireAttributes, session: FilterSession): WireAttributes {
  // `next-hop self` of the peer is above what its filters say.
  const own = session.nextHop === 'self' ? { ...attributes, nextHop: undefined } : attributes;
  if (isInternal(session)) return { ...own, localPref: own.localPref ?? DEFAULT_LOCAL_PREF };
  return { ...own, communities: own.communities.filter(isTransitive), localPref: undefined };
}

// `rt` and `ro` are transitive; the first half of a generic one says it of itself.
function isTransitive(community: Community): boolean {
  return community.kind !== 'extended' || community.type !== 'generic' || (community.administrator & 0x4000_0000) === 0;
}

function carryOut(action: FilterAction, attributes: WireAttributes, { session, prefix }: Asked): WireAttributes {
  const { communities, prepend, nextHop } = attributes;
  switch (action.kind) {
    case 'add-communities':
      return { ...attributes, communities: normaliseCommunities([...communities, ...action.communities]) };
    case 'remove-communities':
      return { ...attributes, communities: withoutCommunities(communities, action.communities) };
    case 'local-pref':
      return { ...attributes, localPref: action.value };
    case 'med':
      return { ...attributes, med: action.value };
    case 'prepend':
      return { ...attributes, prepend: [...repeat(session.localAs, action.count), ...prepend] };
    case 'prepend-as':
      return { ...attributes, prepend: [...action.path, ...prepend] };
    case 'next-hop':
      return { ...attributes, nextHop: nextHopAfter(action.value, nextHop, prefix) };
    default:
      return assertNever(action);
  }
}

// A route of ours has no next hop of its own to keep. One of the other family would make the route unusable at the peer.
function nextHopAfter(
  value: Extract<FilterAction, { readonly kind: 'next-hop' }>['value'],
  current: string | undefined,
  prefix: Prefix,
): string | undefined {
  if (value === 'keep') return current;
  if (value === 'self') return undefined;
  return parseAddress(value.address)?.family === prefix.family ? value.address : current;
}

function withoutCommunities(from: readonly Community[], removed: readonly Community[]): readonly Community[] {
  const texts = new Set(removed.map(renderCommunity));
  return from.filter((community) => !texts.has(renderCommunity(community)));
}

/** Whether the session is iBGP. */
export function isInternal({ localAs, remoteAs }: FilterSession): boolean {
  return localAs === remoteAs;
}

function repeat(as: number, count: number): readonly number[] {
  return count === 0 ? NO_PATH : Array.from({ length: count }, () => as);
}

const NO_PATH: readonly number[] = [];
