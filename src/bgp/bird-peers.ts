// One peer as BIRD configuration: its two filters and its protocol. Everything that is the same for all routes of a
// peer stands in its export filter. Only routes of our own static protocols ever pass it, unless the peer has `transit`.

import { type Family, familyOfText, isLinkLocal } from '../dsl/prefix.ts';
import type { DesiredPeer, DesiredSpeaker } from '../engine/desired-state.ts';
import { isInternal } from '../engine/export-filter.ts';
import { isUnnumbered } from './bird-discovery.ts';
import { renderDecision } from './bird-filters.ts';
import { renderNextHopTables } from './bird-kernel.ts';
import { hasMark, TO_SOME, toMark } from './bird-marks.ts';
import { MED, PREPEND } from './bird-routes.ts';
import {
  LONGEST_AO_KEY,
  renderAuthentication,
  renderBfdProtocol,
  renderChannelOptions,
  renderSessionOptions,
} from './bird-session-options.ts';
import { birdSymbol, dynamicName, isQuotable, quoteExactly, quoteText, seconds } from './bird-syntax.ts';

/** The most that the language lets a route be prepended. */
const MOST_PREPENDED = 16;

const ORIGINATE = 'bellbird_originate';

/** What a peer's rendering needs besides the peer. */
export interface PeerContext {
  readonly speaker: DesiredSpeaker;
  /** Every peer of the node: sockets are shared, so one peer's address decides about another's. */
  readonly peers: readonly DesiredPeer[];
  readonly secrets: ReadonlyMap<string, string>;
  /** Port of the socket that BIRD opens where the speaker does not listen. */
  readonly listenOffPort: number;
  /** Passwords are printed as `…`. */
  readonly redacted: boolean;
}

/** A peer whose session is not opened, and why. */
export interface LeftOutPeer {
  readonly peer: string;
  /** Too long is a password for TCP-AO of more than 80 bytes. */
  readonly reason: 'password-missing' | 'password-unusable' | 'password-too-long';
}

/** Why a peer's session cannot be opened; undefined if it can. */
export function whyLeftOut(peer: DesiredPeer, secrets: ReadonlyMap<string, string>): LeftOutPeer | undefined {
  if (peer.password === undefined) return undefined;
  const password = secrets.get(peer.name);
  if (password === undefined) return { peer: peer.name, reason: 'password-missing' };
  if (!isQuotable(password)) return { peer: peer.name, reason: 'password-unusable' };
  const isTooLong = peer.authentication !== undefined && new TextEncoder().encode(password).length > LONGEST_AO_KEY;
  return isTooLong ? { peer: peer.name, reason: 'password-too-long' } : undefined;
}

/** The attributes that every exported route gets from its block, once for all peers. */
export function renderOriginate(): readonly string[] {
  // The number of lines is fixed: a filter that changed with the routes would make BIRD send all of them again.
  const prepends = Array.from(
    { length: MOST_PREPENDED },
    (_, index) => `    if ${PREPEND} >= ${index + 1} then bgp_path.prepend(local_as);`,
  );
  return [
    `function ${ORIGINATE}(int local_as) {`,
    `  if defined(${MED}) then bgp_med = ${MED};`,
    `  if defined(${PREPEND}) then {`,
    ...prepends,
    '  }',
    '}',
  ];
}

/** The BFD protocol, where a session of these peers needs it. */
export function renderBfd(context: PeerContext): readonly string[] {
  const peers = context.peers.filter((peer) => peer.bfd !== undefined);
  if (peers.length === 0) return [];
  return renderBfdProtocol(peers.every((peer) => bindsStrictly(context, familyOf(peer.address))));
}

/** The filters and the protocol of one peer. */
export function renderPeer(peer: DesiredPeer, context: PeerContext): readonly string[] {
  return [...renderExportFilter(peer), ...renderImportFilter(peer), ...renderProtocol(peer, context)];
}

function renderExportFilter(peer: DesiredPeer): readonly string[] {
  if (peer.export.kind === 'nothing') return [];
  return [
    `filter ${birdSymbol('export', peer.name)} {`,
    ...(peer.transit ? renderTransit(peer) : ['  if source != RTS_STATIC then reject;']),
    `  if ${hasMark(TO_SOME)} && !${hasMark(toMark(peer.name))} then reject;`,
    `  ${ORIGINATE}(${peer.localAs});`,
    ...renderDecision(peer, 'export'),
    '}',
  ];
}

/** What others told us with `no-advertise` or `no-export` is obeyed here, where our own routes only carry it to the peer. */
function renderTransit(peer: DesiredPeer): readonly string[] {
  const kept = ['(65535,65282)', ...(isInternal(peer) ? [] : ['(65535,65281)', '(65535,65283)'])];
  return [
    '  if source != RTS_STATIC && source != RTS_BGP then reject;',
    ...kept.map((community) => `  if source = RTS_BGP && ${community} ~ bgp_community then reject;`),
  ];
}

function renderImportFilter(peer: DesiredPeer): readonly string[] {
  if (peer.import.kind !== 'filters') return [];
  return [`filter ${birdSymbol('import', peer.name)} {`, ...renderDecision(peer, 'import'), '}'];
}

