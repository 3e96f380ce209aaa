// What BIRD on one node should hold: the full set, never a difference. The engine builds it, src/bgp renders it.
// Passwords never stand here; the agent hands them to the renderer beside it.

import type { Place } from '../dsl/place.ts';
import type { Filter, FilterList, PasswordSource } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import type { SessionOptions } from '../dsl/session-options.ts';
import type { DesiredRoute } from './decision.ts';

export type { DesiredRoute } from './decision.ts';

/** Everything BIRD needs to know. Peers sorted by name, routes by prefix. */
export interface DesiredState {
  readonly speaker: DesiredSpeaker;
  readonly peers: readonly DesiredPeer[];
  readonly filters: readonly Filter[];
  /** Names of every range of the policy, with or without a route: `range matches "…"` asks among these. */
  readonly ranges: readonly string[];
  readonly routes: readonly DesiredRoute[];
}

/** The local speaker with every per-node value resolved. */
export interface DesiredSpeaker {
  /** Local AS number. */
  readonly as: number;
  /** IPv4 address text. */
  readonly routerId: string;
  readonly listen:
    | { readonly kind: 'off' }
    | { readonly kind: 'on'; readonly address: string | undefined; readonly port: number };
  readonly gracefulRestartMs: number | undefined;
  /** Whether routes of peers go into the node's kernel; absent: they stay in BIRD. */
  readonly installRoutes?: true;
  /** What becomes of packets forwarded for an address of an aggregate that no service took; absent: nothing special. */
  readonly loopProtection?: LoopProtection;
}

/** Forwarded packets for unused addresses of aggregates end on this node. */
export interface LoopProtection {
  readonly action: 'drop' | 'reject';
  /** Networks that the node is connected to: aggregates inside of one are left to the hosts there. */
  readonly networks: readonly string[];
}

/** What only the node itself can tell. */
export interface NodeFacts {
  /** Default gateways, the preferred of each family first. */
  readonly gateways: readonly Gateway[];
  /** Prefixes of the networks it is connected to, sorted; absent: not known. */
  readonly networks?: readonly string[];
}

/** A router that the node sends to what it has no other route for. */
export interface Gateway {
  readonly address: string;
  readonly interface: string;
}

/** One session this node runs. Durations are milliseconds. */
export interface DesiredPeer extends SessionOptions {
  readonly name: string;
  /**
   * A prefix where whoever connects from an address of it is a peer. `gateway` where the node's own gateway is not known,
   * as in a plan that is made elsewhere.
   */
  readonly address: string;
  readonly port: number;
  /** The link that the peer is on; a link-local address always has one. */
  readonly interface: string | undefined;
  readonly localAs: number;
  /** `external`: whatever the peer says, but the local AS. */
  readonly remoteAs: number | 'external';
  /** Own end of the session; absent: chosen by the kernel. */
  readonly source: string | undefined;
  readonly families: readonly Family[];
  /** Next hop stated for a family the session does not run over; absent: BIRD's choice. */
  readonly nextHops: { readonly ipv4: string | undefined; readonly ipv6: string | undefined };
  readonly description: string | undefined;
  readonly export: FilterList;
  readonly import: FilterList;
  readonly password: PasswordSource | undefined;
  readonly multihop: { readonly hops: number | undefined } | undefined;
  readonly passive: boolean;
  readonly holdTimeMs: number;
  readonly keepaliveMs: number;
  readonly connectRetryMs: number;
  readonly gracefulRestartMs: number | undefined;
}

/** A policy's speaker and peers as one node runs them. */
export interface NodeSessions {
  /** Absent: a value of the speaker, such as its AS number, is missing on this node, so that it advertises nothing new. */
  readonly speaker: DesiredSpeaker | undefined;
  readonly peers: readonly DesiredPeer[];
  /** Peers that should run here and cannot, or run with something left out. */
  readonly problems: readonly SessionProblem[];
}

/** A value that a node lacks, and what follows from it. */
export interface SessionProblem {
  readonly code: 'value-missing' | 'family-left-out' | 'bfd-left-out' | 'same-neighbour';
  /** Absent: the speaker. */
  readonly peer: string | undefined;
  /** Without the names of peer and node: `not run: label \`rack-address\` is missing`. */
  readonly message: string;
  readonly at: Place;
}
