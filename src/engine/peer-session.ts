// One peer of the policy as a node runs it. What keeps it from running, or what it has to do without, is a problem with
// the place that asks for it.

import type { Place } from '../dsl/place.ts';
import type { GracefulRestart, Peer, PerNode } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import { familyOfText, isLinkLocal, parseAddress, renderAddress } from '../dsl/prefix.ts';
import { sessionOptionsOf } from '../dsl/session-options.ts';
import type { DesiredPeer, DesiredSpeaker, NodeFacts, SessionProblem } from './desired-state.ts';
import type { NodeValue } from './node-values.ts';
import { parseAddressText, parseAsn, resolveAddress, resolveNodeValue } from './node-values.ts';
import type { Node } from './objects.ts';

/** A node with what it tells of itself, if it was asked. */
export type NodeWithFacts = Node & { readonly facts: NodeFacts | undefined };

/** Resolves a peer that the node should run; undefined where it cannot. */
export function resolvePeer(
  peer: Peer,
  speaker: DesiredSpeaker,
  node: NodeWithFacts,
  problems: SessionProblem[],
): DesiredPeer | undefined {
  const ends = resolveEnds(peer, speaker, node);
  if (ends.kind === 'missing') {
    const message = `not run: ${ends.why}`;
    problems.push({ code: 'value-missing', peer: peer.name, message, at: ends.at });
    return undefined;
  }
  const { families, nextHops } = resolveFamilies(peer, ends.address, node, problems);
  if (families.length === 0) return undefined;
  const { localAs, remoteAs, source } = ends;
  return {
    name: peer.name,
    address: ends.address,
    port: peer.address.port,
    interface: ends.interface,
    localAs,
    remoteAs,
    source,
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
    ...sessionOptionsOf(peer),
    ...(lacksBfdAddress(peer, ends, speaker, problems) ? { bfd: undefined } : {}),
  };
}

/** The restart time in milliseconds; undefined for off. */
export function restartTime(restart: GracefulRestart): number | undefined {
  return restart.kind === 'on' ? restart.timeMs : undefined;
}

/** Addresses and AS numbers of both ends. */
type Ends = Pick<DesiredPeer, 'address' | 'interface' | 'localAs' | 'remoteAs' | 'source'>;

interface Missing {
  readonly kind: 'missing';
  readonly why: string;
  readonly at: Place;
}

function resolveEnds(
  peer: Peer,
  speaker: DesiredSpeaker,
  node: NodeWithFacts,
): ({ readonly kind: 'ends' } & Ends) | Missing {
  const source = resolveAddress(peer.source, node);
  if (source.kind === 'missing') return { ...source, at: placeOf(peer.source, peer) };
  const found = resolvePeerAddress(peer, source.value, node);
  if (found.kind === 'missing') return { ...found, at: peer.address.at };
  const { address, interface: link } = found.value;
  const [own, other] = [familyOfText(source.value ?? ''), familyOfText(address)];
  if (own !== undefined && other !== undefined && own !== other) {
    const why = `its source \`${source.value}\` is not of the family of its address`;
    return { kind: 'missing', why, at: placeOf(peer.source, peer) };
  }
  const local = [address, source.value].find((text) => text !== undefined && isLinkLocal(text));
  if (local !== undefined && link === undefined) {
    return { kind: 'missing', why: `\`${local}\` is link-local, and nothing names its link`, at: peer.address.at };
  }
  const localAs = peer.localAs ?? speaker.as;
  const remoteAs = resolveRemoteAs(peer, localAs, node);
  if (remoteAs.kind === 'missing') return { ...remoteAs, at: peer.as.at };
  return { kind: 'ends', address, interface: link, localAs, remoteAs: remoteAs.value, source: source.value };
}

function resolveRemoteAs(peer: Peer, localAs: number, node: Node): NodeValue<number | 'external'> {
  const { as } = peer.as;
  if (as.kind === 'external') return { kind: 'value', value: 'external' };
  const found: NodeValue<number> =
    as.kind === 'internal' ? { kind: 'value', value: localAs } : resolveNodeValue(as, node, 'an AS number', parseAsn);
  // A policy that states both AS numbers is checked for this before it gets here.
  if (found.kind === 'missing' || peer.role === undefined || found.value !== localAs) return found;
  return { kind: 'missing', why: `its role is for sessions between two AS, and its AS is the local ${localAs}` };
}

