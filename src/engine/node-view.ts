// The routes of one node, kept in order and refreshed only where something changed.

import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes } from '../dsl/prefix.ts';
import type { UnjudgedRoute } from './address-on-node.ts';
import { evaluateOnNode } from './address-on-node.ts';
import type { DesiredRoute, NodeDecisions, NodeDelta, PlannedRoute, WithheldRoute } from './decision.ts';
import type { Affected, EngineState } from './engine-state.ts';
import type { OrderedMap } from './ordered-map.ts';
import { createOrderedMap } from './ordered-map.ts';
import type { PeerJudge } from './peer-verdicts.ts';
import { createPeerJudge } from './peer-verdicts.ts';
import { policyPrefix } from './prefix-index.ts';
import { sameValue } from './same-value.ts';
import { resolveForNode, runsOn } from './sessions.ts';
import type { WithheldList } from './withheld-list.ts';
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
  const view: View = {
    node,
    state,
    routes: createOrderedMap(comparePrefixes),
    desired: createOrderedMap(comparePrefixes),
    exact: new Map(),
    withheld: createWithheldList(),
    touched: new Map(),
    context: nodeContext(node, state),
    judge: judgeOf(node, state),
  };
  refreshAll(view);
  view.touched.clear();
  return {
    refresh: (affected) => refresh(view, affected),
    route: view.routes.get,
    decisions: () => ({
      node,
      excluded: exclusionOf(node, state),
      routes: view.routes.values(),
      desired: view.desired.values(),
      withheld: view.withheld.values(),
    }),
  };
}

interface View {
  readonly node: string;
  readonly state: EngineState;
  readonly routes: OrderedMap<Prefix, PlannedRoute>;
  readonly desired: OrderedMap<Prefix, DesiredRoute>;
  /** Exact routes by prefix; what is in `routes` is the same object, so the peers that it names count for nothing. */
  readonly exact: Map<string, UnjudgedRoute>;
  readonly withheld: WithheldList;
  /** What stood at the prefixes that this refresh looked at. */
  readonly touched: Map<string, Touched>;
  context: unknown;
  judge: PeerJudge | undefined;
}

interface Touched {
  readonly prefix: Prefix;
  readonly before: PlannedRoute | undefined;
}

function refresh(view: View, affected: Affected): NodeDelta {
  for (const text of affected.addresses) refreshAddress(view, text);
  for (const text of affected.aggregates) refreshAggregate(view, text);
  for (const service of affected.services) refreshSkipped(view, service);
  if (affected.nodes.has(view.node)) {
    const context = nodeContext(view.node, view.state);
    if (!sameValue(context, view.context)) {
      view.context = context;
      view.judge = judgeOf(view.node, view.state);
      refreshAll(view);
    }
  }
  const delta = deltaOf([...view.touched.values()], view.routes.get);
  view.touched.clear();
  return delta;
}

function refreshAll(view: View): void {
  const { services, aggregates } = view.state;
  for (const text of services.addresses()) refreshAddress(view, text);
  for (const prefix of aggregates.prefixes()) refreshAggregate(view, prefix.text);
  for (const service of services.services.keys()) refreshSkipped(view, service);
}

function refreshAddress(view: View, text: string): void {
  const { node, state } = view;
  const contenders = state.services.contenders(text);
  const outcome = state.outcomes.get(text);
  const result = outcome === undefined ? undefined : evaluateOnNode(contenders, outcome, node, state.nodes);
  if (result?.route === undefined) view.exact.delete(text);
  else view.exact.set(text, result.route);
  const prefix = contenders[0]?.claim.prefix ?? policyPrefix(text);
  view.withheld.set(text, prefix, result?.withheld ?? []);
  settle(view, prefix);
}

function refreshAggregate(view: View, text: string): void {
  const prefix = policyPrefix(text);
  view.withheld.set(`aggregate ${text}`, prefix, withheldAggregates(view.node, text, view.state));
  settle(view, prefix);
}

function refreshSkipped(view: View, service: string): void {
  view.withheld.set(`skipped ${service}`, undefined, skippedEntries(service, view.state));
}

// One entry per prefix: the exact route goes before an aggregate of the same prefix.
function settle(view: View, prefix: Prefix): void {
  const { text } = prefix;
  const before = view.routes.get(text);
  if (!view.touched.has(text)) view.touched.set(text, { prefix, before });
  const unjudged = view.exact.get(text) ?? aggregateRoute(view, text);
  if (unjudged === undefined || view.judge === undefined) {
    view.routes.delete(text);
    view.desired.delete(text);
    return;
  }
  const route = judged(unjudged, view.judge(unjudged, prefix));
  // What stays the same stays the same object, so that what was made from it can be kept.
  const kept = before !== undefined && sameValue(before, route) ? before : route;
  if (view.exact.has(text)) view.exact.set(text, kept);
  if (kept === before) return;
  view.routes.set(text, prefix, route);
  const wanted = toDesired(route);
  if (!sameValue(view.desired.get(text), wanted)) view.desired.set(text, prefix, wanted);
}

/** Member by member: what is spread into an object and more than it has room for is kept beside it. */
function judged(
  { prefix, addressKind, aggregate, reason, service, services, range, at, attributes, to, delayMs }: UnjudgedRoute,
  peers: PlannedRoute['peers'],
): PlannedRoute {
  return { prefix, addressKind, aggregate, reason, service, services, range, at, attributes, to, delayMs, peers };
}

function aggregateRoute({ node, state }: View, text: string): UnjudgedRoute | undefined {
  if (state.nodes.standing(node).kind !== 'eligible') return undefined;
  const aggregate = state.aggregates.state(text);
  return aggregate?.kind === 'advertised' ? aggregate.route : undefined;
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

function deltaOf(touched: readonly Touched[], current: (text: string) => PlannedRoute | undefined): NodeDelta {
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
