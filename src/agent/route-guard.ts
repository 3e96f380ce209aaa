// The `guard` of a policy, between the engine and BIRD. A batch that would withdraw too much at once leaves those routes
// announced as they are; announcements beyond a number are not made. Everything else passes, and every later change is
// judged by itself. What is held goes when somebody confirms it, when it is due again, or for a cause that is never held.

import type { Clock } from '../clock.ts';
import type { Guard, Policy } from '../dsl/policy.ts';
import { comparePrefixes, parsePrefix } from '../dsl/prefix.ts';
import type { DesiredRoute, DesiredState, NodeDecisions } from '../engine/index.ts';
import { neverHeld } from './never-held.ts';

/** What is held: routes that should be withdrawn, with the moment since when (as of the wall clock). */
export interface HeldRoute {
  readonly route: DesiredRoute;
  readonly since: number;
}

/** What a guard is asked about. */
export interface GuardedChange {
  readonly policy: Policy;
  readonly decisions: NodeDecisions;
  /** What BIRD announces, but for a drain; absent where it announces nothing, or nobody knows. */
  readonly before: DesiredState | undefined;
  readonly wanted: DesiredState;
  /** Nothing more is held, and withdrawals are no measure for later; what is held already stays so. */
  readonly isFree?: boolean;
}

/** What may be handed to BIRD. */
export interface Guarded {
  readonly desired: DesiredState;
  readonly held: ReadonlyMap<string, HeldRoute>;
  /** Prefixes that are due and beyond `max-routes`. */
  readonly beyond: readonly string[];
  /** BIRD has taken the state: its withdrawals count from now on. */
  readonly done: () => void;
}

/** Judges one change after the other. */
export interface RouteGuard {
  check(change: GuardedChange): Guarded;
  /** What an earlier life of the agent held. */
  restore(held: readonly HeldRoute[]): void;
  held(): ReadonlyMap<string, HeldRoute>;
  /** Lets everything go that is held now; returns its prefixes. */
  confirm(): readonly string[];
}

/** A withdrawal of so few routes is never held, whatever share of all it is. */
const ALWAYS_ALLOWED = 10;

const NOTHING: ReadonlyMap<string, HeldRoute> = new Map();

/** Creates a guard that has seen no change. */
export function createRouteGuard(clock: Clock): RouteGuard {
  return new CountingGuard(clock);
}

