// Measures how long changes take from the moment they are known until BIRD has what they lead to.

import type { Clock } from '../../clock.ts';
import type { Meters } from './meters.ts';

/** Follows the changes of one loop, which carries out one state at a time. */
export interface ChangeTimer {
  /** Something changed. */
  changed(): void;
  /** Everything that changed so far is about to be carried out. */
  begin(): void;
  /** It has been, which BIRD may have been told nothing for. */
  applied(isChanged: boolean): void;
}

/** Creates a timer that knows of no change. */
export function createChangeTimer(clock: Pick<Clock, 'elapsed'>, meters: Meters): ChangeTimer {
  /** When the oldest change that is not being carried out was known. */
  let waiting: number | undefined;
  /** The same of what is being carried out; what failed stays in hand. */
  let inHand: number | undefined;
  return {
    changed: () => {
      waiting ??= clock.elapsed();
    },
    begin: () => {
      inHand ??= waiting;
      waiting = undefined;
    },
    applied: (isChanged) => {
      if (inHand !== undefined && isChanged) meters.changeApplied((clock.elapsed() - inHand) / 1_000);
      inHand = undefined;
    },
  };
}
