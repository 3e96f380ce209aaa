// Runs a route through the export filters of one session, to the verdict BIRD reaches from the rendered configuration.
// First deciding rule wins, `update` goes on, filters are asked in order, falling off the last one rejects.

import { assertNever } from '../dsl/assert-never.ts';
import type { Community } from '../dsl/community.ts';
import { normaliseCommunities, renderCommunity } from '../dsl/community.ts';
import type { Place } from '../dsl/place.ts';
import type { Filter, FilterAction, FilterList, FilterRule } from '../dsl/policy.ts';
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
export type FilterSession = Pick<DesiredPeer, 'localAs' | 'remoteAs'>;

/** Asks the filters in order. `prefix` is the route's prefix, parsed. */
export function evaluateExport(
  list: FilterList,
  filters: ReadonlyMap<string, Filter>,
  session: FilterSession,
  route: DesiredRoute,
  prefix: Prefix,
): FilterVerdict {
  const path = createPath(session, route, prefix);
  switch (list.kind) {
    case 'all':
      return { kind: 'accepted', at: undefined, attributes: path.wire() };
    case 'nothing':
      return { kind: 'rejected', at: undefined };
    case 'filters':
      return evaluateFilters(list.filters, filters, path);
    default:
      return assertNever(list);
  }
}

function evaluateFilters(names: readonly string[], filters: ReadonlyMap<string, Filter>, path: Path): FilterVerdict {
  for (const name of names) {
    const filter = filters.get(name);
    // A filter that is not there rejects: an export never fails open.
    if (filter === undefined) return { kind: 'rejected', at: undefined };
    const decided = filter.rules.find((rule) => isDecidedBy(rule, path));
    if (decided === undefined) continue;
    if (decided.verdict === 'reject') return { kind: 'rejected', at: decided.at };
    return { kind: 'accepted', at: decided.at, attributes: path.wire() };
  }
  return { kind: 'rejected', at: undefined };
}

// Carries out the actions of a rule that matches; true if the rule ends the evaluation.
function isDecidedBy(rule: FilterRule, path: Path): boolean {
  if (rule.condition !== undefined && !holds(rule.condition, path.subject())) return false;
  for (const action of rule.actions) path.apply(action);
  return rule.verdict !== 'update';
}

/** A route while filters change it. */
interface Path {
  subject(): RouteSubject;
  apply(action: FilterAction): void;
  wire(): WireAttributes;
}

function createPath(session: FilterSession, route: DesiredRoute, prefix: Prefix): Path {
  const isInternal = session.localAs === session.remoteAs;
  let communities: readonly Community[] = route.attributes.communities;
  let { localPref, med } = route.attributes;
  let asPath = repeat(session.localAs, route.attributes.prepend);
  let nextHop: string | undefined;
  let subject: RouteSubject | undefined;
  return {
    subject: () => {
      subject ??= {
        kind: 'route',
        prefix,
        addressKind: route.addressKind,
        aggregate: route.aggregate,
        range: route.range,
        service: route.service,
        peerType: isInternal ? 'ibgp' : 'ebgp',
        communities: new Set(communities.map(renderCommunity)),
        asPath,
        med,
        localPref,
      };
      return subject;
    },
    apply: (action) => {
      subject = undefined;
      switch (action.kind) {
        case 'add-communities':
          communities = normaliseCommunities([...communities, ...action.communities]);
          break;
        case 'remove-communities':
          communities = withoutCommunities(communities, action.communities);
          break;
        case 'local-pref':
          localPref = action.value;
          break;
        case 'med':
          med = action.value;
          break;
        case 'prepend':
          asPath = [...repeat(session.localAs, action.count), ...asPath];
          break;
        case 'prepend-as':
          asPath = [...action.path, ...asPath];
          break;
        case 'next-hop':
          nextHop = nextHopAfter(action.value, nextHop, prefix);
          break;
        default:
          assertNever(action);
      }
    },
    // RFC 4271 §5.1.5: LOCAL_PREF is not sent to external peers.
    wire: () => ({ communities, localPref: isInternal ? localPref : undefined, med, prepend: asPath, nextHop }),
  };
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

function repeat(as: number, count: number): readonly number[] {
  return count === 0 ? NO_PATH : Array.from({ length: count }, () => as);
}

const NO_PATH: readonly number[] = [];
