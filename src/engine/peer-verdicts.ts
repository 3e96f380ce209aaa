// What each peer of the policy gets of a route of one node.

import type { Place } from '../dsl/place.ts';
import type { Peer } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import type { UnjudgedRoute } from './address-on-node.ts';
import type { PeerVerdict, WireAttributes } from './decision.ts';
import type { DesiredPeer, NodeSessions } from './desired-state.ts';
import { evaluateExport } from './export-filter.ts';
import type { Node } from './objects.ts';
import type { PolicyIndex } from './policy-index.ts';
import { runsOn } from './sessions.ts';
import { createShare } from './share.ts';

/** Gives the verdict of every peer of the policy, sorted by name, on a route of the node it was made for. */
export type PeerJudge = (route: UnjudgedRoute, prefix: Prefix) => readonly PeerVerdict[];

/** The judge for one node with its sessions. */
export function createPeerJudge(index: PolicyIndex, node: Node, sessions: NodeSessions): PeerJudge {
  const running = new Map(sessions.peers.map((peer) => [peer.name, peer]));
  const peers = [...index.policy.peers].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const judges = peers.map((peer) => {
    const session = running.get(peer.name);
    if (session !== undefined) return createSessionJudge(index, peer, session);
    const verdict = notRun(peer, node, sessions);
    return () => verdict;
  });
  const share = createShare<readonly Peer[], readonly PeerVerdict[]>();
  return (route, prefix) =>
    share(
      peers,
      judges.map((judge) => judge(route, prefix)),
    );
}

function createSessionJudge(
  index: PolicyIndex,
  peer: Peer,
  session: DesiredPeer,
): (route: UnjudgedRoute, prefix: Prefix) => PeerVerdict {
  const rejected = (reason: PeerVerdict['reason'], at: Place): PeerVerdict => verdictOf(peer, reason, at, undefined);
  const noFamily = rejected('family-not-carried', peer.at);
  const listAt = session.export.kind === 'filters' ? session.export.at : peer.at;
  return (route, prefix) => {
    if (route.to !== undefined && !route.to.includes(peer.name)) return rejected('not-in-to', toPlace(index, route));
    if (!session.families.includes(prefix.family)) return noFamily;
    const result = evaluateExport(session.export, index.filters, session, route, prefix);
    if (result.kind === 'rejected') return rejected('filter-rejected', result.at ?? listAt);
    return verdictOf(peer, 'offered', result.at ?? listAt, result.attributes);
  };
}

function notRun(peer: Peer, node: Node, sessions: NodeSessions): PeerVerdict {
  if (!runsOn(peer.nodes, node)) {
    const at = peer.nodes.kind === 'all' ? peer.at : peer.nodes.at;
    return verdictOf(peer, 'peer-not-on-node', at, undefined);
  }
  const problem = sessions.problems.findLast((known) => known.peer === peer.name || known.peer === undefined);
  const reason = problem?.code === 'same-neighbour' ? 'same-neighbour' : 'value-missing';
  return verdictOf(peer, reason, problem?.at ?? peer.at, undefined);
}

function toPlace(index: PolicyIndex, route: UnjudgedRoute): Place {
  const block = index.policy.serviceBlocks.findLast(({ to }) => to?.peers !== undefined && to.peers === route.to);
  return block?.to?.at ?? route.at;
}

function verdictOf(
  peer: Peer,
  reason: PeerVerdict['reason'],
  at: Place,
  attributes: WireAttributes | undefined,
): PeerVerdict {
  return { peer: peer.name, reason, at, attributes };
}
