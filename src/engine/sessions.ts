// The speaker and the peers of a policy as one node runs them: per-node values resolved, defaults filled in.
// A peer with a missing value is not run and named in `problems`; the others are unaffected.

import { assertNever } from '../dsl/assert-never.ts';
import type { GracefulRestart, Peer, PeerNodes, PerNode, Policy, Speaker } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import { parseAddress, renderAddress } from '../dsl/prefix.ts';
import { holds } from './conditions.ts';
import type { DesiredPeer, DesiredSpeaker, NodeSessions, SessionProblem } from './desired-state.ts';
import type { NodeValue } from './node-values.ts';
import { defaultRouterId, parseAddressText, parseAsn, parseRouterId, resolveNodeValue } from './node-values.ts';
import type { Node } from './objects.ts';

/** Resolves the policy's speaker and peers for a node. Without a speaker there are no peers either. */
export function resolveForNode(policy: Policy, node: Node): NodeSessions {
  const problems: SessionProblem[] = [];
  const speaker = resolveSpeaker(policy.speaker, node, problems);
  if (speaker === undefined) return { speaker, peers: [], problems };
  const peers = policy.peers
    .filter((peer) => runsOn(peer.nodes, node))
    .flatMap((peer) => resolvePeer(peer, speaker, node, problems) ?? []);
  peers.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { speaker, peers, problems };
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

function resolveSpeaker(speaker: Speaker, node: Node, problems: SessionProblem[]): DesiredSpeaker | undefined {
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
  };
}

function resolvePeer(
  peer: Peer,
  speaker: DesiredSpeaker,
  node: Node,
  problems: SessionProblem[],
): DesiredPeer | undefined {
  const source = resolveSource(peer, node);
  if (source.kind === 'missing') {
    const message = `not run: ${source.why}`;
    problems.push({ code: 'value-missing', peer: peer.name, message, at: placeOf(peer.source, peer) });
    return undefined;
  }
  const { families, nextHops } = resolveFamilies(peer, node, problems);
  if (families.length === 0) return undefined;
  return {
    name: peer.name,
    address: peer.address.address,
    port: peer.address.port,
    localAs: speaker.as,
    remoteAs: peer.as.as,
    source: source.value,
    families,
    nextHops,
    description: peer.description,
    export: peer.export,
    import: peer.import,
    password: peer.password,
    multihop: peer.multihop,
    passive: peer.passive,
    holdTimeMs: peer.holdTimeMs,
    keepaliveMs: peer.keepaliveMs,
    connectRetryMs: peer.connectRetryMs,
    gracefulRestartMs:
      peer.gracefulRestart === undefined ? speaker.gracefulRestartMs : restartTime(peer.gracefulRestart),
  };
}

function resolveSource(peer: Peer, node: Node): NodeValue<string | undefined> {
  const source = resolveAddress(peer.source, node);
  if (source.kind === 'missing' || source.value === undefined) return source;
  const [own, other] = [parseAddress(source.value)?.family, parseAddress(peer.address.address)?.family];
  if (own === other) return source;
  return { kind: 'missing', why: `its source \`${source.value}\` is not of the family of its address` };
}

// For a family that a multihop session does not run over, BIRD has no interface to take a next hop from.
function resolveFamilies(
  peer: Peer,
  node: Node,
  problems: SessionProblem[],
): Pick<DesiredPeer, 'families' | 'nextHops'> {
  const sessionFamily = parseAddress(peer.address.address)?.family;
  const nextHops: Record<Family, string | undefined> = { ipv4: undefined, ipv6: undefined };
  const families = peer.families.filter((family) => {
    if (peer.multihop === undefined || family === sessionFamily) return true;
    nextHops[family] = internalIP(node, family);
    if (nextHops[family] !== undefined) return true;
    const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
    const message = `carries no ${family} routes: the node has no ${name} InternalIP for their next hop`;
    problems.push({ code: 'family-left-out', peer: peer.name, message, at: peer.at });
    return false;
  });
  return { families, nextHops };
}

function internalIP(node: Node, family: Family): string | undefined {
  for (const text of node.internalIPs) {
    const address = parseAddress(text);
    if (address?.family === family) return renderAddress(family, address.value);
  }
  return undefined;
}

function resolveAddress(value: PerNode<string> | undefined, node: Node): NodeValue<string | undefined> {
  if (value === undefined) return { kind: 'value', value: undefined };
  return resolveNodeValue(value, node, 'an address', parseAddressText);
}

function restartTime(restart: GracefulRestart): number | undefined {
  return restart.kind === 'on' ? restart.timeMs : undefined;
}

function placeOf(value: PerNode<unknown> | undefined, fallback: Speaker | Peer): SessionProblem['at'] {
  return value === undefined || value.kind === 'literal' ? fallback.at : value.at;
}
