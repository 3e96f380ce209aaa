// Policy and cluster in, routes of each node out, with every change evaluated only as far as it reaches.
// In: a checked policy, a snapshot, then changes. Out: decisions per node, and what each batch of changes did to them.
// Invariant: after any sequence of changes the decisions equal those of a new engine over the final snapshot.

import type { Policy } from '../dsl/policy.ts';
import type { Delta, NodeDecisions, NodeDelta, PlanWarning } from './decision.ts';
import { createEngineState } from './engine-state.ts';
import { explain } from './explain.ts';
import type { ExplainQuery, Explanation, NothingFound } from './explanation.ts';
import type { NodeView } from './node-view.ts';
import { createNodeView } from './node-view.ts';
import type { Change, Snapshot } from './snapshot.ts';
import { diffSnapshots } from './snapshot.ts';
import { planWarnings } from './warnings.ts';

/** The engine for one policy. */
export interface Engine {
  readonly policy: Policy;
  /** The cluster as of the last change; live, so copy it to keep it. */
  readonly snapshot: Snapshot;
  /** Names of the nodes that deltas are computed for, sorted. */
  nodes(): readonly string[];
  /** What a node does and why; any name has an answer, one the cluster does not know is `node-unknown`. */
  decisions(node: string): NodeDecisions;
  /** Takes changes over, and tells what they did to the routes of the watched nodes. */
  apply(changes: readonly Change[]): Delta;
  /** Takes a whole new snapshot over; one without a difference changes nothing. */
  replace(snapshot: Snapshot): Delta;
  /** What was almost surely not meant; warnings about sessions are for these nodes, by default the watched ones. */
  warnings(nodes?: readonly string[]): readonly PlanWarning[];
  /** Why the subject is, or is not, advertised: on the node named, else on every watched one. */
  explain(query: ExplainQuery): Explanation | NothingFound;
}

/** What the engine computes deltas for; by default every node of the cluster. */
export interface EngineOptions {
  readonly nodes?: readonly string[];
}

/** Creates the engine over a first snapshot. */
export function createEngine(policy: Policy, snapshot: Snapshot, options: EngineOptions = {}): Engine {
  const state = createEngineState(policy, snapshot);
  const views = new Map<string, NodeView>();
  // The view of a node that is not watched lives until the next change, or until another one is asked for.
  let visited: { readonly node: string; readonly view: NodeView } | undefined;
  const watched = (): readonly string[] => [...(options.nodes ?? state.nodes.nodes.keys())].sort();
  const isWatched = (node: string): boolean => options.nodes?.includes(node) ?? state.nodes.nodes.has(node);
  const viewOf = (node: string): NodeView => {
    const view = views.get(node) ?? (visited?.node === node ? visited.view : createNodeView(node, state));
    if (isWatched(node)) views.set(node, view);
    else visited = { node, view };
    return view;
  };
  const apply = (changes: readonly Change[]): Delta => {
    // A delta needs the routes from before the changes.
    for (const node of watched()) viewOf(node);
    visited = undefined;
    const affected = state.apply(changes);
    const deltas = new Map([...views].map(([node, view]) => [node, view.refresh(affected)]));
    for (const node of watched()) if (!deltas.has(node)) deltas.set(node, allAdded(viewOf(node)));
    for (const node of views.keys()) if (!isWatched(node)) views.delete(node);
    return toDelta(deltas);
  };
  return {
    policy,
    snapshot: state.snapshot,
    nodes: watched,
    decisions: (node) => viewOf(node).decisions(),
    apply,
    replace: (next) => apply(diffSnapshots(state.snapshot, next)),
    warnings: (nodes = watched()) => planWarnings(state, nodes),
    explain: (query) =>
      explain(query, {
        state,
        nodes: query.node === undefined ? (query.nodes ?? watched()) : [query.node],
        routeOf: (node, prefix) => viewOf(node).route(prefix),
        peer: query.peer,
      }),
  };
}

function toDelta(deltas: ReadonlyMap<string, NodeDelta>): Delta {
  const changed = [...deltas].filter(([, delta]) => !isEmpty(delta));
  return { nodes: new Map(changed.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function isEmpty(delta: NodeDelta): boolean {
  return delta.added.length === 0 && delta.removed.length === 0 && delta.changed.length === 0;
}

function allAdded(view: NodeView): NodeDelta {
  return { added: view.decisions().routes.map((route) => route.prefix), removed: [], changed: [] };
}
