// The result of the engine: for each service address and each aggregate on one node, what is done and why.
// Reason codes are API: they stand in JSON, metrics and tests, and never change meaning.

import type { Community } from '../dsl/community.ts';
import type { Place } from '../dsl/place.ts';
import type { AddressKind } from '../dsl/policy.ts';
import type { ObjectKey } from './objects.ts';

/** Why an exact route or an aggregate is advertised. */
export type AdvertiseReason =
  | 'local-endpoint'
  | 'exact-override'
  | 'exact-annotation'
  | 'single-address-range'
  | 'exact-range'
  | 'aggregate'
  | 'aggregate-used';

/** Why an address of a service, or an aggregate, is not advertised by a route of its own. */
export type WithholdReason =
  | 'node-excluded'
  | 'node-unknown'
  | 'not-eligible'
  | 'no-address'
  | 'outside-ranges'
  | 'not-for-service'
  | 'prefix-excluded'
  | 'service-excluded'
  | 'override-nothing'
  | 'covered-by-aggregate'
  | 'node-not-selected'
  | 'no-local-endpoint'
  | 'no-endpoint'
  | 'node-limit'
  | 'aggregate-unused';

/** What a peer is offered of a route, and why not. */
export type PeerReason =
  | 'offered'
  | 'peer-not-on-node'
  | 'value-missing'
  | 'same-neighbour'
  | 'not-in-to'
  | 'family-not-carried'
  | 'filter-rejected';

/** Path attributes of a route as originated, before any filter. */
export interface Attributes {
  readonly communities: readonly Community[];
  readonly localPref: number | undefined;
  readonly med: number | undefined;
  /** How many times the session's local AS is prepended. */
  readonly prepend: number;
}

/** A fact that a decision rests on, and the object or statement it was read from. */
export interface Fact {
  readonly text: string;
  /** `Service shop/cart`, `EndpointSlice shop/cart-x2k9d`, `Node worker-1`, or a place in the policy. */
  readonly source: string;
}

/** A route this node advertises. One per prefix. */
export interface PlannedRoute {
  readonly prefix: string;
  readonly addressKind: AddressKind;
  readonly aggregate: boolean;
  readonly reason: AdvertiseReason;
  /** Absent for an aggregate. */
  readonly service: ObjectKey | undefined;
  /** Every eligible service that holds the address, the deciding one first; one element when it is not shared. */
  readonly services: readonly ObjectKey[];
  readonly range: string;
  /** The statement that decided. */
  readonly at: Place;
  readonly attributes: Attributes;
  /** Peers its service allows; absent: all. */
  readonly to: readonly string[] | undefined;
  /** For how long the agent waits, from the moment that the route is due, until it announces it. */
  readonly delayMs: number;
  readonly peers: readonly PeerVerdict[];
}

/** One route to originate: what the filters and the wire need to know of it. */
export type DesiredRoute = Pick<
  PlannedRoute,
  'prefix' | 'addressKind' | 'aggregate' | 'range' | 'attributes' | 'to'
> & {
  /** `namespace/name` of the deciding service; absent for an aggregate. */
  readonly service: string | undefined;
};

/** What one peer of the node gets of one route: attributes as on the wire for `offered`. */
export interface PeerVerdict {
  readonly peer: string;
  readonly reason: PeerReason;
  /** The rule or statement that decided. */
  readonly at: Place;
  readonly attributes: WireAttributes | undefined;
}

/** Path attributes after the export filters. */
export interface WireAttributes {
  readonly communities: readonly Community[];
  readonly localPref: number | undefined;
  readonly med: number | undefined;
  /** AS numbers prepended before the session's own local AS, leftmost first. */
  readonly prepend: readonly number[];
  /** An address set by a filter; absent: the session's own. */
  readonly nextHop: string | undefined;
}

/** An address or aggregate that this node does not advertise by a route of its own. */
export interface WithheldRoute {
  /** Absent for `no-address`. */
  readonly prefix: string | undefined;
  readonly addressKind: AddressKind;
  /** Absent for an aggregate. */
  readonly service: ObjectKey | undefined;
  readonly range: string | undefined;
  readonly reason: WithholdReason;
  readonly at: Place;
}

/** Everything one node does. `routes` and `withheld` are sorted by prefix, IPv4 first. */
export interface NodeDecisions {
  readonly node: string;
  /** Set if the node advertises nothing: the statement or label that says so. */
  readonly excluded: { readonly reason: 'node-excluded' | 'node-unknown'; readonly at: Place } | undefined;
  readonly routes: readonly PlannedRoute[];
  /** The same routes as BIRD is told of them; each stays the same object for as long as it has the same content. */
  readonly desired: readonly DesiredRoute[];
  readonly withheld: readonly WithheldRoute[];
}

/** Something accepted that was almost surely not meant, found only with a cluster at hand. */
export interface PlanWarning {
  readonly code: PlanWarningCode;
  readonly message: string;
  readonly at: Place;
  readonly node?: string;
  readonly prefix?: string;
}

export type PlanWarningCode =
  | 'bfd-left-out'
  | 'excluded-but-covered'
  | 'family-left-out'
  | 'no-effect'
  | 'no-peer'
  | 'same-neighbour'
  | 'shared-address'
  | 'shared-router-id'
  | 'value-missing'
  | 'withheld-but-covered';

/** What a batch of changes did to the routes of the nodes the engine watches. */
export interface Delta {
  readonly nodes: ReadonlyMap<string, NodeDelta>;
}

/** Prefixes whose route is new, gone, or has other attributes or peers than before. */
export interface NodeDelta {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}
