// How long to wait after repeated failures.

/** Waits that grow from `firstMs` by doubling up to `limitMs`. */
export interface Backoff {
  /** The wait before the next attempt; each call lengthens the one after it. */
  next(): number;
  /** Called after a success: the next wait is `firstMs` again. */
  reset(): void;
}

/** Creates a back-off without jitter: it serves one process talking to its own machine. */
export function createBackoff(firstMs: number, limitMs: number): Backoff {
  let wait = firstMs;
  return {
    next: () => {
      const current = wait;
      wait = Math.min(wait * 2, limitMs);
      return current;
    },
    reset: () => {
      wait = firstMs;
    },
  };
}
