// The routes of one node, kept in order and refreshed only where something changed.

import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes } from '../dsl/prefix.ts';
import type { UnjudgedRoute } from './address-on-node.ts';
import { evaluateOnNode } from './address-on-node.ts';
import type { DesiredRoute, NodeDecisions, NodeDelta, PlannedRoute, WithheldRoute } from './decision.ts';
import type { Affected, EngineState } from './engine-state.ts';
import { createOrderedMap } from './ordered-map.ts';
import type { PeerJudge } from './peer-verdicts.ts';
import { createPeerJudge } from './peer-verdicts.ts';
import { policyPrefix } from './prefix-index.ts';
import { sameValue } from './same-value.ts';
import { resolveForNode, runsOn } from './sessions.ts';
import { createWithheldList } from './withheld-list.ts';

/** What one node does, as of the last refresh. */
export interface NodeView {
  decisions(): NodeDecisions;
  /** The route with this prefix. */
  route(prefix: string): PlannedRoute | undefined;
  /** Takes over what a batch of changes affected. */
  refresh(affected: Affected): NodeDelta;
}

/** The view of a node, which need not exist in the cluster. */
export function createNodeView(node: string, state: EngineState): NodeView {
  const routes = createOrderedMap<Prefix, PlannedRoute>(comparePrefixes);
  const desired = createOrderedMap<Prefix, DesiredRoute>(comparePrefixes);
  const exact = new Map<string, UnjudgedRoute>();
  const withheld = createWithheldList();
  let context = nodeContext(node, state);
  let judge = judgeOf(node, state);
  let touched = new Map<string, { readonly prefix: Prefix; readonly before: PlannedRoute | undefined }>();

  // One entry per prefix: the exact route goes before an aggregate of the same prefix.
  const settle = (prefix: Prefix): void => {
    const before = routes.get(prefix.text);
    if (!touched.has(prefix.text)) touched.set(prefix.text, { prefix, before });
    const unjudged = exact.get(prefix.text) ?? aggregateRoute(prefix.text);
    if (unjudged === undefined || judge === undefined) {
      routes.delete(prefix.text);
      desired.delete(prefix.text);
      return;
    }
    const route = { ...unjudged, peers: judge(unjudged, prefix) };
    // What stays the same stays the same object, so that what was made from it can be kept.
    if (sameValue(before, route)) return;
    routes.set(prefix.text, prefix, route);
    const wanted = toDesired(route);
    if (!sameValue(desired.get(prefix.text), wanted)) desired.set(prefix.text, prefix, wanted);
  };
  const aggregateRoute = (text: string): UnjudgedRoute | undefined => {
    const aggregate = state.aggregates.state(text);
    return state.nodes.standing(node).kind === 'eligible' && aggregate?.kind === 'advertised'
      ? aggregate.route
      : undefined;
  };
  const refreshAddress = (text: string): void => {
    const contenders = state.services.contenders(text);
    const outcome = state.outcomes.get(text);
    const result = outcome === undefined ? undefined : evaluateOnNode(contenders, outcome, node, state.nodes);
    if (result?.route === undefined) exact.delete(text);
    else exact.set(text, result.route);
    const prefix = contenders[0]?.claim.prefix ?? policyPrefix(text);
    withheld.set(text, prefix, result?.withheld ?? []);
    settle(prefix);
  };
  const refreshAggregate = (text: string): void => {
    const prefix = policyPrefix(text);
    withheld.set(`aggregate ${text}`, prefix, withheldAggregates(node, text, state));
    settle(prefix);
  };
  const refreshSkipped = (service: string): void => {
    withheld.set(`skipped ${service}`, undefined, skippedEntries(service, state));
  };
  const refreshAll = (): void => {
    for (const text of [...exact.keys()]) refreshAddress(text);
    for (const text of state.services.addresses()) refreshAddress(text);
    for (const prefix of state.aggregates.prefixes()) refreshAggregate(prefix.text);
    for (const service of state.services.services.keys()) refreshSkipped(service);
  };
  const refresh = (affected: Affected): NodeDelta => {
    touched = new Map();
    for (const text of affected.addresses) refreshAddress(text);
    for (const text of affected.aggregates) refreshAggregate(text);
    for (const service of affected.services) refreshSkipped(service);
    if (affected.nodes.has(node)) {
      const next = nodeContext(node, state);
      if (!sameValue(next, context)) {
        context = next;
        judge = judgeOf(node, state);
        refreshAll();
      }
    }
    return deltaOf([...touched.values()], routes.get);
  };
  refreshAll();
  return {
    refresh,
    route: routes.get,
    decisions: () => ({
      node,
      excluded: exclusionOf(node, state),
      routes: routes.values(),
      desired: desired.values(),
      withheld: withheld.values(),
    }),
  };
}

