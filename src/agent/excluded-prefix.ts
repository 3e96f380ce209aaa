// Whether going back to an earlier policy would announce what a later one excludes. Pure.

import { overlapsPrefix, parsePrefix } from '../dsl/prefix.ts';
import type { Engine } from '../engine/index.ts';

/** A prefix that `before` announces on the node and `after` excludes: by prefix, by service or with the whole node. */
export function excludedPrefix(before: Engine, after: Engine, node: string): string | undefined {
  const { excluded, withheld } = after.decisions(node);
  const { exclusions, ranges } = after.policy;
  const texts = [...exclusions.prefixes.map(({ prefix }) => prefix), ...ranges.flatMap(({ except }) => except)];
  const holes = texts.flatMap((text) => parsePrefix(text) ?? []);
  const services = new Set(
    withheld.flatMap(({ reason, service }) => (reason === 'service-excluded' ? (service ?? []) : [])),
  );
  const found = before.decisions(node).routes.find((route) => {
    const prefix = parsePrefix(route.prefix);
    const isInHole = prefix !== undefined && holes.some((hole) => overlapsPrefix(hole, prefix));
    return excluded !== undefined || isInHole || route.services.some((service) => services.has(service));
  });
  return found?.prefix;
}
