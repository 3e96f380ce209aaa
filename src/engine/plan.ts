// The plan: routes of every node per peer, in the JSON shape that other tools may rely on.
// `null` stands for a known key without a value; keys and lists are in a fixed order, so equal plans are equal text.

import { renderCommunity } from '../dsl/community.ts';
import { renderPlace } from '../dsl/place.ts';
import type { AddressKind } from '../dsl/policy.ts';
import type {
  AdvertiseReason,
  PeerVerdict,
  PlannedRoute,
  PlanWarning,
  PlanWarningCode,
  WithheldRoute,
  WithholdReason,
} from './decision.ts';
import type { Engine } from './engine.ts';

/** What `plan -o json` prints. */
export interface Plan {
  readonly apiVersion: 'bellbird/v1';
  readonly kind: 'Plan';
  readonly nodes: readonly PlanNode[];
  readonly warnings: readonly PlanWarningJson[];
}

/** One node of a plan. */
export interface PlanNode {
  readonly name: string;
  readonly excluded: boolean;
  readonly routes: readonly PlanRoute[];
  readonly withheld: readonly PlanWithheld[];
}

/** A route with the peers that are offered it. */
export interface PlanRoute {
  readonly prefix: string;
  readonly kind: AddressKind;
  readonly reason: AdvertiseReason;
  /** Null for an aggregate. */
  readonly service: string | null;
  /** Only for a shared address: every service that holds it, the deciding one first. */
  readonly services?: readonly string[];
  readonly range: string;
  readonly at: string;
  readonly peers: readonly PlanPeer[];
}

/** What a peer receives of a route. */
export interface PlanPeer {
  readonly peer: string;
  readonly reason: 'offered';
  readonly communities: readonly string[];
  readonly largeCommunities: readonly string[];
  readonly extendedCommunities: readonly string[];
  readonly localPref: number | null;
  readonly med: number | null;
  readonly prepend: readonly number[];
  readonly at: string;
}

/** An address or aggregate without a route of its own. */
export interface PlanWithheld {
  readonly prefix: string | null;
  readonly service: string | null;
  readonly reason: WithholdReason;
  readonly at: string;
}

/** A warning as JSON. */
export interface PlanWarningJson {
  readonly code: PlanWarningCode;
  readonly message: string;
  readonly at: string;
  readonly node?: string;
  readonly prefix?: string;
}

/** The plan of these nodes, in name order; `nodes` absent: all that the engine watches. */
export function buildPlan(engine: Engine, nodes: readonly string[] = engine.nodes()): Plan {
  const names = [...new Set(nodes)].sort();
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Plan',
    nodes: names.map((name) => {
      const decisions = engine.decisions(name);
      return {
        name,
        excluded: decisions.excluded !== undefined,
        routes: decisions.routes.map(planRoute),
        withheld: decisions.withheld.map(planWithheld),
      };
    }),
    warnings: engine.warnings(names).map(planWarning),
  };
}

function planRoute(route: PlannedRoute): PlanRoute {
  return {
    prefix: route.prefix,
    kind: route.addressKind,
    reason: route.reason,
    service: route.service ?? null,
    ...(route.services.length > 1 ? { services: route.services } : {}),
    range: route.range,
    at: renderPlace(route.at),
    peers: route.peers.flatMap(planPeer),
  };
}

function planPeer({ peer, reason, at, attributes }: PeerVerdict): readonly PlanPeer[] {
  if (reason !== 'offered' || attributes === undefined) return [];
  const texts = (kind: 'standard' | 'large' | 'extended'): readonly string[] =>
    attributes.communities.filter((community) => community.kind === kind).map(renderCommunity);
  return [
    {
      peer,
      reason,
      communities: texts('standard'),
      largeCommunities: texts('large'),
      extendedCommunities: texts('extended'),
      localPref: attributes.localPref ?? null,
      med: attributes.med ?? null,
      prepend: attributes.prepend,
      at: renderPlace(at),
    },
  ];
}

function planWithheld({ prefix, service, reason, at }: WithheldRoute): PlanWithheld {
  return { prefix: prefix ?? null, service: service ?? null, reason, at: renderPlace(at) };
}

function planWarning({ code, message, at, node, prefix }: PlanWarning): PlanWarningJson {
  return {
    code,
    message,
    at: renderPlace(at),
    ...(node === undefined ? {} : { node }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}
