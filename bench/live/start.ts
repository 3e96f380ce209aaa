// From starting a process that has never run before to what its peer has.

import type { Lab } from '../../e2e/lab/lab.ts';
import { type LiveAgent, startLiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';

/** How many starts; the agent of the last one is kept. */
const STARTS = 3;

/** Times of one start, in ms from just before the process. */
export interface StartTimes {
  readonly session: number;
  readonly firstRoute: number;
  readonly allRoutes: number;
}

/** Starts agents one after the other, and returns the last. */
export async function measureStarts(
  lab: Lab,
  api: LiveApi,
  options: { readonly services: number; readonly executable: string },
): Promise<{ readonly live: LiveAgent; readonly times: readonly StartTimes[] }> {
  const times: StartTimes[] = [];
  for (let round = 1; ; round++) {
    const { kubeconfig } = api;
    const live = await startLiveAgent(lab, { kubeconfig, folder: `start-${round}`, executable: options.executable });
    await live.listener.waitForCount(options.services);
    times.push(readTimes(live, options.services));
    if (round === STARTS) return { live, times };
    await live.end();
  }
}

function readTimes({ listener, startedAt }: LiveAgent, services: number): StartTimes {
  const announced = new Set<string>();
  let [firstRoute, allRoutes] = [Number.NaN, Number.NaN];
  for (const update of listener.updates) {
    if (announced.size === 0) firstRoute = update.at - startedAt;
    for (const prefix of update.announced) announced.add(prefix);
    if (announced.size < services) continue;
    allRoutes = update.at - startedAt;
    break;
  }
  return { session: (listener.establishedAt ?? Number.NaN) - startedAt, firstRoute, allRoutes };
}
