// Settings of a session that need nothing of the node it runs on, so that policy and desired state have them alike.

/** What a peer's session does besides its address, AS numbers, filters and timers. Absent means off. */
export interface SessionOptions {
  readonly bfd: BfdOptions | undefined;
  /** Packets that have crossed more routers than `multihop` allows are dropped (RFC 5082). */
  readonly ttlSecurity: boolean;
  readonly longLivedGracefulRestartMs: number | undefined;
  readonly nextHop: NextHopRule;
  readonly importLimit: SessionLimit | undefined;
  readonly exportLimit: SessionLimit | undefined;
  /** How often the local AS may stand in the path of a route from the peer. */
  readonly allowLocalAs: number | undefined;
  readonly role: SessionRole | undefined;
  readonly addPaths: boolean;
  readonly extendedNextHop: boolean;
  /** The export filters are asked about routes of other peers as well. */
  readonly transit: boolean;
  /** How the password is used; absent: as TCP MD5. */
  readonly authentication: Authentication | undefined;
}

/** Bidirectional forwarding detection (RFC 5880): the path is dead after `multiplier` intervals without a packet. */
export interface BfdOptions {
  readonly intervalMs: number;
  readonly multiplier: number;
}

/** `auto` leaves the choice to BGP's own rules. */
export type NextHopRule = 'self' | 'keep' | 'auto';

/** A number of routes of one address family, and what happens beyond. */
export interface SessionLimit {
  readonly count: number;
  readonly action: 'warn' | 'block' | 'restart' | 'disable';
}

/** TCP-AO (RFC 5925) with one key for both directions. */
export interface Authentication {
  readonly kind: 'tcp-ao';
  readonly keyId: number;
  readonly algorithm: AoAlgorithm;
}

/** The roles of RFC 9234, seen from this side. */
export const SESSION_ROLES = ['provider', 'customer', 'peer', 'rs-server', 'rs-client'] as const;

/** What this side is to the peer. */
export type SessionRole = (typeof SESSION_ROLES)[number];

/** Algorithms that Linux has for TCP-AO: the two of RFC 5926 first. */
export const AO_ALGORITHMS = [
  ...(['hmac-sha1', 'cmac-aes128'] as const),
  ...(['hmac-md5', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const),
] as const;

/** One of them. */
export type AoAlgorithm = (typeof AO_ALGORITHMS)[number];

/** A session without any of them. */
export const NO_SESSION_OPTIONS: SessionOptions = {
  bfd: undefined,
  ttlSecurity: false,
  longLivedGracefulRestartMs: undefined,
  nextHop: 'auto',
  importLimit: undefined,
  exportLimit: undefined,
  allowLocalAs: undefined,
  role: undefined,
  addPaths: false,
  extendedNextHop: false,
  transit: false,
  authentication: undefined,
};

/** What BFD uses where the policy says only `bfd`: a dead path is noticed within a second. */
export const DEFAULT_BFD: BfdOptions = { intervalMs: 300, multiplier: 3 };

/** The options among the properties of a peer. */
export function sessionOptionsOf(peer: SessionOptions): SessionOptions {
  return {
    bfd: peer.bfd,
    ttlSecurity: peer.ttlSecurity,
    longLivedGracefulRestartMs: peer.longLivedGracefulRestartMs,
    nextHop: peer.nextHop,
    importLimit: peer.importLimit,
    exportLimit: peer.exportLimit,
    allowLocalAs: peer.allowLocalAs,
    role: peer.role,
    addPaths: peer.addPaths,
    extendedNextHop: peer.extendedNextHop,
    transit: peer.transit,
    authentication: peer.authentication,
  };
}
