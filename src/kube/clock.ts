// Time as src/kube sees it: everything that waits is handed a Clock, so that tests move time instead of sleeping.

/** Something that will happen unless it is cancelled. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from, in milliseconds. The agent hands in its own. */
export interface Clock {
  /** Wall clock since 1970, for what is shown to people. */
  now(): number;
  /** Monotonic time from an arbitrary start, for measuring. */
  elapsed(): number;
  /** Calls back once, after at least `delayMs`. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The machine's own time. Never keeps the process alive by itself. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delayMs, callback) => {
    const handle = setTimeout(callback, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
