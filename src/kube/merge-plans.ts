// One watch plan for several policies: while a new policy is tried, what the one in effect needs must not go missing.
// No two targets of the result overlap: an object that two watches hold could vanish with either of them.

import type { ResourceName } from './resources.ts';
import type { Keep } from './trim.ts';
import { coversPlan, type WatchPlan } from './watch-plan.ts';
import type { WatchTarget } from './watch-target.ts';

/** The plan that has all that each of the plans asks for; a plan that covers the others is taken as it is. */
export function mergePlans(first: WatchPlan, ...rest: readonly WatchPlan[]): WatchPlan {
  return rest.reduce(mergeTwo, first);
}

function mergeTwo(a: WatchPlan, b: WatchPlan): WatchPlan {
  if (coversPlan(a, b)) return a;
  if (coversPlan(b, a)) return b;
  const byResource = Map.groupBy([...a.targets, ...b.targets], ({ resource }) => resource);
  return {
    targets: [...byResource].flatMap(([resource, targets]) => mergeTargets(resource, targets)),
    keep: mergeKeeps(a.keep, b.keep),
    unseen: a.unseen.filter((sentence) => b.unseen.includes(sentence)),
  };
}

function mergeTargets(resource: ResourceName, targets: readonly WatchTarget[]): readonly WatchTarget[] {
  const labelSelector = common(targets.map((target) => target.labelSelector));
  const fieldSelector = common(targets.map((target) => target.fieldSelector));
  const namespaces = new Set(targets.map(({ namespace }) => namespace));
  const why = [...new Set(targets.map((target) => target.why))].join('; ');
  const chosen = namespaces.has(undefined) ? [undefined] : [...namespaces];
  return chosen.map((namespace) => ({ resource, namespace, labelSelector, fieldSelector, why }));
}

/** The selector that all have; none as soon as two differ. */
function common(selectors: readonly (string | undefined)[]): string | undefined {
  return new Set(selectors).size === 1 ? selectors[0] : undefined;
}

function mergeKeeps(a: Keep, b: Keep): Keep {
  if (a.kind === 'all' || b.kind === 'all') return { kind: 'all' };
  return {
    kind: 'named',
    labels: new Set([...a.labels, ...b.labels]),
    annotations: new Set([...a.annotations, ...b.annotations]),
    taints: a.taints || b.taints,
  };
}
