import type { Policy } from '../../dsl/policy.ts';
import { createEngine } from '../engine.ts';
import type { ClusterObject } from '../objects.ts';
import { snapshotOf } from '../snapshot.ts';

/** Routes of a node, each as `prefix reason`. */
export function routesOn(node: string, policy: Policy, objects: readonly ClusterObject[]): readonly string[] {
  const { routes } = createEngine(policy, snapshotOf(objects)).decisions(node);
  return routes.map((route) => `${route.prefix} ${route.reason}`);
}

/** What a node withholds, each as `prefix service reason`; an aggregate's service is `-`. */
export function withheldOn(node: string, policy: Policy, objects: readonly ClusterObject[]): readonly string[] {
  const { withheld } = createEngine(policy, snapshotOf(objects)).decisions(node);
  return withheld.map((entry) => `${entry.prefix ?? '-'} ${entry.service ?? '-'} ${entry.reason}`);
}

/** Routes and withheld addresses of a node in one list: `+ prefix reason` and `- prefix service reason`. */
export function decisionsOn(node: string, policy: Policy, objects: readonly ClusterObject[]): readonly string[] {
  return [
    ...routesOn(node, policy, objects).map((text) => `+ ${text}`),
    ...withheldOn(node, policy, objects).map((text) => `- ${text}`),
  ];
}
