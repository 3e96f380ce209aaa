// The checked policy in the form the engine evaluates: the contract between src/dsl and everything after it.
// Plain JSON: prefixes and addresses are canonical text, durations are milliseconds, every statement keeps its place.
// Templates are merged into their peers, names are resolved, and defaults are filled in.

import type { Community } from './community.ts';
import type { Place } from './place.ts';
import type { Family } from './prefix.ts';
import type { SessionOptions } from './session-options.ts';

/** Which field of a Service an address comes from. */
export type AddressKind = 'cluster-ip' | 'external-ip' | 'load-balancer-ip';

/** A whole policy. Statements of one kind stand in the order of the policy text. */
export interface Policy {
  /** The files it was read from, in the order read. */
  readonly files: readonly string[];
  readonly speaker: Speaker;
  readonly ranges: readonly Range[];
  readonly exclusions: Exclusions;
  readonly serviceBlocks: readonly ServiceBlock[];
  readonly filters: readonly Filter[];
  readonly peers: readonly Peer[];
  /** Limits on what one change may do. */
  readonly guard?: Guard;
  /** Where the policy says that the live objects of Calico count as well. */
  readonly calico?: Place;
  /** For the command `test` only; nothing else depends on them. */
  readonly tests: readonly PolicyTest[];
}

/** A value that is written in the policy, or read from the Node object of the node it is used on. */
export type PerNode<T> =
  | { readonly kind: 'literal'; readonly value: T }
  | { readonly kind: 'label'; readonly key: string; readonly at: Place }
  | { readonly kind: 'annotation'; readonly key: string; readonly at: Place };

/** The local BGP speaker. */
export interface Speaker {
  readonly at: Place;
  /** Local AS number, 32 bits. */
  readonly as: PerNode<number>;
  /** IPv4 address text; absent: the node's first IPv4 InternalIP, else a hash of its name. */
  readonly routerId: PerNode<string> | undefined;
  readonly listen: Listen;
  readonly gracefulRestart: GracefulRestart;
  /** Whether `node.kubernetes.io/exclude-from-external-load-balancers` excludes a node. */
  readonly excludeLabel: boolean;
  /** Answers with 200 that are needed before the first announcement after a start without routes. */
  readonly waitFor?: readonly { readonly at: Place; readonly url: string }[];
  /** Whether imported routes are written to the kernel; absent: `nothing`. */
  readonly install?: 'routes' | 'nothing';
  /** What becomes of packets forwarded for an address of an aggregate that no service took; absent: `off`. */
  readonly loopProtection?: 'off' | 'drop' | 'reject';
}

/** Limits that stand between the engine and BIRD, on each node. Durations are milliseconds. */
export interface Guard {
  readonly at: Place;
  /** Announcements beyond so many are not made. */
  readonly maxRoutes?: { readonly at: Place; readonly count: number };
  /** Withdrawals within a time: a `share` in percent of the routes announced at its start, or a `count`. */
  readonly maxWithdraw?: {
    readonly at: Place;
    readonly limit: { readonly kind: 'share' | 'count'; readonly value: number };
    readonly withinMs: number;
  };
  /** A new policy is taken back if a session is down after so long. */
  readonly confirm?: { readonly at: Place; readonly withinMs: number };
}

/** Where BIRD accepts connections; `address` absent means all addresses. */
export type Listen =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly address: PerNode<string> | undefined; readonly port: number };

/** Graceful restart (RFC 4724): the restart time in milliseconds, or off. */
export type GracefulRestart = { readonly kind: 'off' } | { readonly kind: 'on'; readonly timeMs: number };

/** Path attributes a range or a service block sets. Absent means not set there. */
export interface RouteAttributes {
  readonly communities: readonly Community[];
  readonly localPref: number | undefined;
  readonly med: number | undefined;
  /** How many times the session's local AS is prepended. */
  readonly prepend: number | undefined;
}

/** Addresses that may be advertised. */
export interface Range {
  readonly name: string;
  readonly at: Place;
  readonly addressKind: AddressKind;
  /** Prefix texts in policy order. */
  readonly prefixes: readonly string[];
  /** `namespace/name` globs of the services that may use it; empty means every service. */
  readonly for: readonly string[];
  readonly except: readonly string[];
  readonly mode: RangeMode;
  readonly attributes: RouteAttributes;
}

/** How the addresses of a range are advertised when no service block says otherwise. */
export type RangeMode =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'aggregate';
      readonly whenUsed: boolean;
      /** Block lengths; absent for a family: the range's own prefixes. */
      readonly blockLength: { readonly ipv4?: number; readonly ipv6?: number };
    };

