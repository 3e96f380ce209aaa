// Time as the agent sees it. Everything that waits takes a Clock, so that tests move time instead of sleeping.

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
  /** Calls back once, after at least `delay`. Never keeps the process alive by itself. */
  after(delay: number, callback: () => void): Timer;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delay, callback) => {
    const handle = setTimeout(callback, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
