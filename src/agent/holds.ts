// Row 11 of the exact-route table: what the agent keeps back of what is due (`advertise-delay`, `wait-for`, `guard`), and what
// it keeps announcing although it should go (`guard`). The engine knows nothing of it.

import type { Clock } from '../clock.ts';
import type { Policy } from '../dsl/index.ts';
import type { DesiredState } from '../engine/index.ts';
import { createDelays, type DelayedRoutes, type Delays } from './delays.ts';
import type { Drain } from './drain.ts';
import type { NodePlan } from './plan-node.ts';
import { createRouteGuard, type HeldRoute, type RouteGuard, withHeld } from './route-guard.ts';
import { type AskUrl, createWaitGate, type Unanswered, type WaitGate } from './wait-gate.ts';

/** What waits, and what is held, at one moment. */
export interface HoldView {
  /** Routes that are due and wait for their `advertise-delay`. */
  readonly delayed: DelayedRoutes;
  /** Prefixes that are due and wait for an answer of a `wait-for`. */
  readonly waiting: ReadonlySet<string>;
  /** Prefixes that are due and beyond the `max-routes` of `guard`. */
  readonly beyond: ReadonlySet<string>;
  /** Routes that `guard` keeps announced, by prefix; of a drained node those that it will announce again. */
  readonly held: ReadonlyMap<string, HeldRoute>;
  /** Prefixes that are due and withdrawn, or about to be, because the node is drained. */
  readonly draining: ReadonlySet<string>;
  /** Everything is withdrawn because the node is drained, what `guard` holds as well. */
  readonly isWithdrawn: boolean;
}

/** What BIRD may be given, and what was left out of it. */
export interface HeldState extends HoldView {
  readonly desired: DesiredState;
  /** URLs that have not answered. */
  readonly unanswered: readonly Unanswered[];
  /** BIRD has taken the state. */
  readonly done: () => void;
}

/** What there is to judge. */
export interface HoldRequest {
  readonly policy: Policy;
  readonly plan: NodePlan;
  readonly wanted: DesiredState;
  /** Prefixes that BIRD has; undefined where nobody can say. */
  readonly announced: () => Promise<ReadonlySet<string> | undefined>;
  /** What BIRD has, with all that is known of its routes. */
  readonly before: DesiredState | undefined;
}

/** Holds routes back, and keeps others. */
export interface Holds {
  hold(request: HoldRequest): Promise<HeldState>;
  /** What an earlier life of the agent held. */
  restore(held: readonly HeldRoute[]): void;
  /** The state with everything that is held. */
  withHeld(desired: DesiredState): DesiredState;
  /** Lets go what `guard` holds; returns the prefixes. */
  confirm(): readonly string[];
  stop(): void;
}

/** Nothing waits, and nothing is held. */
export const NO_HOLDS: HoldView = {
  delayed: new Map(),
  waiting: new Set(),
  beyond: new Set(),
  held: new Map(),
  draining: new Set(),
  isWithdrawn: false,
};

type OneDrain = Pick<Drain, 'apply' | 'stage'>;

/** Calls `onDue` when a wait is over: then the state is to be asked for again. */
export function createHolds(
  { clock, askUrl, drain }: { readonly clock: Clock; readonly askUrl: AskUrl; readonly drain?: OneDrain },
  onDue: () => void,
): Holds {
  const gate = createWaitGate(clock, askUrl, onDue);
  return new LayeredHolds(createDelays(clock, onDue), gate, createRouteGuard(clock), drain);
}

class LayeredHolds implements Holds {
  readonly #delays: Delays;
  readonly #gate: WaitGate;
  readonly #guard: RouteGuard;
  readonly #drain: OneDrain | undefined;
  /** What a drained node would announce, as it was when BIRD last took a state. */
  #undrained: DesiredState | undefined;

  constructor(delays: Delays, gate: WaitGate, guard: RouteGuard, drain: OneDrain | undefined) {
    this.#delays = delays;
    this.#drain = drain;
    this.#gate = gate;
    this.#guard = guard;
  }

  async hold(request: HoldRequest): Promise<HeldState> {
    const { policy, plan } = request;
    const { desired: wanted, ...ready } = await this.#holdBack(request);
    const stage = this.#drain?.stage() ?? 'none';
    const isWithdrawn = stage === 'withdrawn';
    // The guard sees the node as if it were not drained: a drain is never held, and what is held takes part in it and comes
    // back afterwards. Of what is withdrawn already, holding more would announce what nobody needs.
    const before = this.#undrained ?? request.before;
    const change = { policy, decisions: plan.decisions, before, wanted, isFree: isWithdrawn };
    const guarded = this.#guard.check(change);
    const { held } = guarded;
    return {
      ...ready,
      desired: this.#drain?.apply(guarded.desired) ?? guarded.desired,
      held,
      beyond: new Set(guarded.beyond),
      draining: stage === 'none' ? NO_HOLDS.draining : prefixesBut(held, guarded.desired),
      isWithdrawn,
      done: () => {
        guarded.done();
        this.#undrained = stage === 'none' ? undefined : guarded.desired;
      },
    };
  }

  restore(held: readonly HeldRoute[]): void {
    this.#guard.restore(held);
  }

  withHeld(desired: DesiredState): DesiredState {
    const due = new Set(desired.routes.map(({ prefix }) => prefix));
    const all = withHeld(desired, new Map([...this.#guard.held()].filter(([prefix]) => !due.has(prefix))));
    return this.#drain?.apply(all) ?? all;
  }

  confirm(): readonly string[] {
    return this.#guard.confirm();
  }

  stop(): void {
    this.#delays.stop();
    this.#gate.stop();
  }

  /**
   * The state without the routes that still wait. Where nobody can say what a running BIRD has, none does: waiting could
   * withdraw it.
   */
  async #holdBack({ policy, plan, wanted, announced }: HoldRequest) {
    const unanswered = this.#gate.unanswered((policy.speaker.waitFor ?? []).map(({ url }) => url));
    const slow = plan.decisions.routes.filter(({ delayMs }) => delayMs > 0);
    const known = unanswered.length > 0 || slow.length > 0 ? await announced() : NO_HOLDS.waiting;
    const { desired, delayed } = this.#delays.hold(wanted, known === undefined ? [] : slow, known ?? NO_HOLDS.waiting);
    const gated = unanswered.length > 0 ? desired.routes.map(({ prefix }) => prefix) : [];
    const waiting = new Set(gated.filter((prefix) => known?.has(prefix) === false));
    if (waiting.size === 0) return { desired, delayed, waiting, unanswered };
    const routes = desired.routes.filter(({ prefix }) => !waiting.has(prefix));
    return { desired: { ...desired, routes }, delayed, waiting, unanswered };
  }
}

function prefixesBut(left: ReadonlyMap<string, unknown>, { routes }: DesiredState): ReadonlySet<string> {
  return new Set(routes.flatMap(({ prefix }) => (left.has(prefix) ? [] : prefix)));
}
