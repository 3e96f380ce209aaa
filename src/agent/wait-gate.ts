// Row 11 of the exact-route table, `waiting`: what a BIRD does not have yet is announced only once every `wait-for` of the
// policy has answered 200. One answer is enough for the life of the agent, so that nothing is ever taken back for it.

import type { Clock, Timer } from '../clock.ts';

/** Asks a URL once; resolves with why it is no answer, undefined for 200. Never rejects. */
export type AskUrl = (url: string) => Promise<string | undefined>;

/** A URL that has not answered, with the last reason; empty before the first. */
export interface Unanswered {
  readonly url: string;
  readonly reason: string;
}

/** Knows which URLs have answered. */
export interface WaitGate {
  /** Those of the URLs that have not answered yet. They are asked from now on; others are no more. */
  unanswered(urls: readonly string[]): readonly Unanswered[];
  /** No call to `onAnswer` follows. */
  stop(): void;
}

/** How often a URL is asked. */
export const ASK_EVERY_MS = 1_000;

/** Calls `onAnswer` whenever a URL has answered, or answers otherwise than before. */
export function createWaitGate(clock: Clock, ask: AskUrl, onAnswer: () => void): WaitGate {
  const answered = new Set<string>();
  const reasons = new Map<string, string>();
  const asking = new Set<string>();
  let wanted: ReadonlySet<string> = new Set();
  const timers = new Map<string, Timer>();
  const askNow = async (url: string) => {
    asking.add(url);
    const reason = await ask(url);
    asking.delete(url);
    if (!wanted.has(url)) return;
    const isNews = reason !== reasons.get(url);
    if (reason === undefined) answered.add(url);
    else {
      reasons.set(url, reason);
      timers.set(
        url,
        clock.after(ASK_EVERY_MS, () => void askAgain(url)),
      );
    }
    if (isNews || reason === undefined) onAnswer();
  };
  const askAgain = (url: string) => {
    timers.delete(url);
    if (wanted.has(url)) void askNow(url);
  };
  return {
    unanswered: (urls) => {
      const open = [...new Set(urls)].filter((url) => !answered.has(url));
      wanted = new Set(open);
      for (const url of open) if (!asking.has(url) && !timers.has(url)) void askNow(url);
      return open.map((url) => ({ url, reason: reasons.get(url) ?? '' }));
    },
    stop: () => {
      wanted = new Set();
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
