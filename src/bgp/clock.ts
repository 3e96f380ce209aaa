/** Where time comes from, in milliseconds. The agent hands in its own clock, tests one that they move by hand. */
export interface Clock {
  /** Wall clock since 1970. */
  now(): number;
  /** Monotonic time from an arbitrary start. */
  elapsed(): number;
  /** Calls back once, after at least `delay`. */
  after(delay: number, callback: () => void): { cancel(): void };
}

/** Resolves after `delay`. */
export function pause(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay, resolve);
  });
}
