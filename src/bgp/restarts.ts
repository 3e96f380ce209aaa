// Which sessions a change ends and opens again. BIRD restarts a session for almost every option of its protocol; routes,
// filters, communities and descriptions change while it stays up.

import type { DesiredPeer, DesiredSpeaker, DesiredState } from '../engine/desired-state.ts';
import { resolvesThroughLinks } from './bird-kernel.ts';
import { ownAddress } from './bird-peers.ts';

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
  const global = speakerReasons(before.speaker, after.speaker);
  const reasons = (peer: DesiredPeer) => {
    const other = next.get(peer.name);
    if (other === undefined) return ['removed'];
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

/** Other sockets for every session. A running BIRD keeps its router id, so that one is no reason. */
function speakerReasons(before: DesiredSpeaker, after: DesiredSpeaker): readonly string[] {
  const socket = ({ listen }: DesiredSpeaker) =>
    listen.kind === 'off' ? 'off' : `${listen.port} ${listen.address === undefined ? 'all' : 'one'}`;
  return socket(before) === socket(after) ? [] : ['listen'];
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
