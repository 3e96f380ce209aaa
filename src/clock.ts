// Time as the edges see it. Everything that waits takes a Clock, so that tests move time instead of sleeping.

/** Something that will happen unless it is cancelled. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. All values are milliseconds. */
export interface Clock {
  /** Wall clock since 1970, for what is shown to people. */
  now(): number;
  /** Monotonic time from an arbitrary start, for measuring. */
  elapsed(): number;
  /** Calls back once, after at least `delay`. */
  after(delay: number, callback: () => void): Timer;
}

/** The machine's own time. What waits on it never keeps the process alive by itself. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delay, callback) => {
    const handle = setTimeout(callback, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `delay`. */
export function pause(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay, resolve);
  });
}