/** Where the peer is, and on which link if that has to be said. */
function resolvePeerAddress(
  peer: Peer,
  source: string | undefined,
  node: NodeWithFacts,
): NodeValue<Pick<DesiredPeer, 'address' | 'interface'>> {
  const { address, interface: link } = peer.address;
  if (address.kind === 'gateway') return resolveGateway(peer, source, node.facts);
  if (address.kind === 'inside') return { kind: 'value', value: { address: address.prefix, interface: link } };
  const found = resolveNodeValue(address, node, 'an address', parseAddressText);
  return found.kind === 'missing' ? found : { kind: 'value', value: { address: found.value, interface: link } };
}

/** The gateway of the source's family; without a source IPv4 comes first, unless the session carries IPv6 only. */
function resolveGateway(
  peer: Peer,
  source: string | undefined,
  facts: NodeFacts | undefined,
): NodeValue<Pick<DesiredPeer, 'address' | 'interface'>> {
  if (facts === undefined) return { kind: 'value', value: { address: 'gateway', interface: undefined } };
  const own = source === undefined ? undefined : familyOfText(source);
  const families: readonly Family[] = peer.families.includes('ipv4') ? ['ipv4', 'ipv6'] : ['ipv6', 'ipv4'];
  const [gateway] = (own === undefined ? families : [own]).flatMap((family) =>
    facts.gateways.filter(({ address }) => familyOfText(address) === family),
  );
  const what = own === undefined ? '' : ` for ${own === 'ipv4' ? 'IPv4' : 'IPv6'}`;
  if (gateway === undefined) return { kind: 'missing', why: `the node has no default gateway${what}` };
  const { address, interface: link } = gateway;
  return { kind: 'value', value: { address, interface: isLinkLocal(address) ? link : undefined } };
}

// For a family that a multihop session does not run over, BIRD has no interface to take a next hop from.
function resolveFamilies(
  peer: Peer,
  address: string,
  node: Node,
  problems: SessionProblem[],
): Pick<DesiredPeer, 'families' | 'nextHops'> {
  const sessionFamily = familyOfText(address);
  const nextHops: Record<Family, string | undefined> = { ipv4: undefined, ipv6: undefined };
  const families = peer.families.filter((family) => {
    if (peer.multihop === undefined || family === sessionFamily) return true;
    // An IPv6 next hop serves IPv4 as well then: the session's own address.
    if (peer.extendedNextHop && family === 'ipv4') return true;
    nextHops[family] = internalIP(node, family);
    if (nextHops[family] !== undefined) return true;
    const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
    const message = `carries no ${family} routes: the node has no ${name} InternalIP for their next hop`;
    problems.push({ code: 'family-left-out', peer: peer.name, message, at: peer.at });
    return false;
  });
  return { families, nextHops };
}

/** BIRD refuses its whole configuration where BFD over several hops has no address of its own. */
function lacksBfdAddress(peer: Peer, ends: Ends, speaker: DesiredSpeaker, problems: SessionProblem[]): boolean {
  if (peer.bfd === undefined || peer.multihop === undefined || ends.source !== undefined) return false;
  const listen = speaker.listen.kind === 'on' ? speaker.listen.address : undefined;
  if (listen !== undefined && familyOfText(listen) === familyOfText(ends.address)) return false;
  const message = 'runs without BFD: over several hops it needs a `source`, or an address of its family after `listen`';
  problems.push({ code: 'bfd-left-out', peer: peer.name, message, at: peer.at });
  return true;
}

function internalIP(node: Node, family: Family): string | undefined {
  for (const text of node.internalIPs) {
    const address = parseAddress(text);
    if (address?.family === family) return renderAddress(family, address.value);
  }
  return undefined;
}

function placeOf(value: PerNode<unknown> | undefined, fallback: Peer): Place {
  return value === undefined || value.kind === 'literal' ? fallback.at : value.at;
}