/** What never is advertised. */
export interface Exclusions {
  readonly nodes: readonly { readonly at: Place; readonly where: Condition }[];
  /** Empty `paths` means every service the condition selects. */
  readonly services: readonly {
    readonly at: Place;
    readonly paths: readonly string[];
    readonly where: Condition | undefined;
  }[];
  readonly prefixes: readonly { readonly at: Place; readonly prefix: string }[];
}

/** Overrides for the services that match. A setting that is absent was not set by this block. */
export interface ServiceBlock {
  readonly at: Place;
  /** `namespace/name` glob; absent: every service the condition selects. */
  readonly path: string | undefined;
  readonly where: Condition | undefined;
  readonly advertise:
    | {
        readonly at: Place;
        readonly mode: 'exact' | 'default' | 'nothing';
        /** Empty means all kinds. */
        readonly kinds: readonly AddressKind[];
      }
    | undefined;
  readonly from:
    | {
        readonly at: Place;
        /** Absent for `from nodes where …`: by traffic policy. */
        readonly origin: 'endpoint-nodes' | 'all-nodes' | undefined;
        readonly where: Condition | undefined;
      }
    | undefined;
  /** Names of peers, templates already replaced by their peers; absent `peers` is `to all`. */
  readonly to: { readonly at: Place; readonly peers: readonly string[] | undefined } | undefined;
  readonly require: { readonly at: Place; readonly count: number } | undefined;
  readonly endpoints: { readonly at: Place; readonly rule: EndpointRule } | undefined;
  /** At most so many nodes originate the exact route; absent `count` is `limit off`. */
  readonly limit: { readonly at: Place; readonly count: number | undefined } | undefined;
  /** For how long the exact route has to be due before it is announced. */
  readonly advertiseDelay: { readonly at: Place; readonly delayMs: number } | undefined;
  readonly attributes: RouteAttributes;
  /** Place of each attribute setting, for explanations and warnings. */
  readonly attributesAt: Place | undefined;
}

/** Which endpoints count as usable. */
export type EndpointRule = 'ready-or-last' | 'ready' | 'serving';

/** An ordered list of rules. */
export interface Filter {
  readonly name: string;
  readonly at: Place;
  readonly rules: readonly FilterRule[];
}

/** One rule: `accept` and `reject` decide, `update` changes the route and goes on. No condition means always. */
export interface FilterRule {
  readonly at: Place;
  readonly verdict: 'accept' | 'reject' | 'update';
  readonly condition: Condition | undefined;
  readonly actions: readonly FilterAction[];
}

/** What a rule does to a route it matches, in order. */
export type FilterAction =
  | { readonly kind: 'add-communities'; readonly communities: readonly Community[] }
  | { readonly kind: 'remove-communities'; readonly communities: readonly Community[] }
  | { readonly kind: 'local-pref'; readonly value: number }
  | { readonly kind: 'med'; readonly value: number }
  /** Prepends the session's local AS `count` times. */
  | { readonly kind: 'prepend'; readonly count: number }
  /** Prepends these AS numbers; the first in the list ends up leftmost. */
  | { readonly kind: 'prepend-as'; readonly path: readonly number[] }
  | { readonly kind: 'next-hop'; readonly value: 'self' | 'keep' | { readonly address: string } };

