// The difference that one policy makes against another in the same cluster: routes per node, and sessions that restart.

import { isBetterReplaced, restartsSessions } from '../bgp/index.ts';
import type { Policy } from '../dsl/index.ts';
import {
  buildDesiredState,
  buildPlan,
  createEngine,
  diffPlans,
  type Engine,
  type PlanNodeDiff,
  resolveForNode,
  type Snapshot,
} from '../engine/index.ts';

/** What `plan --against` prints. */
export interface PolicyDiff {
  readonly apiVersion: 'bellbird/v1';
  readonly kind: 'PlanDiff';
  /** Only nodes with a difference, by name. */
  readonly nodes: readonly NodeDiff[];
}

/** What changes on one node. */
export type NodeDiff = PlanNodeDiff & {
  readonly restarts: readonly { readonly peer: string; readonly why: readonly string[] }[];
  /** They restart because BIRD does, so that peers with graceful restart keep the routes. */
  readonly replacesBird: boolean;
};

/** What going from `before` to the policy of `after` changes on these nodes. */
export function diffPolicies(before: Policy, after: Engine, snapshot: Snapshot, nodes: readonly string[]): PolicyDiff {
  const old = createEngine(before, snapshot, { nodes });
  const routes = diffPlans(buildPlan(old, nodes), buildPlan(after, nodes));
  const byName = new Map(routes.nodes.map((node) => [node.name, node]));
  const all = [...nodes].sort().map((name) => {
    const none: PlanNodeDiff = { name, added: [], removed: [], changed: [] };
    return { ...(byName.get(name) ?? none), ...restartsOn(name, old, after) };
  });
  return { apiVersion: 'bellbird/v1', kind: 'PlanDiff', nodes: all.filter(isDifferent) };
}

function restartsOn(name: string, before: Engine, after: Engine): Pick<NodeDiff, 'restarts' | 'replacesBird'> {
  const [old, current] = [desiredOn(name, before), desiredOn(name, after)];
  if (old === undefined || current === undefined) return { restarts: [], replacesBird: false };
  const restarts = restartsSessions(old, current).map(({ peer, why }) => ({ peer, why }));
  return { restarts, replacesBird: isBetterReplaced(old, current) };
}

function desiredOn(name: string, engine: Engine) {
  const node = engine.snapshot.nodes.get(name);
  if (node === undefined) return undefined;
  return buildDesiredState(engine.policy, resolveForNode(engine.policy, node), engine.decisions(name));
}

function isDifferent({ added, removed, changed, restarts }: NodeDiff): boolean {
  return added.length + removed.length + changed.length + restarts.length > 0;
}
