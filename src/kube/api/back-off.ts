// How long to wait before the next request, by what went wrong. Waits are short where a try costs the server nothing (a
// refused connection), so that the first change after an outage is seen at once; they grow where it does.

import type { ApiError, ApiFailure } from './api-error.ts';

interface Waits {
  readonly firstMs: number;
  readonly limitMs: number;
}

const waits: Readonly<Record<ApiFailure, Waits>> = {
  unreachable: { firstMs: 100, limitMs: 1_000 },
  stalled: { firstMs: 100, limitMs: 1_000 },
  closed: { firstMs: 250, limitMs: 5_000 },
  credentials: { firstMs: 250, limitMs: 5_000 },
  unauthorized: { firstMs: 250, limitMs: 10_000 },
  // A starting API server forbids everything until it has read its roles.
  forbidden: { firstMs: 250, limitMs: 10_000 },
  'not-found': { firstMs: 1_000, limitMs: 30_000 },
  gone: { firstMs: 100, limitMs: 10_000 },
  'too-new': { firstMs: 100, limitMs: 2_000 },
  throttled: { firstMs: 1_000, limitMs: 30_000 },
  rejected: { firstMs: 250, limitMs: 30_000 },
  server: { firstMs: 250, limitMs: 2_000 },
  broken: { firstMs: 250, limitMs: 10_000 },
};

/** A server that asks for hours is not obeyed to the letter. */
const RETRY_AFTER_LIMIT_MS = 60_000;

/** A server that refuses at once is not asked without any pause. */
const LEAST_MS = 50;

/**
 * Milliseconds until attempt number `attempt` + 1. `chance` is between 0 and 1 and spreads the nodes of a cluster out.
 * `waited` is how long the failed attempt waited for a server that never answered: it counts as part of the wait.
 */
export function retryDelay(error: ApiError, attempt: number, chance: number, waited = 0): number {
  const { firstMs, limitMs } = waits[error.failure];
  const grown = Math.min(firstMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 20), limitMs);
  const own = grown * (0.5 + chance / 2);
  if (error.failure === 'unreachable') return Math.round(Math.max(own - waited, LEAST_MS * (0.5 + chance / 2)));
  if (error.retryAfterMs === undefined) return Math.round(own);
  // What the server asks for is a minimum: the spread is added to it.
  const asked = Math.min(error.retryAfterMs, RETRY_AFTER_LIMIT_MS) * (1 + chance / 4);
  return Math.round(Math.max(asked, own));
}
