// A limit on silence: aborts a request over which nothing has come for too long. This is what finds a peer that is gone
// without a word, as after a power cut or a firewall's change of mind.

import type { Clock, Timer } from '../../clock.ts';
import { ApiError } from './api-error.ts';

/** A running limit. */
export interface IdleLimit {
  /** Aborted when the limit was passed, with an ApiError, and when the outer signal is. */
  readonly signal: AbortSignal;
  /** Something came. */
  touch(): void;
  /** From here on another silence is allowed. */
  allow(limitMs: number): void;
  end(): void;
}

/** Starts counting at once. */
export function createIdleLimit(clock: Clock, limitMs: number, outer: AbortSignal): IdleLimit {
  const controller = new AbortController();
  let limit = limitMs;
  let last = clock.elapsed();
  let timer: Timer | undefined;
  // One timer for all chunks: it looks at the time of the last one when it fires.
  const arm = (delayMs: number): void => {
    timer = clock.after(delayMs, () => {
      const rest = limit - (clock.elapsed() - last);
      if (rest > 0) arm(rest);
      else controller.abort(new ApiError('stalled', `nothing came for ${Math.round(limit / 1_000)} s`));
    });
  };
  arm(limit);
  const touch = () => {
    last = clock.elapsed();
  };
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    touch,
    allow: (newLimit) => {
      touch();
      limit = newLimit;
      timer?.cancel();
      arm(limit);
    },
    end: () => timer?.cancel(),
  };
}
