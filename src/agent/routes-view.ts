// What `routes` answers: the routes of this node as decided, and whether BIRD has them.

import type { Plan } from '../engine/index.ts';
import { renderPlan } from './render-plan.ts';
import { count } from './table.ts';

/** The JSON of `GET /v1/routes`: a plan of one node whose routes say whether they are in BIRD. */
export function routesToJson(plan: Plan, inBird: ReadonlySet<string>): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Routes',
    nodes: plan.nodes.map((node) => ({
      ...node,
      routes: node.routes.map((route) => ({ ...route, inBird: inBird.has(route.prefix) })),
    })),
    warnings: plan.warnings,
  };
}

/** The plan as text, and below it what BIRD does not have yet, or still has. */
export function renderRoutes(plan: Plan, inBird: ReadonlySet<string>): string {
  const planned = new Set(plan.nodes.flatMap(({ routes }) => routes.map(({ prefix }) => prefix)));
  const missing = [...planned].filter((prefix) => !inBird.has(prefix));
  const surplus = [...inBird].filter((prefix) => !planned.has(prefix)).sort();
  return [renderPlan(plan), ...describe('not in BIRD yet', missing), ...describe('still in BIRD', surplus)].join('');
}

function describe(what: string, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return [];
  const more = prefixes.length > 8 ? ` and ${prefixes.length - 8} more` : '';
  return [`${count(prefixes.length, 'route')} ${what}: ${prefixes.slice(0, 8).join(', ')}${more}\n`];
}
