// The speaker and the peers of a policy as one node runs them: per-node values resolved, defaults filled in.
// A peer with a missing value is not run and named in `problems`; the others are unaffected.

import { assertNever } from '../dsl/assert-never.ts';
import type { PeerNodes, PerNode, Policy, Speaker } from '../dsl/policy.ts';
import { holds } from './conditions.ts';
import type { DesiredPeer, DesiredSpeaker, NodeFacts, NodeSessions, SessionProblem } from './desired-state.ts';
import type { NodeValue } from './node-values.ts';
import { defaultRouterId, parseAsn, parseRouterId, resolveAddress, resolveNodeValue } from './node-values.ts';
import type { Node } from './objects.ts';
import { type NodeWithFacts, resolvePeer, restartTime } from './peer-session.ts';
import { sameNeighbours } from './same-neighbours.ts';

/**
 * Resolves the policy's speaker and peers for a node. Without a speaker there are no peers either. Without facts a peer
 * that needs them counts as one that runs.
 */
export function resolveForNode(policy: Policy, node: Node, facts?: NodeFacts): NodeSessions {
  const problems: SessionProblem[] = [];
  const speaker = resolveSpeaker(policy.speaker, { ...node, facts }, problems);
  if (speaker === undefined) return { speaker, peers: [], problems };
  const peers = policy.peers
    .filter((peer) => runsOn(peer.nodes, node))
    .flatMap((peer) => resolvePeer(peer, speaker, { ...node, facts }, problems) ?? []);
  const left = new Set(leaveOut(peers, speaker, policy, problems));
  const run = peers.filter((peer) => !left.has(peer));
  run.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { speaker, peers: run, problems };
}

/** Peers that BIRD cannot tell from others. */
function leaveOut(
  peers: readonly DesiredPeer[],
  speaker: DesiredSpeaker,
  policy: Policy,
  problems: SessionProblem[],
): readonly DesiredPeer[] {
  return sameNeighbours(peers, speaker).map(({ left, run }) => {
    const at = policy.peers.find(({ name }) => name === left.name)?.address.at ?? policy.speaker.at;
    const message = `not run: BIRD cannot tell it from the peer \`${run.name}\`, which is the same neighbour on this node`;
    problems.push({ code: 'same-neighbour', peer: left.name, message, at });
    return left;
  });
}

/** True if the peer's `nodes` selects the node. */
export function runsOn(nodes: PeerNodes, node: Node): boolean {
  switch (nodes.kind) {
    case 'all':
      return true;
    case 'names':
      return nodes.names.includes(node.name);
    case 'where':
      return holds(nodes.condition, { kind: 'node', node });
    default:
      return assertNever(nodes);
  }
}

function resolveSpeaker(speaker: Speaker, node: NodeWithFacts, problems: SessionProblem[]): DesiredSpeaker | undefined {
  const { listen } = speaker;
  const as = resolveNodeValue(speaker.as, node, 'an AS number', parseAsn);
  const routerId: NodeValue<string> =
    speaker.routerId === undefined
      ? { kind: 'value', value: defaultRouterId(node) }
      : resolveNodeValue(speaker.routerId, node, 'an IPv4 address', parseRouterId);
  const address = resolveAddress(listen.kind === 'on' ? listen.address : undefined, node);
  const values = [
    { name: 'AS number', source: speaker.as, value: as },
    { name: 'router id', source: speaker.routerId, value: routerId },
    { name: 'listen address', source: listen.kind === 'on' ? listen.address : undefined, value: address },
  ];
  for (const { name, source, value } of values) {
    if (value.kind === 'value') continue;
    const message = `the speaker has no ${name}: ${value.why}`;
    problems.push({ code: 'value-missing', peer: undefined, message, at: placeOf(source, speaker) });
  }
  if (as.kind === 'missing' || routerId.kind === 'missing' || address.kind === 'missing') return undefined;
  return {
    as: as.value,
    routerId: routerId.value,
    listen: listen.kind === 'off' ? listen : { kind: 'on', address: address.value, port: listen.port },
    gracefulRestartMs: restartTime(speaker.gracefulRestart),
    ...onNode(speaker, node.facts),
  };
}

/** What the speaker does besides speaking. */
function onNode(
  { install, loopProtection = 'off' }: Speaker,
  facts: NodeFacts | undefined,
): Pick<DesiredSpeaker, 'installRoutes' | 'loopProtection'> {
  const networks = facts?.networks ?? [];
  return {
    ...(install === 'routes' && { installRoutes: true }),
    ...(loopProtection !== 'off' && { loopProtection: { action: loopProtection, networks } }),
  };
}

function placeOf(value: PerNode<unknown> | undefined, fallback: Speaker): SessionProblem['at'] {
  return value === undefined || value.kind === 'literal' ? fallback.at : value.at;
}
