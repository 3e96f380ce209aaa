import { assertNever } from '../dsl/assert-never.ts';
import { renderCommunity } from '../dsl/community.ts';
import { renderPlace } from '../dsl/place.ts';
import type { PeerVerdict, PlannedRoute, WireAttributes } from './decision.ts';
import type { EngineState } from './engine-state.ts';
import type { ExplainedPeer } from './explanation.ts';

/** What each peer, or the one named, gets of the route and which rule decided. */
export function explainPeers(
  route: PlannedRoute,
  state: EngineState,
  only: string | undefined,
): readonly ExplainedPeer[] {
  return route.peers
    .filter((verdict) => only === undefined || verdict.peer === only)
    .map((verdict) => ({
      peer: verdict.peer,
      reason: verdict.reason,
      text: textOf(verdict, state),
      at: renderPlace(verdict.at),
    }));
}

function textOf(verdict: PeerVerdict, state: EngineState): string {
  switch (verdict.reason) {
    case 'offered':
      return ['offered', ...(verdict.attributes === undefined ? [] : wireInWords(verdict.attributes))].join(', ');
    case 'peer-not-on-node':
      return 'not offered: the peer does not run on this node';
    case 'value-missing':
      return 'not offered: a value that the session needs is missing on this node';
    case 'same-neighbour':
      return 'not offered: BIRD cannot tell the session from that of another peer on this node';
    case 'not-in-to':
      return 'not offered: `to` names other peers';
    case 'family-not-carried':
      return 'not offered: the session does not carry this address family';
    case 'filter-rejected':
      return `not offered: ${rejectionOf(verdict, state)}`;
    default:
      return assertNever(verdict.reason);
  }
}

function rejectionOf(verdict: PeerVerdict, state: EngineState): string {
  const isRule = state.index.policy.filters.some((filter) => filter.rules.some((rule) => rule.at === verdict.at));
  if (isRule) return 'this rule rejects the route';
  const peer = state.index.policy.peers.find((known) => known.name === verdict.peer);
  return peer?.export.kind === 'nothing' ? '`export nothing`' : 'no rule of its export filters accepts the route';
}

function wireInWords({ communities, localPref, med, prepend, nextHop }: WireAttributes): readonly string[] {
  return [
    ...communities.map((community) => `community ${renderCommunity(community)}`),
    ...(localPref === undefined ? [] : [`local-pref ${localPref}`]),
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(prepend.length === 0 ? [] : [`prepend ${prepend.join(' ')}`]),
    ...(nextHop === undefined ? [] : [`next-hop ${nextHop}`]),
  ];
}
