// What the peer misses while agents are killed, stopped, upgraded, or cut off from the API server.

import { copyFileSync, renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../e2e/lab/cluster.ts';
import type { LiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';
import { changeOf, timeChange } from './changes.ts';

const AWAY_MS = 1_000;
/** Longer than a change takes to a peer. */
const AFTER_MS = 1_000;

/** What one disturbance did to the peer. */
export interface Disturbance {
  readonly what: string;
  readonly missing: number;
  readonly updates: number;
  readonly sessionsLost: number;
  /** From the return of the agent's or the API server's process to its being at work, in ms. */
  readonly backAfter: number;
  /** From the first PATCH afterwards to its UPDATE, in ms. */
  readonly firstChange: number;
}

/** An agent under test. */
export interface Subject {
  readonly api: LiveApi;
  readonly live: LiveAgent;
  readonly services: number;
  /** The path that it was started from. */
  readonly executable: string;
}

/** kill -9, SIGTERM and upgrade, each followed by a new start. */
export async function measureRestarts(subject: Subject): Promise<readonly Disturbance[]> {
  const { agent } = subject.live;
  const restart = (what: string, end: () => Promise<void>) =>
    disturb(subject, what, async () => {
      await end();
      return await startAgain(subject);
    });
  return [
    await restart('kill -9, started 1 s later', async () => {
      await agent.kill();
      await delay(AWAY_MS);
    }),
    await restart('SIGTERM, started 1 s later', async () => {
      await agent.stop();
      await delay(AWAY_MS);
    }),
    await restart('upgrade', async () => {
      copyFileSync(subject.executable, `${subject.executable}.next`);
      renameSync(`${subject.executable}.next`, subject.executable);
      await agent.stop();
    }),
  ];
}

/** The API server is away for so long; then the agent is killed and started while it is away. */
export async function measureOutages(subject: Subject, outageMs: number): Promise<readonly Disturbance[]> {
  const { api, live } = subject;
  const outage = await disturb(subject, `API server away for ${outageMs / 1_000} s`, async () => {
    await api.stop();
    await delay(outageMs);
    return await returnOf(api);
  });
  const restart = await disturb(subject, 'kill -9 and start while the API server is away', async () => {
    await api.stop();
    await live.agent.kill();
    await delay(AWAY_MS);
    const backAfter = await startAgain(subject);
    await delay(AFTER_MS);
    await returnOf(api);
    return backAfter;
  });
  return [outage, restart];
}

/** Counts what the peer sees of it; afterwards one change is made and made good. */
async function disturb(subject: Subject, what: string, act: () => Promise<number>): Promise<Disturbance> {
  const { api, live, services } = subject;
  const seen = live.listener.watch();
  const backAfter = await act();
  const { fewestRoutes } = seen();
  const { fromSent } = await timeChange(api, live, changeOf(0, services));
  await timeChange(api, live, changeOf(1, services));
  await delay(AFTER_MS);
  const { updates, sessionsLost } = seen();
  const missing = services - fewestRoutes;
  // Two of the UPDATEs are our own.
  return { what, missing, updates: updates.length - 2, sessionsLost, backAfter, firstChange: fromSent };
}

async function startAgain({ live }: Subject): Promise<number> {
  const from = live.agent.output().length;
  const started = now();
  live.agent.start();
  await live.says(/policy-in-effect/, from);
  return now() - started;
}

async function returnOf(api: LiveApi): Promise<number> {
  const started = now();
  await api.start();
  return now() - started;
}
