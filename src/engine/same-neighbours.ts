// Two peers that are one neighbour to BIRD. It gives a connection to one of the sessions that it could belong to, and the
// other one never opens: so only the first peer of the policy is run, and the other is named, rather than either by chance.

import { containsPrefix, isLinkLocal, parsePrefix } from '../dsl/prefix.ts';
import type { DesiredPeer, DesiredSpeaker } from './desired-state.ts';

/** Two peers, the first of which is run. */
export interface SameNeighbours {
  readonly run: DesiredPeer;
  readonly left: DesiredPeer;
}

/** Every peer that is the neighbour of one before it. */
export function sameNeighbours(peers: readonly DesiredPeer[], speaker: DesiredSpeaker): readonly SameNeighbours[] {
  const found: SameNeighbours[] = [];
  const single = new Map<string, DesiredPeer>();
  const open: DesiredPeer[] = [];
  for (const left of peers) {
    const key = keyOf(left, speaker);
    const isOpen = left.address.includes('/');
    const run = isOpen ? open.find((peer) => isSameOpen(peer, left, speaker)) : single.get(key);
    if (run !== undefined) found.push({ run, left });
    else if (isOpen) open.push(left);
    // Which gateway it is, only the node knows.
    else if (left.address !== 'gateway') single.set(key, left);
  }
  return found;
}

function keyOf(peer: DesiredPeer, speaker: DesiredSpeaker): string {
  return `${peer.address} ${peer.port} ${peer.interface ?? ''} ${ownEnd(peer, speaker)}`;
}

/** Of peers that connect by themselves the port is not known, and the link only where it is stated. */
function isSameOpen(a: DesiredPeer, b: DesiredPeer, speaker: DesiredSpeaker): boolean {
  if (a.interface !== b.interface || ownEnd(a, speaker) !== ownEnd(b, speaker)) return false;
  const [one, other] = [parsePrefix(a.address), parsePrefix(b.address)];
  return one !== undefined && other !== undefined && (containsPrefix(one, other) || containsPrefix(other, one));
}

/** What the neighbour connects to; two addresses of ours are two sessions. */
function ownEnd({ address, interface: link, source }: DesiredPeer, { listen }: DesiredSpeaker): string {
  if (source !== undefined) return source;
  const isOnLink = isLinkLocal(address) || (link !== undefined && address.includes('/'));
  return isOnLink || listen.kind === 'off' ? '' : (listen.address ?? '');
}
