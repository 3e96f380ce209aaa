// A fake clock for code that begins to wait at a moment the test cannot know, such as after a notice from the disk.

import { createFakeClock, type FakeClock } from './fake-clock.ts';

/** A clock that stands still, and tells when something waits on it. */
export interface ManualClock extends FakeClock {
  /** Resolves as soon as a wait of this length is pending. */
  waiting(delay: number): Promise<void>;
}

/** Returns a clock that moves only by `advance`. */
export function createManualClock(): ManualClock {
  const clock = createFakeClock();
  const pending: number[] = [];
  const awaited = new Set<{ readonly delay: number; readonly resolve: () => void }>();
  const forget = (delay: number) => {
    const at = pending.indexOf(delay);
    if (at >= 0) pending.splice(at, 1);
  };
  return {
    ...clock,
    after: (delay, callback) => {
      pending.push(delay);
      const timer = clock.after(delay, () => {
        forget(delay);
        callback();
      });
      for (const entry of awaited) {
        if (entry.delay !== delay) continue;
        awaited.delete(entry);
        entry.resolve();
      }
      return {
        cancel: () => {
          forget(delay);
          timer.cancel();
        },
      };
    },
    waiting: (delay) =>
      pending.includes(delay)
        ? Promise.resolve()
        : new Promise((resolve) => {
            awaited.add({ delay, resolve });
          }),
  };
}
