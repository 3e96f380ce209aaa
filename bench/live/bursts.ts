// A hundred endpoints at once become not ready, and later ready again.

import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../e2e/lab/cluster.ts';
import { waitUntil } from '../../e2e/lab/wait-until.ts';
import type { LiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';
import { inParallel, setReady } from './cluster.ts';

/** Endpoints that change together. */
export const BURST = 100;
const ROUNDS = 3;
const PAUSE_MS = 1_000;

/** One burst in ms. */
export interface BurstTimes {
  readonly ready: boolean;
  /** First PATCH sent to last UPDATE. */
  readonly fromFirstSent: number;
  /** Last PATCH answered to last UPDATE. */
  readonly fromLastAnswer: number;
  readonly updates: number;
}

/** Makes all bursts. */
export async function measureBursts(api: LiveApi, live: LiveAgent, services: number): Promise<readonly BurstTimes[]> {
  const times: BurstTimes[] = [];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    await delay(PAUSE_MS);
    times.push(await burst(api, live, { services, ready: round % 2 === 1 }));
  }
  return times;
}

async function burst(
  api: LiveApi,
  { listener }: LiveAgent,
  { services, ready }: { readonly services: number; readonly ready: boolean },
): Promise<BurstTimes> {
  const seen = listener.watch();
  const sent = now();
  let lastAnswer = sent;
  await inParallel(BURST, async (number) => {
    await setReady(api, number * Math.floor(services / BURST), ready);
    lastAnswer = now();
  });
  await waitUntil({
    what: 'the routes of a burst',
    observe: () => listener.held.size,
    until: (size) => size === (ready ? services : services - BURST),
  });
  const { updates } = seen();
  const last = updates.at(-1)?.at ?? Number.NaN;
  return { ready, fromFirstSent: last - sent, fromLastAnswer: last - lastAnswer, updates: updates.length };
}
