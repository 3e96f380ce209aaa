// Unnumbered peers. Routers that look for neighbours on a link (FRR, and switches that do as it does) learn them from
// their router advertisements (RFC 4861) and open the session themselves. So BIRD advertises itself on these links, as a
// router that is nobody's default router, and waits: it has no such search of its own.

import { LINK_LOCAL } from '../dsl/prefix.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { quoteExactly } from './bird-syntax.ts';

/** The interval of FRR, and the shortest that RFC 4861 allows: a router that starts waits no longer for its neighbours. */
const INTERVAL_S = { longest: 10, shortest: 3 } as const;

/** Whether the peer is whoever is at the other end of a link. */
export function isUnnumbered(peer: Pick<DesiredPeer, 'address' | 'interface'>): boolean {
  return peer.interface !== undefined && peer.address === LINK_LOCAL;
}

/** The protocol that makes BIRD known on the links of these peers. */
export function renderDiscovery(peers: readonly DesiredPeer[]): readonly string[] {
  const links = new Set(peers.filter(isUnnumbered).flatMap((peer) => peer.interface ?? []));
  if (links.size === 0) return [];
  return [
    'protocol radv discovery {',
    ...[...links]
      .sort()
      .flatMap((link) => [
        `  interface ${quoteExactly(link)} {`,
        `    max ra interval ${INTERVAL_S.longest};`,
        `    min ra interval ${INTERVAL_S.shortest};`,
        '    default lifetime 0;',
        '  };',
      ]),
    '}',
  ];
}