/** Everything about the node itself that its routes depend on. */
function nodeContext(name: string, state: EngineState): unknown {
  const node = state.nodes.nodes.get(name);
  if (node === undefined) return undefined;
  return {
    standing: state.nodes.standing(name),
    selected: state.index.originConditions.map((condition) => state.nodes.origins(condition).has(name)),
    sessions: resolveForNode(state.index.policy, node),
    peers: state.index.policy.peers.map((peer) => runsOn(peer.nodes, node)),
  };
}

function judgeOf(name: string, state: EngineState): PeerJudge | undefined {
  const node = state.nodes.nodes.get(name);
  return node === undefined ? undefined : createPeerJudge(state.index, node, resolveForNode(state.index.policy, node));
}

function exclusionOf(node: string, state: EngineState): NodeDecisions['excluded'] {
  const standing = state.nodes.standing(node);
  return standing.kind === 'excluded' ? { reason: standing.reason, at: standing.at } : undefined;
}

function withheldAggregates(node: string, text: string, state: EngineState): readonly WithheldRoute[] {
  const aggregate = state.aggregates.state(text);
  if (aggregate === undefined) return [];
  if (aggregate.kind === 'unused') return [aggregate.withheld];
  const standing = state.nodes.standing(node);
  if (standing.kind === 'eligible') return [];
  const { addressKind, range } = aggregate.route;
  return [{ prefix: text, addressKind, service: undefined, range, reason: standing.reason, at: standing.at }];
}

function skippedEntries(service: string, state: EngineState): readonly WithheldRoute[] {
  return state.services.skippedOf(service).map(({ addressKind }) => ({
    prefix: undefined,
    addressKind,
    service,
    range: undefined,
    reason: 'no-address',
    at: state.index.policy.speaker.at,
  }));
}

function deltaOf(
  touched: readonly { readonly prefix: Prefix; readonly before: PlannedRoute | undefined }[],
  current: (text: string) => PlannedRoute | undefined,
): NodeDelta {
  const added: string[] = [];
  const removed: string[] = [];
  const changed: string[] = [];
  for (const { prefix, before } of touched.toSorted((a, b) => comparePrefixes(a.prefix, b.prefix))) {
    const after = current(prefix.text);
    if (before === after) continue;
    if (before === undefined) added.push(prefix.text);
    else if (after === undefined) removed.push(prefix.text);
    else if (isOfferedDifferently(before, after)) changed.push(prefix.text);
  }
  return { added, removed, changed };
}

// A route that only has another reason, or more services behind it, is the same one to BIRD.
function isOfferedDifferently(before: PlannedRoute, after: PlannedRoute): boolean {
  const offers = ({ peers }: PlannedRoute): unknown =>
    peers.map(({ peer, reason, attributes }) => ({ peer, reason, attributes }));
  return !sameValue(toDesired(before), toDesired(after)) || !sameValue(offers(before), offers(after));
}

function toDesired({ prefix, addressKind, aggregate, range, attributes, to, service }: PlannedRoute): DesiredRoute {
  return { prefix, addressKind, aggregate, range, attributes, to, service };
}
