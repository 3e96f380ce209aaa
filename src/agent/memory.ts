// What keeps an agent small: it works for a moment and then waits for a long time, which V8's defaults are not made for.
// All settings are for the whole process, so only the process of an agent makes them.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Leaves V8's optimising compilers out, whose code and working memory cost about 10 MB. A change is evaluated in well
 * under a millisecond without them, and waits for BIRD far longer than for us. The executable calls this already before
 * anything of the agent is evaluated; a single use of a compiler would map its code for good.
 */
export function keepCompilerSmall(): void {
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--no-maglev');
}

/** Undoes `keepCompilerSmall`, while a code cache is taken that was made under V8's own flags. */
export function keepCompilerLarge(): void {
  setFlagsFromString('--turbofan');
  setFlagsFromString('--maglev');
}

/**
 * Lets the heap grow by a fifth of what is kept before it is collected, instead of to twice that, and keeps the space for
 * new objects at its first size: what a change makes is gone a moment later.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Collects all garbage once, code that only the start needed included, and returns the freed pages to the system.
 * Reading a large cluster leaves the heap twice the size of what is kept, and V8 shrinks it only when a program goes on
 * allocating, which a quiet agent does not. Takes about 130 ms for 5,000 services.
 */
export function releaseMemory(): void {
  setFlagsFromString('--stress-flush-code');
  collect({ flavor: 'last-resort' });
  setFlagsFromString('--no-stress-flush-code');
}

/** The same without the code, which changes need. Takes less than half the time. */
export function collectGarbage(): void {
  collect({});
}

function collect(how: { readonly flavor?: 'last-resort' }): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc({ type: 'major', execution: 'sync', ...how });
}
