// The timers of a session and their defaults, which checks and lowering must see alike.

import type { EffectiveSettings } from './policy-settings.ts';

/** Milliseconds. */
export interface PeerTimers {
  readonly holdTimeMs: number;
  readonly keepaliveMs: number;
  readonly connectRetryMs: number;
}

const HOLD_TIME_MS = 30_000;
const KEEPALIVE_MS = 10_000;
const CONNECT_RETRY_MS = 5_000;

/** The timers that apply. A keepalive that is not set is 10 s, or a third of the hold time where that is less. */
export function peerTimers(settings: EffectiveSettings): PeerTimers {
  const holdTimeMs = settings.find('hold-time')?.value.value ?? HOLD_TIME_MS;
  return {
    holdTimeMs,
    keepaliveMs: settings.find('keepalive')?.value.value ?? defaultKeepalive(holdTimeMs),
    connectRetryMs: settings.find('connect-retry')?.value.value ?? CONNECT_RETRY_MS,
  };
}

/** Whole seconds, as BGP counts them. */
export function defaultKeepalive(holdTimeMs: number): number {
  return Math.min(KEEPALIVE_MS, Math.floor(holdTimeMs / 3000) * 1000);
}
