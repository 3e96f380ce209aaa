// Which sessions a change ends and opens again. BIRD restarts a session for almost every option of its protocol; routes,
// filters, communities and descriptions change while it stays up.

import type { DesiredPeer, DesiredState } from '../engine/desired-state.ts';
import { resolvesThroughLinks } from './bird-kernel.ts';
import { bindsStrictly, familyOf, isDynamic, ownAddress } from './bird-peers.ts';

/** A session that a change restarts, opens or ends, with what changed in the words of the policy. */
export interface RestartedSession {
  readonly peer: string;
  readonly why: readonly string[];
}

/** The settings of a peer that BIRD cannot change while its session stays up. */
const SETTINGS = {
  address: (peer: DesiredPeer) => `${peer.address}%${peer.interface ?? ''}`,
  port: (peer: DesiredPeer) => peer.port,
  as: (peer: DesiredPeer) => peer.remoteAs,
  'local-as': (peer: DesiredPeer) => peer.localAs,
  family: (peer: DesiredPeer) => [...peer.families].sort().join(', '),
  'next-hop': (peer: DesiredPeer) => `${peer.nextHops.ipv4 ?? ''} ${peer.nextHops.ipv6 ?? ''}`,
  password: (peer: DesiredPeer) => JSON.stringify(withoutPlace(peer.password)),
  multihop: (peer: DesiredPeer) => (peer.multihop === undefined ? 'off' : (peer.multihop.hops ?? 'on')),
  passive: (peer: DesiredPeer) => peer.passive,
  'hold-time': (peer: DesiredPeer) => peer.holdTimeMs,
  keepalive: (peer: DesiredPeer) => peer.keepaliveMs,
  'connect-retry': (peer: DesiredPeer) => peer.connectRetryMs,
  'graceful-restart': (peer: DesiredPeer) => peer.gracefulRestartMs,
  'long-lived-graceful-restart': (peer: DesiredPeer) => peer.longLivedGracefulRestartMs,
  authentication: (peer: DesiredPeer) => JSON.stringify(peer.authentication),
  'ttl-security': (peer: DesiredPeer) => peer.ttlSecurity,
  'allow-local-as': (peer: DesiredPeer) => peer.allowLocalAs,
  role: (peer: DesiredPeer) => peer.role,
  'add-paths': (peer: DesiredPeer) => peer.addPaths,
  'extended-next-hop': (peer: DesiredPeer) => peer.extendedNextHop,
} as const;

/** The sessions that were there before and that the change takes down, for a moment or for good; sorted by peer. */
export function restartsSessions(before: DesiredState, after: DesiredState): readonly RestartedSession[] {
  const next = new Map(after.peers.map((peer) => [peer.name, peer]));
  const [socket, nextSocket] = [before, after].map(socketsOf);
  const reasons = (peer: DesiredPeer) => {
    const other = next.get(peer.name);
    if (other === undefined) return ['removed'];
    const global = socket?.(peer) === nextSocket?.(other) ? [] : [LISTEN];
    const moved = ownAddress(peer, before.speaker) !== ownAddress(other, after.speaker) ? ['source'] : [];
    const resolves = [resolvesThroughLinks(peer, before.speaker), resolvesThroughLinks(other, after.speaker)];
    const install = resolves[0] === resolves[1] ? [] : ['install'];
    return [...(global.length > 0 ? global : moved), ...install, ...peerReasons(peer, other)];
  };
  return before.peers
    .map((peer) => ({ peer: peer.name, why: reasons(peer) }))
    .filter(({ why }) => why.length > 0)
    .sort((a, b) => (a.peer < b.peer ? -1 : 1));
}

/**
 * Whether the change is better carried out by replacing BIRD with one that asks peers to keep the routes. Sessions that get
 * another socket go down all at once, and BIRD would tell the peers so, which drop the routes of the node. No session that
 * would stay may lose anything by it.
 */
export function isBetterReplaced(before: DesiredState, after: DesiredState): boolean {
  const next = new Map(after.peers.map((peer) => [peer.name, peer]));
  const isKept = ({ gracefulRestartMs, name }: DesiredPeer) =>
    gracefulRestartMs !== undefined && next.get(name)?.gracefulRestartMs !== undefined;
  const restarted = new Map(restartsSessions(before, after).map(({ peer, why }) => [peer, why]));
  const listens = ({ speaker }: DesiredState) => JSON.stringify(speaker.listen);
  const isMoved = listens(before) !== listens(after);
  const moved = before.peers.filter(({ name }) => {
    const why = restarted.get(name) ?? [];
    return why.includes(LISTEN) || (isMoved && why.includes('source'));
  });
  const staying = before.peers.filter(({ name }) => !restarted.has(name));
  return moved.some(isKept) && staying.every((peer) => isKept(peer) && !isDynamic(peer));
}

/** Why a session restarts whose socket is another one, which it shares with others. */
export const LISTEN = 'listen';

/** What sessions listen on. A running BIRD keeps its router id, so that one is no reason. */
function socketsOf({ peers, speaker }: DesiredState): (peer: DesiredPeer) => string {
  const port = speaker.listen.kind === 'off' ? 'off' : speaker.listen.port;
  const isStrict = {
    ipv4: bindsStrictly({ peers, speaker }, 'ipv4'),
    ipv6: bindsStrictly({ peers, speaker }, 'ipv6'),
  };
  return ({ address }) => `${port} ${isStrict[familyOf(address)]}`;
}

function peerReasons(before: DesiredPeer, after: DesiredPeer): readonly string[] {
  return Object.entries(SETTINGS)
    .filter(([, setting]) => setting(before) !== setting(after))
    .map(([name]) => name);
}

/** Where a password is named does not matter, only where it is read from. */
function withoutPlace(password: DesiredPeer['password']): unknown {
  return password === undefined ? undefined : { ...password, at: undefined };
}
