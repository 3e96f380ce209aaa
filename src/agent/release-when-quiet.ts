// When an agent gives back memory: once its start is over, and again when a time of changes is, which leaves garbage that V8
// collects only as the program goes on allocating. Collecting stops everything for a moment, so it is done while nothing
// seems to happen, and not often.

import type { Clock, Timer } from '../clock.ts';

/** Two ways to give back memory. */
export interface Release {
  /** What only the start needed. */
  readonly first: () => void;
  /** What changes left behind. */
  readonly again: () => void;
}

/** Nothing has changed for so long. */
export const QUIET_MS = 10_000;
const PAUSE_MS = 60_000;

/** `state` is another text after every change, and undefined before the start is over. Returns what ends it. */
export function releaseWhenQuiet(clock: Clock, state: () => string | undefined, release: Release): () => void {
  let released: string | undefined;
  let releasedAt = 0;
  let seen: string | undefined;
  const look = () => {
    const now = state();
    if (now !== undefined && released === undefined) give(now, release.first);
    else if (now !== released && now === seen && clock.elapsed() - releasedAt >= PAUSE_MS) give(now, release.again);
    seen = now;
    timer = clock.after(QUIET_MS, look);
  };
  const give = (now: string | undefined, back: () => void) => {
    back();
    released = now;
    releasedAt = clock.elapsed();
  };
  let timer: Timer = clock.after(QUIET_MS, look);
  return () => timer.cancel();
}
