// What a BIRD that was taken over announces, with all that is known of it: the routes that BIRD has, as the policy and the
// cluster that were last saved explain them. Pure.

import { createEngine, type DesiredState, type NodeFacts } from '../engine/index.ts';
import type { LastGood } from './last-good.ts';
import { planNode } from './plan-node.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import { withHeld } from './route-guard.ts';

/** What there is to tell from. */
export interface RecallParts {
  readonly good: LastGood;
  readonly policy: CheckedPolicy;
  readonly facts: NodeFacts;
  /** Prefixes that BIRD has; undefined where it has none only because the node is drained. */
  readonly announced: ReadonlySet<string> | undefined;
}

/** Undefined where the node's speaker lacked a value. */
export function recallAnnounced({ good, policy, facts, announced }: RecallParts): DesiredState | undefined {
  const { node, snapshot } = good.cluster;
  const engine = createEngine(policy.policy, snapshot, { nodes: [node] });
  const { desired } = planNode(policy.policy, engine, node, undefined, facts);
  if (desired === undefined) return undefined;
  const due = new Set(desired.routes.map(({ prefix }) => prefix));
  const held = (good.held ?? []).filter(({ route }) => !due.has(route.prefix));
  const all = withHeld(desired, new Map(held.map((one) => [one.route.prefix, one])));
  return { ...all, routes: all.routes.filter(({ prefix }) => announced?.has(prefix) !== false) };
}
