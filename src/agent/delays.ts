// Row 11 of the exact-route table, `delayed`: a route with an `advertise-delay` is announced only after it has been due
// for that long. Only the announcement waits: a withdrawal, a change, and a route that BIRD already has never do.

import type { Clock, Timer } from '../clock.ts';
import type { DesiredState, PlannedRoute } from '../engine/index.ts';

/** Routes that are due and not announced yet, with the moment (as of the wall clock) at which each one will be. */
export type DelayedRoutes = ReadonlyMap<string, number>;

/** A desired state without what still waits. */
export interface Held {
  readonly desired: DesiredState;
  readonly delayed: DelayedRoutes;
}

/** Remembers since when routes are due. */
export interface Delays {
  /** Takes out of the state what has to wait. `announced` are the prefixes that BIRD has. */
  hold(desired: DesiredState, routes: readonly PlannedRoute[], announced: ReadonlySet<string>): Held;
  /** No call to `onDue` follows. */
  stop(): void;
}

const NOTHING: DelayedRoutes = new Map();

/** Calls `onDue` when a wait is over: then the state is asked for again. */
export function createDelays(clock: Clock, onDue: () => void): Delays {
  /** Monotonic moments. */
  let dueSince = new Map<string, number>();
  let timer: Timer | undefined;
  return {
    hold: (desired, routes, announced) => {
      timer?.cancel();
      timer = undefined;
      const slow = routes.filter(({ delayMs }) => delayMs > 0);
      const now = clock.elapsed();
      const before = dueSince;
      dueSince = new Map(slow.map(({ prefix }) => [prefix, before.get(prefix) ?? now]));
      if (slow.length === 0) return { desired, delayed: NOTHING };
      const left = new Map<string, number>();
      for (const { prefix, delayMs } of slow) {
        const wait = (dueSince.get(prefix) ?? now) + delayMs - now;
        if (wait > 0 && !announced.has(prefix)) left.set(prefix, wait);
      }
      if (left.size === 0) return { desired, delayed: NOTHING };
      timer = clock.after(Math.min(...left.values()), onDue);
      return {
        desired: { ...desired, routes: desired.routes.filter(({ prefix }) => !left.has(prefix)) },
        delayed: new Map([...left].map(([prefix, wait]) => [prefix, clock.now() + wait])),
      };
    },
    stop: () => timer?.cancel(),
  };
}
