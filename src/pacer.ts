// Decides when a burst of changes is applied: at once on its first change, then at most once per interval until it is
// over. One run at a time: what is asked for while one is going on makes exactly one more.

import type { Clock, Timer } from './clock.ts';

/** Runs one action whenever asked, but not more often than the interval allows. */
export interface Pacer {
  request(): void;
  /** Resolves when nothing is running and nothing is due. */
  idle(): Promise<void>;
  /** No run starts afterwards. */
  stop(): void;
}

/** Paces `action`, which must not throw: a run that fails reports by its own means. */
export function createPacer(clock: Clock, intervalMs: number, action: () => Promise<void>): Pacer {
  let lastStart = Number.NEGATIVE_INFINITY;
  let isRunning = false;
  let isWanted = false;
  let timer: Timer | undefined;
  let isStopped = false;
  let onIdle: (() => void)[] = [];

  const settle = () => {
    if (isRunning || timer !== undefined || (isWanted && !isStopped)) return;
    const waiting = onIdle;
    onIdle = [];
    for (const resolve of waiting) resolve();
  };
  const run = async () => {
    isRunning = true;
    isWanted = false;
    lastStart = clock.elapsed();
    try {
      await action();
    } finally {
      isRunning = false;
      schedule();
    }
  };
  const schedule = () => {
    if (isWanted && !isStopped && !isRunning && timer === undefined) {
      const wait = lastStart + intervalMs - clock.elapsed();
      if (wait <= 0) {
        void run();
      } else {
        timer = clock.after(wait, () => {
          timer = undefined;
          schedule();
        });
      }
    }
    settle();
  };
  return {
    request: () => {
      isWanted = true;
      schedule();
    },
    idle: () =>
      new Promise((resolve) => {
        onIdle.push(resolve);
        settle();
      }),
    stop: () => {
      isStopped = true;
      timer?.cancel();
      timer = undefined;
      settle();
    },
  };
}
