// Which withdrawals `guard` lets pass whatever their number: those whose cause is a missing usable endpoint, an exclusion, or
// a node that is excluded. Pure.

import type { Policy } from '../dsl/policy.ts';
import { containsPrefix, overlapsPrefix, type Prefix, parsePrefix } from '../dsl/prefix.ts';
import type { DesiredRoute, NodeDecisions, WithheldRoute, WithholdReason } from '../engine/index.ts';

const CAUSES: ReadonlySet<WithholdReason> = new Set([
  'no-local-endpoint',
  'no-endpoint',
  'prefix-excluded',
  'service-excluded',
  'node-excluded',
]);

/** Tells of a route that is no longer wanted whether its withdrawal is never held. */
export function neverHeld(policy: Policy, decisions: NodeDecisions): (route: DesiredRoute) => boolean {
  if (decisions.excluded?.reason === 'node-excluded') return () => true;
  const excluded = policy.exclusions.prefixes.flatMap(({ prefix }) => parsePrefix(prefix) ?? []);
  const byPrefix = Map.groupBy(decisions.withheld, ({ prefix }) => prefix);
  return (route) => {
    const prefix = parsePrefix(route.prefix);
    if (prefix === undefined) return false;
    const holes = policy.ranges.filter(({ name }) => name === route.range).flatMap(({ except }) => except);
    const outside = [...excluded, ...holes.flatMap((hole) => parsePrefix(hole) ?? [])];
    if (outside.some((other) => overlapsPrefix(other, prefix))) return true;
    const entries = byPrefix.get(route.prefix) ?? [];
    if (route.aggregate) return isUnused(entries) && holdsService(decisions, prefix);
    return entries.some(({ service, reason }) => service === route.service && CAUSES.has(reason));
  };
}

function isUnused(entries: readonly WithheldRoute[]): boolean {
  return entries.some(({ service, reason }) => service === undefined && reason === 'aggregate-unused');
}

/** An aggregate of which nothing is left at all lost its services, and not their endpoints. */
function holdsService({ routes, withheld }: NodeDecisions, outer: Prefix): boolean {
  return [...routes, ...withheld].some(({ service, prefix }) => {
    const inner = service === undefined || prefix === undefined ? undefined : parsePrefix(prefix);
    return inner !== undefined && containsPrefix(outer, inner);
  });
}
