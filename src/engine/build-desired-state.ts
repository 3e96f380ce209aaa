import type { Filter, FilterList, Policy } from '../dsl/policy.ts';
import type { NodeDecisions, PlannedRoute } from './decision.ts';
import type { DesiredPeer, DesiredRoute, DesiredState, NodeSessions } from './desired-state.ts';

/**
 * What BIRD on the node should hold: its sessions, the filters they name, its routes. Undefined without a speaker: the
 * node then keeps what it has. A route that the engine did not change is the same object as in the previous state.
 */
export function buildDesiredState(
  policy: Policy,
  sessions: NodeSessions,
  decisions: NodeDecisions,
): DesiredState | undefined {
  if (sessions.speaker === undefined) return undefined;
  return {
    speaker: sessions.speaker,
    peers: sessions.peers,
    filters: usedFilters(policy, sessions.peers),
    ranges: policy.ranges.map((range) => range.name),
    routes: decisions.routes.map(toDesiredRoute),
  };
}

const desiredRoutes = new WeakMap<PlannedRoute, DesiredRoute>();

/** The part of a planned route that BIRD is told. */
export function toDesiredRoute(route: PlannedRoute): DesiredRoute {
  const known = desiredRoutes.get(route);
  if (known !== undefined) return known;
  const { prefix, addressKind, aggregate, range, attributes, to, service } = route;
  const desired: DesiredRoute = { prefix, addressKind, aggregate, range, attributes, to, service };
  desiredRoutes.set(route, desired);
  return desired;
}

function usedFilters(policy: Policy, peers: readonly DesiredPeer[]): readonly Filter[] {
  const names = new Set(peers.flatMap((peer) => [...filterNames(peer.export), ...filterNames(peer.import)]));
  return policy.filters.filter((filter) => names.has(filter.name));
}

function filterNames(list: FilterList): readonly string[] {
  return list.kind === 'filters' ? list.filters : [];
}
