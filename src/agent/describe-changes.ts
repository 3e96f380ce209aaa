// What one desired state changes against another, in words for the log.

import type { DesiredRoute, DesiredState } from '../engine/index.ts';

/** Prefixes that are announced, withdrawn, or announced otherwise than before. */
export interface RouteChanges {
  readonly announced: readonly string[];
  readonly withdrawn: readonly string[];
  readonly changed: readonly string[];
}

/** Compares the routes of two states; an absent one has none. */
export function compareRoutes(before: DesiredState | undefined, after: DesiredState): RouteChanges {
  const [some, others] = withoutCommonEnds(before?.routes ?? [], after.routes);
  const [old, fresh] = [without(some, others), without(others, some)];
  const known = new Map(old.map((route) => [route.prefix, route]));
  const wanted = new Set(fresh.map((route) => route.prefix));
  return {
    announced: fresh.filter(({ prefix }) => !known.has(prefix)).map(({ prefix }) => prefix),
    withdrawn: [...known.keys()].filter((prefix) => !wanted.has(prefix)),
    changed: fresh.filter((route) => isChanged(known.get(route.prefix), route)).map(({ prefix }) => prefix),
  };
}

/** The routes of one list that are not, as the very same objects, in the other. */
function without(routes: readonly DesiredRoute[], others: readonly DesiredRoute[]): readonly DesiredRoute[] {
  const known = new Set(others);
  return routes.filter((route) => !known.has(route));
}

/** Most changes are one route among thousands, and the engine keeps the objects of all others. */
function withoutCommonEnds(
  before: readonly DesiredRoute[],
  after: readonly DesiredRoute[],
): readonly [readonly DesiredRoute[], readonly DesiredRoute[]] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
}

/** `announced 198.51.100.10/32; withdrawn 2 routes: …`; undefined where nothing changes. */
export function describeRouteChanges({ announced, withdrawn, changed }: RouteChanges): string | undefined {
  const parts = [
    ...describe('announced', announced),
    ...describe('withdrawn', withdrawn),
    ...describe('changed', changed),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function describe(verb: string, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return [];
  const more = prefixes.length > 8 ? ` and ${prefixes.length - 8} more` : '';
  return [`${verb} ${prefixes.slice(0, 8).join(', ')}${more}`];
}

function isChanged(before: DesiredRoute | undefined, after: DesiredRoute): boolean {
  return before !== undefined && before !== after && JSON.stringify(before) !== JSON.stringify(after);
}
