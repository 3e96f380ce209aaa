// When the desired state is carried out: at once on the first change, then at most once per interval until a burst is
// over; one run at a time, and always with the latest state, so that what was overtaken is never applied.

import type { Clock } from '../clock.ts';
import { createPacer } from '../pacer.ts';

/** Keeps the latest state and carries it out. */
export interface Reconciler<State, Result> {
  /** Makes this the latest state. Resolves with the result of the first run that carries out it or a later one. */
  submit(state: State): Promise<Result>;
  /** Carries out the latest state once more, if there is one: after BIRD was restarted, for example. */
  again(): void;
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>;
  /** No run starts afterwards; what waits is resolved with `result`. */
  stop(result: Result): void;
}

/** How states are carried out. */
export interface ReconcilerOptions<State, Result> {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Never rejects: what goes wrong is a result. */
  carryOut(state: State): Promise<Result>;
  /** Joins a state that was overtaken before it was carried out with the one that overtook it. */
  merge(overtaken: State, latest: State): State;
  /** What is left of a state to be carried out once more, after this result. */
  rest?(state: State, result: Result): State;
}

/** Creates a reconciler that has no state yet. */
export function createReconciler<State, Result>(options: ReconcilerOptions<State, Result>): Reconciler<State, Result> {
  let latest: { readonly state: State } | undefined;
  let due: { readonly state: State } | undefined;
  let waiting: ((result: Result) => void)[] = [];
  let stopped: { readonly result: Result } | undefined;

  const pacer = createPacer(options.clock, options.intervalMs, async () => {
    if (due === undefined) return;
    const [taken, resolves] = [due, waiting];
    due = undefined;
    waiting = [];
    const result = await options.carryOut(taken.state);
    const rest = { state: options.rest?.(taken.state, result) ?? taken.state };
    if (latest === taken) latest = rest;
    if (due === taken) due = rest;
    for (const resolve of resolves) resolve(result);
  });
  return {
    submit: (state) => {
      if (stopped !== undefined) return Promise.resolve(stopped.result);
      due = { state: due === undefined ? state : options.merge(due.state, state) };
      latest = due;
      return new Promise((resolve) => {
        waiting.push(resolve);
        pacer.request();
      });
    },
    again: () => {
      due ??= latest;
      if (due !== undefined) pacer.request();
    },
    idle: () => pacer.idle(),
    stop: (result) => {
      stopped = { result };
      due = undefined;
      pacer.stop();
      for (const resolve of waiting.splice(0)) resolve(result);
    },
  };
}
