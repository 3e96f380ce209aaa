// A clock that a test moves by hand.

import type { Clock } from '../clock.ts';

/** A clock that stands still until `advance`. */
export interface FakeClock extends Clock {
  /** Moves time, calling back everything that falls due, in order of time and then of registration. */
  advance(milliseconds: number): void;
  /** How many callbacks still wait. */
  pending(): number;
}

/** Returns a clock that shows `start` and does not move by itself. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let order = 0;
  const waiting = new Map<number, { readonly due: number; readonly callback: () => void }>();
  const next = (limit: number) =>
    [...waiting].filter(([, timer]) => timer.due <= limit).sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    after: (delay, callback) => {
      const id = order++;
      waiting.set(id, { due: elapsed + delay, callback });
      return { cancel: () => void waiting.delete(id) };
    },
    advance: (milliseconds) => {
      const limit = elapsed + milliseconds;
      for (let found = next(limit); found !== undefined; found = next(limit)) {
        const [id, timer] = found;
        waiting.delete(id);
        elapsed = timer.due;
        timer.callback();
      }
      elapsed = limit;
    },
    pending: () => waiting.size,
  };
}
