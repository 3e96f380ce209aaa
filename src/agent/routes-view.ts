// What `routes` answers: the routes of this node as decided, and whether BIRD has them.

import type { Plan } from '../engine/index.ts';
import type { HoldView } from './holds.ts';
import { renderPlan } from './render-plan.ts';
import { count } from './table.ts';
import { renderDuration, toTimestamp } from './time-text.ts';

/** What the agent and its BIRD know of the routes besides the plan. */
export interface RoutesState {
  readonly now: number;
  /** Prefixes of ours in BIRD. */
  readonly inBird: ReadonlySet<string>;
  readonly holds: HoldView;
}

/** The JSON of `GET /v1/routes`: a plan of one node whose routes say whether they are in BIRD. */
export function routesToJson(plan: Plan, { inBird, holds }: RoutesState): unknown {
  const { delayed, waiting, beyond, held, draining, isWithdrawn } = holds;
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Routes',
    nodes: plan.nodes.map((node) => ({
      ...node,
      routes: node.routes.map((route) => ({
        ...route,
        inBird: inBird.has(route.prefix),
        ...(delayed.has(route.prefix) ? { delayedUntil: toTimestamp(delayed.get(route.prefix)) } : {}),
        ...(waiting.has(route.prefix) ? { waiting: true } : {}),
        ...(beyond.has(route.prefix) ? { held: true } : {}),
        ...(draining.has(route.prefix) ? { draining: true } : {}),
      })),
      held: [...held.values()].map(({ route, since }) => ({
        prefix: route.prefix,
        since: toTimestamp(since),
        ...(isWithdrawn ? { draining: true } : {}),
      })),
    })),
    warnings: plan.warnings,
  };
}

/** The plan as text, and below it what BIRD does not have yet, or still has. */
export function renderRoutes(plan: Plan, { now, inBird, holds }: RoutesState): string {
  const { delayed, beyond, held, draining, isWithdrawn } = holds;
  const planned = new Set(plan.nodes.flatMap(({ routes }) => routes.map(({ prefix }) => prefix)));
  const waiting = [...planned].filter((prefix) => delayed.has(prefix));
  const isLate = (prefix: string) =>
    !inBird.has(prefix) && !delayed.has(prefix) && !beyond.has(prefix) && !draining.has(prefix);
  const surplus = [...inBird].filter((prefix) => !planned.has(prefix) && !held.has(prefix)).sort();
  const left = (prefix: string) => `${prefix} for ${renderDuration((delayed.get(prefix) ?? now) - now)}`;
  return [
    renderPlan(plan),
    ...describe('delayed', waiting.map(left)),
    ...describe('draining', [...draining]),
    ...describe('beyond `max-routes`', [...beyond]),
    ...describe(`held by \`max-withdraw\`${isWithdrawn ? ' and draining' : ''}`, [...held.keys()]),
    ...describe('not in BIRD yet', [...planned].filter(isLate)),
    ...describe('still in BIRD', surplus),
  ].join('');
}

function describe(what: string, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length === 0) return [];
  const more = prefixes.length > 8 ? ` and ${prefixes.length - 8} more` : '';
  return [`${count(prefixes.length, 'route')} ${what}: ${prefixes.slice(0, 8).join(', ')}${more}\n`];
}