function renderProtocol(peer: DesiredPeer, context: PeerContext): readonly string[] {
  const sessionFamily = familyOf(peer.address);
  const { hops } = peer.multihop ?? { hops: undefined };
  return [
    `protocol bgp ${birdSymbol('peer', peer.name)} {`,
    ...(peer.description === undefined ? [] : [`  description ${quoteText(peer.description)};`]),
    ...renderEndpoints(peer, context, sessionFamily),
    peer.multihop === undefined ? '  direct;' : `  multihop${hops === undefined ? '' : ` ${hops}`};`,
    // Who connected once is not called back.
    ...(peer.passive || isDynamic(peer) ? ['  passive on;'] : []),
    ...renderPassword(peer, context),
    ...renderTimers(peer),
    `  connect retry time ${seconds(peer.connectRetryMs)};`,
    '  connect delay time 0;',
    '  error wait time 1, 4;',
    ...renderGracefulRestart(peer),
    ...renderSessionOptions(peer),
    // Well-known communities are for the peer to obey: BIRD would keep a route with `no-export` to itself.
    '  interpret communities off;',
    ...peer.families.flatMap((family) => renderChannel(peer, context.speaker, family)),
    '}',
  ];
}

function renderEndpoints(peer: DesiredPeer, context: PeerContext, family: Family): readonly string[] {
  const own = ownAddress(peer, context.speaker);
  const { listen } = context.speaker;
  const port = listen.kind === 'on' ? listen.port : context.listenOffPort;
  return [
    `  local${own === undefined ? '' : ` ${own}`} port ${port} as ${peer.localAs};`,
    `  neighbor ${isDynamic(peer) ? 'range ' : ''}${peer.address} port ${peer.port} ${remoteAsOf(peer)};`,
    ...(isDynamic(peer) ? [`  dynamic name ${quoteExactly(dynamicName(peer.name))};`] : []),
    ...(peer.interface === undefined ? [] : [`  interface ${quoteExactly(peer.interface)};`]),
    ...(bindsStrictly(context, family) ? ['  strict bind on;'] : []),
  ];
}

/**
 * Our end of a session: the peer's source, else the address the speaker listens on if it has the session's family. A peer
 * with a link-local address hears from ours on that link only.
 */
export function ownAddress(peer: DesiredPeer, speaker: DesiredSpeaker): string | undefined {
  if (peer.source !== undefined) return peer.source;
  if (isLinkLocal(peer.address) || isUnnumbered(peer)) return undefined;
  const listen = speaker.listen.kind === 'on' ? speaker.listen.address : undefined;
  if (listen === undefined || isLinkLocal(listen)) return undefined;
  return familyOf(listen) === familyOf(peer.address) ? listen : undefined;
}

/**
 * Whether sessions of the family listen on their own address only. All of them or none: a socket on all addresses and
 * one on a single address cannot share a port.
 */
export function bindsStrictly({ peers, speaker }: Pick<PeerContext, 'peers' | 'speaker'>, family: Family): boolean {
  const { listen } = speaker;
  if (listen.kind === 'on' && listen.address === undefined) return false;
  return peers
    .filter((peer) => familyOf(peer.address) === family)
    .every((peer) => ownAddress(peer, speaker) !== undefined);
}

/** Without a hold time there are no keepalives either (RFC 4271 §4.2), and BIRD wants none to be stated. */
function renderTimers({ holdTimeMs, keepaliveMs }: DesiredPeer): readonly string[] {
  if (holdTimeMs === 0) return ['  hold time 0;'];
  return [`  hold time ${seconds(holdTimeMs)};`, `  keepalive time ${seconds(keepaliveMs)};`];
}

function renderPassword(peer: DesiredPeer, context: PeerContext): readonly string[] {
  const password = peer.password === undefined ? undefined : context.secrets.get(peer.name);
  if (peer.password === undefined || (password === undefined && !context.redacted)) return [];
  return renderAuthentication(peer, context.redacted ? undefined : password);
}

function renderGracefulRestart(peer: DesiredPeer): readonly string[] {
  if (peer.gracefulRestartMs === undefined) return ['  graceful restart off;'];
  return ['  graceful restart on;', `  graceful restart time ${seconds(peer.gracefulRestartMs)};`];
}

function renderChannel(peer: DesiredPeer, speaker: DesiredSpeaker, family: Family): readonly string[] {
  const nextHop = peer.nextHops[family];
  const imports = peer.import.kind === 'filters' ? `filter ${birdSymbol('import', peer.name)}` : peer.import.kind;
  const exports = peer.export.kind === 'nothing' ? 'none' : `filter ${birdSymbol('export', peer.name)}`;
  return [
    `  ${family} {`,
    `    import ${imports === 'nothing' ? 'none' : imports};`,
    `    export ${exports};`,
    ...(nextHop === undefined ? [] : [`    next hop address ${nextHop};`]),
    ...renderNextHopTables(peer, speaker, family),
    ...renderChannelOptions(peer, family),
    '  };',
  ];
}

function remoteAsOf({ remoteAs }: DesiredPeer): string {
  return remoteAs === 'external' ? 'external' : `as ${remoteAs}`;
}

/** Whether the peer stands for all that connect from a prefix. */
export function isDynamic({ address }: DesiredPeer): boolean {
  return address.includes('/');
}

/** The family that a session runs over. */
export function familyOf(address: string): Family {
  return familyOfText(address) ?? 'ipv4';
}
