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
  return new OneAtATime(clock, intervalMs, action);
}

class OneAtATime implements Pacer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #action: () => Promise<void>;
  #lastStart = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isWanted = false;
  #isStopped = false;
  #timer: Timer | undefined;
  #onIdle: (() => void)[] = [];

  constructor(clock: Clock, intervalMs: number, action: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#action = action;
  }

  request(): void {
    this.#isWanted = true;
    this.#schedule();
  }

  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#settle();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#settle();
  }

  #schedule(): void {
    if (this.#isWanted && !this.#isStopped && !this.#isRunning && this.#timer === undefined) {
      const wait = this.#lastStart + this.#intervalMs - this.#clock.elapsed();
      if (wait <= 0) {
        void this.#run();
      } else {
        this.#timer = this.#clock.after(wait, () => {
          this.#timer = undefined;
          this.#schedule();
        });
      }
    }
    this.#settle();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isWanted = false;
    this.#lastStart = this.#clock.elapsed();
    try {
      await this.#action();
    } finally {
      this.#isRunning = false;
      this.#schedule();
    }
  }

  #settle(): void {
    if (this.#isRunning || this.#timer !== undefined || (this.#isWanted && !this.#isStopped)) return;
    const waiting = this.#onIdle;
    this.#onIdle = [];
    for (const resolve of waiting) resolve();
  }
}
