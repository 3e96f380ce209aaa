import type { Filter, FilterList, Policy } from '../dsl/policy.ts';
import type { NodeDecisions } from './decision.ts';
import type { DesiredPeer, DesiredState, NodeSessions } from './desired-state.ts';

/**
 * What BIRD on the node should hold: its sessions, the filters they name, its routes. Undefined without a speaker: the
 * node then keeps what it has.
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
    routes: decisions.desired,
  };
}

function usedFilters(policy: Policy, peers: readonly DesiredPeer[]): readonly Filter[] {
  const names = new Set(peers.flatMap((peer) => [...filterNames(peer.export), ...filterNames(peer.import)]));
  return policy.filters.filter((filter) => names.has(filter.name));
}

function filterNames(list: FilterList): readonly string[] {
  return list.kind === 'filters' ? list.filters : [];
}