/** A condition over a node, a service address or a route, as the place where it stands decides. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  /** `label "k"`, `annotation "k"`, `taint "k"` alone, and the flags `cordoned`, `aggregate`, `exact`. */
  | { readonly kind: 'present'; readonly field: Field }
  | { readonly kind: 'compare'; readonly field: Field; readonly operator: ComparisonOperator; readonly value: Scalar }
  | { readonly kind: 'one-of'; readonly field: Field; readonly values: readonly Scalar[]; readonly negated: boolean }
  | { readonly kind: 'matches'; readonly field: Field; readonly glob: string }
  /** `prefix in P` (P itself and everything inside) and `prefix == P`; `negated` for `not in` and `!=`. */
  | {
      readonly kind: 'prefix';
      readonly operator: 'in' | 'equal';
      readonly negated: boolean;
      readonly prefixes: readonly string[];
    }
  | { readonly kind: 'service'; readonly path: string }
  | { readonly kind: 'community'; readonly community: Community }
  | { readonly kind: 'as-path-starts'; readonly path: readonly number[] };

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Strings for names, labels and enumerated words (`local`, `ipv6`, a range's name); numbers where order matters. */
export type Scalar = string | number;

/** What a comparison reads. `key` is there for label, annotation and taint only. */
export interface Field {
  readonly name: FieldName;
  readonly key?: string;
}

export type FieldName =
  | 'aggregate'
  | 'annotation'
  | 'class'
  | 'cordoned'
  | 'exact'
  | 'family'
  | 'interface'
  | 'internal-traffic-policy'
  | 'kind'
  | 'label'
  | 'length'
  | 'local-pref'
  | 'med'
  | 'name'
  | 'namespace'
  | 'peer-type'
  | 'range'
  | 'source'
  | 'taint'
  | 'traffic-policy'
  | 'type'
  | 'zone';

/** A BGP peer with its template merged in. Durations are milliseconds. */
export interface Peer extends SessionOptions {
  readonly name: string;
  readonly at: Place;
  /** The template it takes from, for messages. */
  readonly template: string | undefined;
  readonly address: PeerAddress;
  readonly as: PeerAs;
  /** Absent: the speaker's. */
  readonly localAs: number | undefined;
  readonly nodes: PeerNodes;
  readonly source: PerNode<string> | undefined;
  readonly families: readonly Family[];
  readonly description: string | undefined;
  readonly export: FilterList;
  readonly import: FilterList;
  readonly password: PasswordSource | undefined;
  /** Maximum hops; `hops` absent: no limit stated (BIRD's default). */
  readonly multihop: { readonly hops: number | undefined } | undefined;
  readonly passive: boolean;
  readonly holdTimeMs: number;
  readonly keepaliveMs: number;
  readonly connectRetryMs: number;
  /** Absent: the speaker's. */
  readonly gracefulRestart: GracefulRestart | undefined;
}

export interface PeerAddress {
  readonly at: Place;
  /**
   * `gateway`: the default gateway of the node. `inside`: whoever connects from an address of the prefix; with an
   * `interface` the neighbour on that link, which finds this node by its router advertisements (unnumbered).
   */
  readonly address:
    | PerNode<string>
    | { readonly kind: 'gateway' }
    | { readonly kind: 'inside'; readonly prefix: string };
  readonly port: number;
  /** The link that the peer is on; always there for a link-local address that is written. */
  readonly interface: string | undefined;
}

export interface PeerAs {
  readonly at: Place;
  /** `internal` is the session's local AS, `external` any other. */
  readonly as: PerNode<number> | { readonly kind: 'internal' } | { readonly kind: 'external' };
}

/** Which nodes run the peer. */
export type PeerNodes =
  | { readonly kind: 'all' }
  | { readonly kind: 'where'; readonly at: Place; readonly condition: Condition }
  | { readonly kind: 'names'; readonly at: Place; readonly names: readonly string[] };

/** The filters of one direction, asked in order. */
export type FilterList =
  | { readonly kind: 'all' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'filters'; readonly at: Place; readonly filters: readonly string[] };

/** Where the agent finds a password: never the password itself. A path is already joined to that of the policy file. */
export type PasswordSource =
  | { readonly kind: 'env'; readonly variable: string; readonly at: Place }
  | { readonly kind: 'file'; readonly path: string; readonly at: Place }
  | {
      readonly kind: 'secret';
      readonly namespace: string;
      readonly name: string;
      readonly key: string;
      readonly at: Place;
    };

/** A unit test of the policy: what it does in a cluster that stands beside it. */
export interface PolicyTest {
  readonly name: string;
  readonly at: Place;
  /** One cluster, the objects of all of these together. */
  readonly fixtures: readonly Fixture[];
  readonly expectations: readonly Expectation[];
}

/** Manifests for a test; a relative path is relative to the policy file and already joined to it here. */
export interface Fixture {
  readonly at: Place;
  readonly path: string;
}

/** One `expect`. `no node` stands here as `every` with the opposite verdict. */
export interface Expectation {
  readonly at: Place;
  /** As written, in one line. */
  readonly text: string;
  readonly nodes: { readonly kind: 'every' } | { readonly kind: 'node'; readonly name: string };
  readonly verdict: 'advertises' | 'withholds';
  /** That very prefix, or everything inside of one of these. */
  readonly subject:
    | { readonly kind: 'prefix'; readonly prefix: string }
    | { readonly kind: 'inside'; readonly prefixes: readonly string[] };
  /** Absent: any peer. */
  readonly to: ExpectedPeers | undefined;
  /** What the route has on the wire; absent parts do not matter. */
  readonly attributes: RouteAttributes;
}

/** One peer, or a template with its peers. */
export type ExpectedPeers =
  | { readonly kind: 'peer'; readonly name: string }
  | { readonly kind: 'template'; readonly name: string; readonly peers: readonly string[] };
