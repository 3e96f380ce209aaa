// Waiting for a condition instead of sleeping. A time-out says what was waited for and what was seen last, so that
// a failing test explains itself without a second run.

import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

/** What to wait for. */
export interface Wait<Seen> {
  /** Completes the sentence "timed out waiting for …". */
  readonly what: string;
  /** Looks once. An error it throws counts as something seen, and is looked past. */
  readonly observe: () => Seen | Promise<Seen>;
  /** True once the wait is over. */
  readonly until: (seen: Seen) => boolean;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  /** Pause between two looks; default 20 ms. */
  readonly everyMs?: number;
}

/** Looks again and again until the condition holds, and returns what was seen then. */
export async function waitUntil<Seen>(wait: Wait<Seen>): Promise<Seen> {
  const timeoutMs = wait.timeoutMs ?? 15_000;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const look = await lookOnce(wait);
    if (look.kind === 'met') return look.seen;
    if (performance.now() > deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${wait.what}; last seen: ${look.last}`);
    }
    await delay(wait.everyMs ?? 20);
  }
}

type Look<Seen> = { readonly kind: 'met'; readonly seen: Seen } | { readonly kind: 'unmet'; readonly last: string };

async function lookOnce<Seen>(wait: Wait<Seen>): Promise<Look<Seen>> {
  let seen: Seen;
  try {
    seen = await wait.observe();
  } catch (error) {
    return { kind: 'unmet', last: error instanceof Error ? error.message : String(error) };
  }
  if (wait.until(seen)) return { kind: 'met', seen };
  return { kind: 'unmet', last: inspect(seen, { depth: 8, maxArrayLength: 200, breakLength: 120 }) };
}
