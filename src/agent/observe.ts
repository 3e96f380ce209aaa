// What BIRD reports, for answers that are given whether or not BIRD runs. One that is just ending reports nothing.

import { type Bird, BirdError, type SessionStatus, type TableRoute } from '../bgp/index.ts';

/** The sessions that BIRD reports; none where it does not run. `onAnswer` is told whether a BIRD that is there answers. */
export function observeSessions(
  bird: Pick<Bird, 'observe' | 'state'>,
  onAnswer?: (answers: boolean) => void,
): Promise<readonly SessionStatus[]> {
  return whileRunning(bird, async () => (await bird.observe()).sessions, onAnswer);
}

/** Everything in BIRD's tables; nothing where it does not run. */
export function observeRoutes(bird: Bird): Promise<readonly TableRoute[]> {
  return whileRunning(bird, () => bird.routes());
}

async function whileRunning<T>(
  bird: Pick<Bird, 'state'>,
  observe: () => Promise<readonly T[]>,
  onAnswer?: (answers: boolean) => void,
): Promise<readonly T[]> {
  if (bird.state() !== 'running') return [];
  try {
    const found = await observe();
    onAnswer?.(true);
    return found;
  } catch (error) {
    if (!(error instanceof BirdError)) throw error;
    if (error.code === 'bird-not-answering') onAnswer?.(false);
    return [];
  }
}
