// What would be lost if a node were drained: other nodes cannot see a drain, so they take over only what they originate anyway.
// Nodes are looked at one after the other, and no further than it takes.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { createEngine, type Engine, type Node, type Snapshot } from '../engine/index.ts';

/** An address that no other node would announce in this one's place. */
export interface OnlyHere {
  readonly prefix: string;
  /** `limit`: others could, and have not been chosen. */
  readonly why: 'only-origin' | 'limit';
}

/** The prefixes of a node that depend on it, in its order. */
export async function onlyHere({ policy, snapshot, decisions }: Engine, node: string): Promise<readonly OnlyHere[]> {
  const routes = decisions(node).routes;
  const alone = new Set(routes.map(({ prefix }) => prefix));
  const limited = new Set<string>();
  const hasLimits = policy.serviceBlocks.some(({ limit }) => limit?.count !== undefined);
  const all = withEndpointNodes(snapshot);
  for (const other of all.nodes.keys()) {
    if (other === node) continue;
    if (alone.size === 0 && !hasLimits) break;
    const theirs = createEngine(policy, all, { nodes: [other] }).decisions(other);
    for (const { prefix } of theirs.routes) alone.delete(prefix);
    for (const { prefix, reason } of theirs.withheld) if (reason === 'node-limit' && prefix) limited.add(prefix);
    // The routes of this node go on being looked after meanwhile.
    await nextTurn();
  }
  return routes.flatMap(({ prefix }): readonly OnlyHere[] => {
    if (limited.has(prefix)) return [{ prefix, why: 'limit' }];
    return alone.has(prefix) ? [{ prefix, why: 'only-origin' }] : [];
  });
}

/**
 * Of a live cluster only the own node is read where no decision depends on others: those that endpoints are on are nodes
 * without anything that a policy asks for.
 */
function withEndpointNodes(snapshot: Snapshot): Snapshot {
  const names = [...snapshot.endpointSlices.values()].flatMap(({ endpoints }) =>
    endpoints.flatMap((e) => e.nodeName ?? []),
  );
  const missing = new Set(names.filter((name) => !snapshot.nodes.has(name)));
  if (missing.size === 0) return snapshot;
  return {
    ...snapshot,
    nodes: new Map([...snapshot.nodes, ...[...missing].map((name) => [name, plainNode(name)] as const)]),
  };
}

function plainNode(name: string): Node {
  return { kind: 'Node', name, labels: {}, annotations: {}, internalIPs: [], ready: true, cordoned: false, taints: [] };
}