class CountingGuard implements RouteGuard {
  readonly #clock: Clock;
  #held = NOTHING;
  #confirmed: ReadonlySet<string> = new Set();
  /** Withdrawals that count, by the monotonic moment they were made. */
  #withdrawn: readonly { readonly at: number; readonly count: number }[] = [];
  /** How many routes there were from a moment on. */
  #announced: readonly { readonly at: number; readonly count: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  held(): ReadonlyMap<string, HeldRoute> {
    return this.#held;
  }

  restore(held: readonly HeldRoute[]): void {
    this.#held = new Map(held.map((one) => [one.route.prefix, one]));
  }

  confirm(): readonly string[] {
    const prefixes = [...this.#held.keys()];
    this.#confirmed = new Set([...this.#confirmed, ...prefixes]);
    return prefixes;
  }

  check(change: GuardedChange): Guarded {
    const { guard } = change.policy;
    const { held, counted } = this.#judgeWithdrawals(change);
    const kept = withHeld(change.wanted, held);
    const { desired, beyond } = limitRoutes(kept, change.before, guard?.maxRoutes?.count);
    const done = () => {
      this.#held = held;
      // Once BIRD is without them they are ordinary prefixes again; what it has been given just now may have been confirmed
      // only meanwhile.
      this.#confirmed = new Set([...this.#confirmed].filter((prefix) => held.has(prefix)));
      this.#count(change.before, desired, counted, guard?.maxWithdraw?.withinMs ?? 0);
    };
    return { desired, held, beyond, done };
  }

  #judgeWithdrawals(change: GuardedChange): { held: ReadonlyMap<string, HeldRoute>; counted: number } {
    const { policy, decisions, before, wanted, isFree = false } = change;
    const limit = policy.guard?.maxWithdraw;
    if (limit === undefined || before === undefined) return { held: NOTHING, counted: 0 };
    const due = new Set(wanted.routes.map(({ prefix }) => prefix));
    const gone = before.routes.filter(({ prefix }) => !due.has(prefix) && !this.#confirmed.has(prefix));
    if (gone.length === 0) return { held: NOTHING, counted: 0 };
    const passes = neverHeld(policy, decisions);
    const guarded = gone.filter((route) => !passes(route));
    const held = new Map<string, HeldRoute>();
    const fresh: DesiredRoute[] = [];
    for (const route of guarded) {
      const known = this.#held.get(route.prefix);
      if (known === undefined) fresh.push(route);
      else held.set(route.prefix, { route, since: known.since });
    }
    if (isFree) return { held, counted: 0 };
    if (!this.#exceeds(limit, fresh.length, before.routes.length)) return { held, counted: fresh.length };
    for (const route of fresh) held.set(route.prefix, { route, since: this.#clock.now() });
    return { held, counted: 0 };
  }

  #exceeds({ limit, withinMs }: NonNullable<Guard['maxWithdraw']>, fresh: number, announced: number): boolean {
    const start = this.#clock.elapsed() - withinMs;
    const before = this.#withdrawn.filter(({ at }) => at > start).reduce((sum, { count }) => sum + count, 0);
    const total = before + fresh;
    // What there was when the time began; an agent that has not run for that long counts from its own start.
    const base = this.#announced.findLast(({ at }) => at <= start) ?? this.#announced[0];
    const most = limit.kind === 'count' ? limit.value : ((base?.count ?? announced) * limit.value) / 100;
    return fresh > 0 && total > most && total > ALWAYS_ALLOWED;
  }

  #count(before: DesiredState | undefined, { routes }: DesiredState, counted: number, withinMs: number): void {
    const at = this.#clock.elapsed();
    if (this.#announced.length === 0 && before !== undefined) this.#announced = [{ at, count: before.routes.length }];
    const isRecent = (entry: { readonly at: number }) => entry.at > at - withinMs;
    if (counted > 0) this.#withdrawn = [...this.#withdrawn.filter(isRecent), { at, count: counted }];
    const first = this.#announced.findLastIndex((entry) => !isRecent(entry));
    this.#announced = [...this.#announced.slice(Math.max(first, 0)), { at, count: routes.length }];
  }
}

/** The state with routes that are held, as they were; none of them may be among its own. */
export function withHeld(wanted: DesiredState, held: ReadonlyMap<string, HeldRoute>): DesiredState {
  if (held.size === 0) return wanted;
  const kept = [...held.values()].map(({ route }) => route);
  const routes = sortRoutes([...wanted.routes, ...kept]);
  // The range may be one that the policy no longer has.
  const ranges = [...new Set([...wanted.ranges, ...kept.map(({ range }) => range)])];
  return { ...wanted, routes, ranges: ranges.length === wanted.ranges.length ? wanted.ranges : ranges };
}

function limitRoutes(
  wanted: DesiredState,
  before: DesiredState | undefined,
  limit: number | undefined,
): { readonly desired: DesiredState; readonly beyond: readonly string[] } {
  if (limit === undefined || wanted.routes.length <= limit) return { desired: wanted, beyond: [] };
  const announced = new Set(before?.routes.map(({ prefix }) => prefix));
  const fresh = wanted.routes.filter(({ prefix }) => !announced.has(prefix));
  const room = Math.max(0, limit - (wanted.routes.length - fresh.length));
  const beyond = fresh.slice(room).map(({ prefix }) => prefix);
  const left = new Set(beyond);
  return { desired: { ...wanted, routes: wanted.routes.filter(({ prefix }) => !left.has(prefix)) }, beyond };
}

function sortRoutes(routes: readonly DesiredRoute[]): readonly DesiredRoute[] {
  const keyed = routes.map((route) => ({ route, prefix: parsePrefix(route.prefix) }));
  const compare = (a: (typeof keyed)[number], b: (typeof keyed)[number]) =>
    a.prefix === undefined || b.prefix === undefined ? 0 : comparePrefixes(a.prefix, b.prefix);
  return keyed.sort(compare).map(({ route }) => route);
}
