// What BIRD should hold and what it reports, for tests that care about some of it: the rest has defaults.

import type { SessionStatus } from '../bgp/index.ts';
import { NO_SESSION_OPTIONS } from '../dsl/session-options.ts';
import type { DesiredPeer, DesiredRoute, DesiredState } from '../engine/desired-state.ts';

/** A state with AS 64512, no peers and no routes, listening on one loopback address, but for what is given. */
export function desiredState(parts: Partial<DesiredState> = {}): DesiredState {
  return {
    speaker: {
      as: 64512,
      routerId: '192.0.2.1',
      listen: { kind: 'on', address: '127.0.0.1', port: 1790 },
      gracefulRestartMs: 30_000,
    },
    peers: [],
    filters: [],
    ranges: ['public', 'services', 'vips'],
    routes: [],
    ...parts,
  };
}

/** An eBGP peer on loopback with the defaults of the language, but for what is given. */
export function desiredPeer(parts: Partial<DesiredPeer> = {}): DesiredPeer {
  return {
    name: 'tor-a',
    address: '127.0.0.2',
    port: 1790,
    interface: undefined,
    localAs: 64512,
    remoteAs: 64500,
    source: undefined,
    families: ['ipv4', 'ipv6'],
    nextHops: { ipv4: undefined, ipv6: '2001:db8::1' },
    description: undefined,
    export: { kind: 'all' },
    import: { kind: 'nothing' },
    password: undefined,
    multihop: { hops: undefined },
    passive: false,
    holdTimeMs: 30_000,
    keepaliveMs: 10_000,
    connectRetryMs: 5_000,
    gracefulRestartMs: 30_000,
    ...NO_SESSION_OPTIONS,
    ...parts,
  };
}

/** An exact load-balancer route without attributes, but for what is given. */
export function desiredRoute(prefix: string, parts: Partial<DesiredRoute> = {}): DesiredRoute {
  return {
    prefix,
    addressKind: 'load-balancer-ip',
    aggregate: false,
    range: 'vips',
    attributes: { communities: [], localPref: undefined, med: undefined, prepend: 0 },
    to: undefined,
    service: 'shop/checkout',
    ...parts,
  };
}

/** An established session of `tor-a` of which BIRD reports nothing else, but for what is given. */
export function sessionStatus(parts: Partial<SessionStatus> = {}): SessionStatus {
  return {
    peer: 'tor-a',
    protocol: `peer_${parts.peer ?? 'tor-a'}`,
    state: 'established',
    sinceMs: 0,
    neighborAddress: undefined,
    neighborRange: undefined,
    neighborAs: undefined,
    localAs: undefined,
    sourceAddress: undefined,
    lastError: undefined,
    bfd: undefined,
    families: [],
    ...parts,
  };
}
