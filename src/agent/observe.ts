// What BIRD reports, for answers that are given whether or not BIRD runs. One that is just ending reports nothing.

import { type Bird, BirdError, type SessionStatus, type TableRoute } from '../bgp/index.ts';

/** The sessions that BIRD reports; none where it does not run. */
export function observeSessions(bird: Bird): Promise<readonly SessionStatus[]> {
  return whileRunning(bird, async () => (await bird.observe()).sessions);
}

/** Everything in BIRD's tables; nothing where it does not run. */
export function observeRoutes(bird: Bird): Promise<readonly TableRoute[]> {
  return whileRunning(bird, () => bird.routes());
}

async function whileRunning<T>(bird: Bird, observe: () => Promise<readonly T[]>): Promise<readonly T[]> {
  if (bird.state() !== 'running') return [];
  try {
    return await observe();
  } catch (error) {
    if (error instanceof BirdError) return [];
    throw error;
  }
}
