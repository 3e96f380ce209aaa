import type { Plan, PlanNode, PlanRoute } from './plan.ts';
import { sameValue } from './same-value.ts';

/** The difference of two plans; sessions that restart are found where BIRD is known, and added there. */
export interface PlanDiff {
  readonly apiVersion: 'bellbird/v1';
  readonly kind: 'PlanDiff';
  /** Only nodes with a difference. */
  readonly nodes: readonly PlanNodeDiff[];
}

/** What changes on one node. Moved statements alone (`at`) are no difference. */
export interface PlanNodeDiff {
  readonly name: string;
  readonly added: readonly PlanRoute[];
  readonly removed: readonly PlanRoute[];
  readonly changed: readonly { readonly before: PlanRoute; readonly after: PlanRoute }[];
}

/** What going from one plan to the other changes in the routes of each node. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const [old, current] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...current.keys()])].sort();
  const nodes = names.map((name) => diffNodes(name, old.get(name)?.routes ?? [], current.get(name)?.routes ?? []));
  return {
    apiVersion: 'bellbird/v1',
    kind: 'PlanDiff',
    nodes: nodes.filter((node) => node.added.length + node.removed.length + node.changed.length > 0),
  };
}

function diffNodes(name: string, before: readonly PlanRoute[], after: readonly PlanRoute[]): PlanNodeDiff {
  const old = new Map(before.map((route) => [route.prefix, route]));
  const current = new Map(after.map((route) => [route.prefix, route]));
  return {
    name,
    added: after.filter((route) => !old.has(route.prefix)),
    removed: before.filter((route) => !current.has(route.prefix)),
    changed: after.flatMap((route) => {
      const known = old.get(route.prefix);
      return known === undefined || sameValue(withoutPlaces(known), withoutPlaces(route))
        ? []
        : [{ before: known, after: route }];
    }),
  };
}

function withoutPlaces(route: PlanRoute): unknown {
  return { ...route, at: undefined, peers: route.peers.map((peer) => ({ ...peer, at: undefined })) };
}

function byName(plan: Plan): ReadonlyMap<string, PlanNode> {
  return new Map(plan.nodes.map((node) => [node.name, node]));
}
