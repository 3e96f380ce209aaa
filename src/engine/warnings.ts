// What was accepted but almost surely not meant, as far as only a cluster at hand can tell.
// One statement that is wrong in the same way in many places is one warning, so that a large cluster stays readable.

import type { Place } from '../dsl/place.ts';
import { renderPlace } from '../dsl/place.ts';
import type { Policy, ServiceBlock } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes } from '../dsl/prefix.ts';
import type { Contenders } from './address-origins.ts';
import { ownerOf } from './address-origins.ts';
import type { Claim } from './claim.ts';
import { attributesOf, isValid } from './claim.ts';
import type { PlanWarning } from './decision.ts';
import type { SessionProblem } from './desired-state.ts';
import type { EngineState } from './engine-state.ts';
import type { PrefixIndex } from './prefix-index.ts';
import { createPrefixIndex } from './prefix-index.ts';
import { sameValue } from './same-value.ts';
import { resolveForNode } from './sessions.ts';
import { listNames, withoutHostLength } from './wording.ts';

/** Warnings for the policy over the cluster; those about sessions only for the nodes named. By code, then place. */
export function planWarnings(state: EngineState, nodes: readonly string[]): readonly PlanWarning[] {
  const claimed = [...state.services.addresses()]
    .map((address) => ({ address, contenders: state.services.contenders(address) }))
    .sort((a, b) => comparePrefixes(prefixOf(a.contenders), prefixOf(b.contenders)));
  const contenders = claimed.map((entry) => entry.contenders);
  const aggregates = advertisedAggregates(state);
  const warnings = [
    ...excludedButCovered(state, contenders, aggregates),
    ...sessionWarnings(state, nodes),
    ...sharedRouterIds(state, nodes),
    ...noEffect(state, contenders),
    ...noPeer(state.index.policy),
    ...contenders.flatMap(sharedAddress),
    ...contenders.flatMap((entry) => withheldButCovered(state, entry, aggregates)),
  ];
  const order = (warning: PlanWarning): string => `${warning.code} ${renderPlace(warning.at)}`;
  // Sorting is stable: within one statement, warnings keep the order of their prefixes.
  return warnings.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/** The aggregates that nodes advertise now; empty if no node may advertise. */
function advertisedAggregates(state: EngineState): PrefixIndex<Prefix> {
  const isAdvertised = (prefix: Prefix): boolean => state.aggregates.state(prefix.text)?.kind === 'advertised';
  const prefixes =
    state.nodes.origins(undefined).size === 0 ? [] : [...state.aggregates.prefixes()].filter(isAdvertised);
  return createPrefixIndex(prefixes.map((prefix) => [prefix, prefix] as const));
}

function excludedButCovered(
  state: EngineState,
  claimed: readonly Contenders[],
  aggregates: PrefixIndex<Prefix>,
): readonly PlanWarning[] {
  const isCovered = (claim: Claim): boolean =>
    claim.verdict.kind === 'withheld' && claim.verdict.reason === 'service-excluded' && aggregates.covers(claim.prefix);
  const claims = claimed
    .flat()
    .map(({ claim }) => claim)
    .filter(isCovered);
  return state.index.serviceExclusions.flatMap(({ at }) => {
    const own = claims.filter((claim) => claim.verdict.at === at);
    return own.length === 0 ? [] : [coveredExclusion(at, own, aggregates)];
  });
}

function coveredExclusion(at: Place, claims: readonly Claim[], aggregates: PrefixIndex<Prefix>): PlanWarning {
  const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
  const prefixes = distinct(claims.map((claim) => claim.prefix.text));
  const covering = distinct(claims.flatMap((claim) => aggregates.covering(claim.prefix).map(({ text }) => text)));
  const services = listNames(distinct(claims.map((claim) => claim.key)).toSorted());
  const addresses = prefixes.map(withoutHostLength);
  const what = addresses.length === 1 ? addresses.join() : `${addresses.length} addresses`;
  const verb = covering.length === 1 ? 'covers' : 'cover';
  const line = `exclude prefixes ${addresses.join(', ')}`;
  const message = `${listNames(covering)} still ${verb} ${what} of excluded ${services}; cut out with \`${line}\``;
  const [only] = prefixes;
  return { code: 'excluded-but-covered', message, at, ...(prefixes.length === 1 && only ? { prefix: only } : {}) };
}

function noEffect(state: EngineState, claimed: readonly Contenders[]): readonly PlanWarning[] {
  const claims = claimed.flat().map(({ claim }) => claim);
  const withExact = new Set(claims.filter((claim) => claim.verdict.kind === 'exact').map((claim) => claim.key));
  const coveredOnly = claims.filter((claim) => claim.verdict.kind === 'covered' && !withExact.has(claim.key));
  return state.index.policy.serviceBlocks.flatMap((block) => {
    const settings = exactRouteSettings(block);
    if (settings.length === 0) return [];
    const services = [
      ...new Set(coveredOnly.filter((claim) => claim.settings.blocks.includes(block)).map(({ key }) => key)),
    ];
    if (services.length === 0) return [];
    const has = settings.length === 1 ? 'has' : 'have';
    const routes = services.length === 1 ? 'which has no exact route' : 'which have no exact route';
    const message = `${listNames(settings.map((word) => `\`${word}\``))} ${has} no effect on ${listNames(services.sort())}, ${routes}`;
    return [{ code: 'no-effect', message, at: block.at }];
  });
}

/** Words of the settings in the block that act on exact routes only. */
function exactRouteSettings(block: ServiceBlock): readonly string[] {
  const { communities, localPref, med, prepend } = block.attributes;
  const words: readonly (readonly [string, boolean])[] = [
    ['from', block.from !== undefined],
    ['to', block.to !== undefined],
    ['require', block.require !== undefined],
    ['limit', block.limit?.count !== undefined],
    ['advertise-delay', block.advertiseDelay !== undefined],
    ['community', communities.length > 0],
    ['local-pref', localPref !== undefined],
    ['med', med !== undefined],
    ['prepend', prepend !== undefined],
  ];
  return words.filter(([, isSet]) => isSet).map(([word]) => word);
}

function noPeer(policy: Policy): readonly PlanWarning[] {
  if (policy.peers.length > 0) return [];
  return [
    { code: 'no-peer', message: 'the policy has no peer, so that nobody is offered a route', at: policy.speaker.at },
  ];
}

function sharedAddress(contenders: Contenders): readonly PlanWarning[] {
  const owner = ownerOf(contenders);
  if (owner === undefined || !contenders.some(({ claim }) => claim.verdict.kind === 'exact')) return [];
  const wanted = decidedByOwner(owner);
  const others = contenders
    .map(({ claim }) => claim)
    .filter((claim) => claim !== owner && isValid(claim))
    .filter((claim) => !sameValue(decidedByOwner(claim), wanted));
  if (others.length === 0) return [];
  const address = withoutHostLength(owner.prefix.text);
  const names = listNames(others.map((claim) => claim.key));
  const message = `${names} would give ${address} other settings than ${owner.key}, which decides for all of them`;
  return [{ code: 'shared-address', message, at: decidingPlace(owner), prefix: owner.prefix.text }];
}

/** What the first of several services decides for all of them. */
function decidedByOwner(claim: Claim): unknown {
  const { to, limit, advertiseDelay } = claim.settings;
  const delayMs = advertiseDelay?.delayMs ?? 0;
  return { attributes: attributesOf(claim), to: to?.peers, limit: limit?.count, delayMs };
}

function decidingPlace(claim: Claim): Place {
  const { blocks } = claim.settings;
  const placeIn = ({ attributesAt, to, limit, advertiseDelay }: ServiceBlock): Place | undefined =>
    attributesAt ?? to?.at ?? limit?.at ?? advertiseDelay?.at;
  const block = blocks.findLast((each) => placeIn(each) !== undefined);
  return (block && placeIn(block)) ?? claim.range?.entry.range.at ?? claim.verdict.at;
}

// Elsewhere in the fabric the more specific route attracts the traffic; with no origin left, only the aggregate is there.
function withheldButCovered(
  state: EngineState,
  contenders: Contenders,
  aggregates: PrefixIndex<Prefix>,
): readonly PlanWarning[] {
  const { text } = prefixOf(contenders);
  const [aggregate] = aggregates.covering(prefixOf(contenders));
  const claims = contenders.map(({ claim }) => claim);
  const withheld = claims.find(({ verdict }) => verdict.kind === 'exact' || isOverriddenAway(verdict));
  const isMeant = claims.some((claim) => claim.verdict.kind === 'covered');
  if (withheld === undefined || aggregate === undefined || isMeant || state.outcomes.get(text)?.hasOrigin) return [];
  const why = withheld.verdict.kind === 'exact' ? 'has no node to originate it' : 'is withheld';
  const message = `${text} of ${withheld.key} ${why}, but ${aggregate.text} still attracts its traffic`;
  const at = withheld.verdict.kind === 'exact' ? withheld.verdict.endpointsAt : withheld.verdict.at;
  return [{ code: 'withheld-but-covered', message, at, prefix: text }];
}

function isOverriddenAway(verdict: Claim['verdict']): boolean {
  return verdict.kind === 'withheld' && verdict.reason === 'override-nothing';
}

// A value that a statement lacks on many nodes is one warning.
function sessionWarnings(state: EngineState, names: readonly string[]): readonly PlanWarning[] {
  const found = new Map<string, { readonly problem: SessionProblem; readonly nodes: string[] }>();
  for (const name of names) {
    const node = state.nodes.nodes.get(name);
    if (node === undefined) continue;
    for (const problem of resolveForNode(state.index.policy, node).problems) {
      const key = JSON.stringify([problem.code, problem.peer, problem.at, problem.message]);
      const known = found.get(key) ?? { problem, nodes: [] };
      known.nodes.push(name);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ problem: { code, peer, message, at }, nodes }) => {
    const [first = ''] = nodes;
    const text = peer === undefined ? message : `peer \`${peer}\`: ${message}`;
    return nodes.length === 1
      ? { code, message: text, at, node: first }
      : { code, message: `${text} (on ${listNames(nodes)})`, at };
  });
}

// Routers take what two nodes with one router id send for a mistake, and refuse a session or drop routes (RFC 4271 §6.8, RFC 4456).
function sharedRouterIds(state: EngineState, names: readonly string[]): readonly PlanWarning[] {
  const { speaker } = state.index.policy;
  const owners = new Map<string, string[]>();
  for (const name of names) {
    const node = state.nodes.nodes.get(name);
    const sessions = node && resolveForNode(state.index.policy, node);
    if (sessions?.speaker === undefined || sessions.peers.length === 0) continue;
    const { routerId } = sessions.speaker;
    owners.set(routerId, [...(owners.get(routerId) ?? []), name]);
  }
  const at = speaker.routerId === undefined || speaker.routerId.kind === 'literal' ? speaker.at : speaker.routerId.at;
  return [...owners]
    .filter(([, nodes]) => nodes.length > 1)
    .map(([id, nodes]) => {
      const message = `${id} is the router id of ${listNames(nodes)}: each node needs its own`;
      return { code: 'shared-router-id', message, at };
    });
}

function prefixOf(contenders: Contenders): Prefix {
  const [first] = contenders;
  if (first === undefined) throw new Error('an address that nobody claims');
  return first.claim.prefix;
}
