// When what was applied is written to disk: some time after a change, never two at once, and the less often the longer it
// takes, so that a cluster that changes all the time does not keep the agent busy with writing.

import type { Clock, Timer } from '../clock.ts';

/** Decides when to save. */
export interface Saver {
  /** Something changed: saves in a while, if that is not due already. */
  later(): void;
  now(): void;
  /** Saves what is due at once; resolves when nothing is being written any more. */
  finish(): Promise<void>;
}

/** What is applied is kept on disk so long after it changed: not in the middle of a burst. */
export const SAVE_MS = 2_000;
/** Writing takes at most one part in so many of the time, up to a limit. */
const SHARE = 30;
const LONGEST_MS = 30_000;

/** Calls `write`, which must not reject. */
export function createSaver(clock: Clock, write: () => Promise<void>): Saver {
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  let tookMs = 0;
  const timed = async () => {
    const started = clock.elapsed();
    await write();
    tookMs = clock.elapsed() - started;
  };
  const now = () => {
    timer?.cancel();
    timer = undefined;
    running = running.then(timed);
  };
  return {
    later: () => {
      timer ??= clock.after(Math.min(LONGEST_MS, Math.max(SAVE_MS, SHARE * tookMs)), now);
    },
    now,
    finish: () => {
      if (timer !== undefined) now();
      return running;
    },
  };
}
