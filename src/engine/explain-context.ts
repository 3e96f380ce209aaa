import type { PlannedRoute } from './decision.ts';
import type { EngineState } from './engine-state.ts';

/** Where an explanation finds the route of a node. */
export type RouteLookup = (node: string, prefix: string) => PlannedRoute | undefined;

/** What an explanation is made from. */
export interface ExplainContext {
  readonly state: EngineState;
  readonly nodes: readonly string[];
  readonly routeOf: RouteLookup;
  /** Only this peer; absent: all. */
  readonly peer: string | undefined;
}
