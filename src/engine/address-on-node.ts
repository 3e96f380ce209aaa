// Rows 0, 7 to 10 and 12 of the exact-route table: what one node does with one service address, and why.

import { assertNever } from '../dsl/assert-never.ts';
import type { Place } from '../dsl/place.ts';
import type { Contender, Contenders } from './address-origins.ts';
import { ownerOf } from './address-origins.ts';
import type { AddressOutcome } from './address-outcome.ts';
import type { Claim, ExactVerdict } from './claim.ts';
import { attributesOf, isValid, ruleOf } from './claim.ts';
import type { AdvertiseReason, PlannedRoute, WithheldRoute, WithholdReason } from './decision.ts';
import { usableInCluster, usableOnNode } from './endpoints.ts';
import type { NodeTable } from './node-table.ts';

/** A planned route before the peers are asked. */
export type UnjudgedRoute = Omit<PlannedRoute, 'peers'>;

/** What a node does with an address: at most one route, and an entry for each service that does not get one. */
export interface AddressOnNode {
  readonly route: UnjudgedRoute | undefined;
  readonly withheld: readonly WithheldRoute[];
}

/** What a node does with the claim of one service. */
export type ClaimOnNode =
  | { readonly kind: 'justified'; readonly reason: AdvertiseReason; readonly at: Place }
  | { readonly kind: 'withheld'; readonly reason: WithholdReason; readonly at: Place };

/** Decides one address on one node. */
export function evaluateOnNode(
  contenders: Contenders,
  outcome: AddressOutcome,
  node: string,
  nodes: NodeTable,
): AddressOnNode {
  const results = contenders.map((contender) => ({
    claim: contender.claim,
    result: evaluateClaimOnNode(contender, outcome, node, nodes),
  }));
  const owner = ownerOf(contenders);
  const justified = results.find(({ result }) => result.kind === 'justified')?.result;
  const route =
    owner === undefined || justified?.kind !== 'justified' ? undefined : routeOf(owner, contenders, justified);
  // Services that hold an advertised address are named by the route itself.
  const withheld = results.flatMap(({ claim, result }) =>
    result.kind === 'justified' || (route !== undefined && isValid(claim)) ? [] : [withheldOf(claim, result)],
  );
  return { route, withheld };
}

/** Decides for one service that holds the address: does it justify the route on this node? */
export function evaluateClaimOnNode(
  { claim, endpoints }: Contender,
  outcome: AddressOutcome,
  node: string,
  nodes: NodeTable,
): ClaimOnNode {
  const standing = nodes.standing(node);
  if (standing.kind === 'excluded') return { kind: 'withheld', reason: standing.reason, at: standing.at };
  const { verdict } = claim;
  switch (verdict.kind) {
    case 'withheld':
      return { kind: 'withheld', reason: verdict.reason, at: verdict.at };
    case 'covered':
      return { kind: 'withheld', reason: 'covered-by-aggregate', at: verdict.at };
    case 'exact':
      return evaluateExact({ claim, endpoints }, verdict, outcome, node, nodes);
    default:
      return assertNever(verdict);
  }
}

function evaluateExact(
  { claim, endpoints }: Contender,
  verdict: ExactVerdict,
  outcome: AddressOutcome,
  node: string,
  nodes: NodeTable,
): ClaimOnNode {
  if (!nodes.origins(verdict.where).has(node)) {
    return { kind: 'withheld', reason: 'node-not-selected', at: verdict.whereAt };
  }
  const rule = ruleOf(claim);
  if (verdict.origin === 'endpoint-nodes') {
    if (usableOnNode(endpoints, node, rule, outcome.last) < verdict.require) {
      return { kind: 'withheld', reason: 'no-local-endpoint', at: verdict.endpointsAt };
    }
  } else if (usableInCluster(endpoints, rule, outcome.last) < verdict.require) {
    return { kind: 'withheld', reason: 'no-endpoint', at: verdict.endpointsAt };
  }
  // A Cluster service works through the nodes of the Local one that shares its address, so it adds none.
  if (outcome.localOnly && claim.trafficPolicy === 'Cluster') {
    return { kind: 'withheld', reason: 'no-local-endpoint', at: verdict.endpointsAt };
  }
  const { chosen } = outcome;
  if (chosen !== undefined && !chosen.nodes.includes(node)) {
    return { kind: 'withheld', reason: 'node-limit', at: chosen.at };
  }
  return { kind: 'justified', reason: verdict.reason, at: verdict.at };
}

function routeOf(
  owner: Claim,
  contenders: Contenders,
  justified: Extract<ClaimOnNode, { readonly kind: 'justified' }>,
): UnjudgedRoute {
  const others = contenders.filter(({ claim }) => claim !== owner && isValid(claim)).map(({ claim }) => claim.key);
  return {
    prefix: owner.prefix.text,
    addressKind: owner.addressKind,
    aggregate: false,
    reason: justified.reason,
    service: owner.key,
    services: [owner.key, ...others],
    range: owner.range?.entry.range.name ?? '',
    at: justified.at,
    attributes: attributesOf(owner),
    to: owner.settings.to?.peers,
    delayMs: owner.settings.advertiseDelay?.delayMs ?? 0,
  };
}

function withheldOf(claim: Claim, result: Extract<ClaimOnNode, { readonly kind: 'withheld' }>): WithheldRoute {
  return {
    prefix: claim.prefix.text,
    addressKind: claim.addressKind,
    service: claim.key,
    range: claim.range?.entry.range.name,
    reason: result.reason,
    at: result.at,
  };
}
