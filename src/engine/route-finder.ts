import type { Expectation } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes, containsPrefix, parsePrefix } from '../dsl/prefix.ts';
import type { NodeDecisions, PlannedRoute } from './decision.ts';

type NodeRoutes = Pick<NodeDecisions, 'routes'>;

/** Finds routes of nodes. */
export interface RouteFinder {
  /** Those that an expectation is about. */
  about(subject: Expectation['subject'], decisions: NodeRoutes): readonly PlannedRoute[];
  /** One that covers the prefix, and more. */
  covering(text: string, decisions: NodeRoutes): PlannedRoute | undefined;
}

/** Creates a finder for the nodes of one cluster: they have most prefixes in common, so each text is parsed once. */
export function createRouteFinder(): RouteFinder {
  const parsed = new Map<string, Prefix | undefined>();
  const parse = (text: string): Prefix | undefined => {
    if (!parsed.has(text)) parsed.set(text, parsePrefix(text));
    return parsed.get(text);
  };
  return {
    about(subject, { routes }) {
      const texts = subject.kind === 'prefix' ? [subject.prefix] : subject.prefixes;
      const found = texts.flatMap((text) => routesInside(parse(text), routes, parse));
      return subject.kind === 'prefix' ? found.filter(({ prefix }) => prefix === subject.prefix) : [...new Set(found)];
    },
    covering(text, { routes }) {
      const inner = parse(text);
      return inner && routes.find(({ prefix }) => coversMore(parse(prefix), inner));
    },
  };
}

// Routes are sorted by prefix, so that those inside of another prefix stand together.
function routesInside(
  outer: Prefix | undefined,
  routes: readonly PlannedRoute[],
  parse: (text: string) => Prefix | undefined,
): readonly PlannedRoute[] {
  if (outer === undefined) return [];
  let [start, end] = [0, routes.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    const prefix = parse(routes[middle]?.prefix ?? '');
    if (prefix !== undefined && comparePrefixes(prefix, outer) < 0) start = middle + 1;
    else end = middle;
  }
  const found: PlannedRoute[] = [];
  for (let route = routes[start]; route !== undefined; route = routes[start + found.length]) {
    const prefix = parse(route.prefix);
    if (prefix === undefined || !containsPrefix(outer, prefix)) break;
    found.push(route);
  }
  return found;
}

function coversMore(outer: Prefix | undefined, inner: Prefix): boolean {
  return outer !== undefined && outer.length < inner.length && containsPrefix(outer, inner);
}
