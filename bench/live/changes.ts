// One endpoint after the other becomes not ready and ready again: from the PATCH, and from its answer, to the UPDATE; and
// in turns with them what BIRD takes for the same change, the floor.

import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../e2e/lab/cluster.ts';
import type { Lab } from '../../e2e/lab/lab.ts';
import { waitUntil } from '../../e2e/lab/wait-until.ts';
import { startFloor } from '../floor.ts';
import { startListener } from '../listener.ts';
import { addressOf } from '../services.ts';
import { ADDRESSES, FLOOR_ADDRESSES, type LiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';
import { setReady } from './cluster.ts';
import { processorTime } from './processes.ts';

const WARM_UP = 20;
/** Longer than the interval at which bursts are applied, so that every change is a first change. */
const PAUSE_MS = 50;

/** Times of one change in ms. */
export interface ChangeTimes {
  readonly fromSent: number;
  /** Negative where the agent was told sooner than the writer. */
  readonly fromAnswer: number;
  readonly floor: number;
}

/** All changes, and processor time per change in ms. */
export interface Changes {
  readonly times: readonly ChangeTimes[];
  readonly agentMs: number;
  readonly birdMs: number;
}

/** Makes `count` changes after some for warming up. */
export async function measureChanges(
  lab: Lab,
  api: LiveApi,
  live: LiveAgent,
  options: { readonly services: number; readonly count: number },
): Promise<Changes> {
  const peer = await startListener(FLOOR_ADDRESSES.listener, live.port);
  const floor = await startFloor(lab, {
    config: `${live.agent.runtimeDir}/bird.conf`,
    log: `${live.agent.runtimeDir}/bird.log`,
    addresses: { [ADDRESSES.listener]: FLOOR_ADDRESSES.listener, [ADDRESSES.source]: FLOOR_ADDRESSES.source },
  });
  await peer.waitForCount(options.services);
  const times: ChangeTimes[] = [];
  let before = processorTime(live.agent);
  for (let round = 0; round < WARM_UP + options.count; round++) {
    if (round === WARM_UP) before = processorTime(live.agent);
    const change = changeOf(round, options.services);
    const own = await timeChange(api, live, change);
    await delay(PAUSE_MS);
    const text = await waitUntil({
      what: 'the file with the same change',
      observe: () => floor.read(),
      until: (read) => read.includes(`${change.prefix} `) === change.ready,
    });
    const start = now();
    floor.configure(text);
    const { at } = await peer.waitFor(change.prefix, change.kind, start);
    times.push({ ...own, floor: at - start });
    await delay(PAUSE_MS);
  }
  const after = processorTime(live.agent);
  floor.close();
  await peer.close();
  return {
    times: times.slice(WARM_UP),
    agentMs: (after.agent - before.agent) / options.count,
    birdMs: (after.bird - before.bird) / options.count,
  };
}

interface Change {
  readonly index: number;
  readonly ready: boolean;
  readonly prefix: string;
  readonly kind: 'announced' | 'withdrawn';
}

/** Even rounds take a service's endpoint away, odd ones bring it back. */
export function changeOf(round: number, services: number): Change {
  // A stride that visits services all over the address order.
  const index = ((round >> 1) * 7919) % services;
  const ready = round % 2 === 1;
  return { index, ready, prefix: `${addressOf(index)}/32`, kind: ready ? 'announced' : 'withdrawn' };
}

/** Makes one change and times it. */
export async function timeChange(
  api: LiveApi,
  { listener }: Pick<LiveAgent, 'listener'>,
  { index, ready, prefix, kind }: Change,
): Promise<{ readonly fromSent: number; readonly fromAnswer: number }> {
  const sent = now();
  const answered = setReady(api, index, ready).then(now);
  const [{ at }, answeredAt] = await Promise.all([listener.waitFor(prefix, kind, sent), answered]);
  return { fromSent: at - sent, fromAnswer: at - answeredAt };
}
