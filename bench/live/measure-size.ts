// Everything that is measured on a cluster of one size: one API server, and one agent that lives through all of it but for
// the first part, which has an agent of its own behind a relay.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../../e2e/lab/agent.ts';
import { openLab } from '../../e2e/lab/lab.ts';
import { openLiveApi } from './api.ts';
import { type BurstTimes, measureBursts } from './bursts.ts';
import { type Changes, measureChanges } from './changes.ts';
import { populate } from './cluster.ts';
import { type Footprint, measureFootprint } from './footprint.ts';
import { countIrrelevant, type IrrelevantChange } from './irrelevant.ts';
import { type OfBoth, peakMemory } from './processes.ts';
import { type Disturbance, measureOutages, measureRestarts } from './restarts.ts';
import { measureStarts, type StartTimes } from './start.ts';

/** What is measured. */
export interface LiveSize {
  readonly services: number;
  readonly outageMs: number;
}

/** All results of one size. */
export interface LiveResult {
  readonly services: number;
  /** The name of the API server. */
  readonly server: string;
  readonly footprint: Footprint;
  readonly starts: readonly StartTimes[];
  readonly changes: Changes;
  readonly bursts: readonly BurstTimes[];
  readonly irrelevant: readonly IrrelevantChange[];
  readonly peak: OfBoth;
  readonly disturbances: readonly Disturbance[];
}

/** Measures one size from an empty API server on. */
export async function measureLiveSize({ services, outageMs }: LiveSize): Promise<LiveResult> {
  const lab = openLab();
  const api = await openLiveApi();
  const note = (what: string): void => console.error(`  ${services} services: ${what} …`);
  try {
    // A copy of our own, which an upgrade can replace.
    const own = join(lab.folder, 'bellbird');
    copyFileSync(executable(), own);
    const options = { services, executable: own };
    note(`filling ${api.name}`);
    await populate(api, services);
    note('memory and bytes');
    const footprint = await measureFootprint(lab, api, options);
    note('starts');
    const { live, times: starts } = await measureStarts(lab, api, options);
    note('changes');
    const changes = await measureChanges(lab, api, live, { services, count: services < 1_000 ? 100 : 200 });
    note('bursts');
    const bursts = await measureBursts(api, live, services);
    const irrelevant = await countIrrelevant(api, live);
    const peak = peakMemory(live.agent);
    note('restarts');
    const subject = { api, live, ...options };
    const restarts = await measureRestarts(subject);
    note('outages');
    const outages = await measureOutages(subject, outageMs);
    await live.end();
    const disturbances = [...restarts, ...outages];
    return { services, server: api.name, footprint, starts, changes, bursts, irrelevant, peak, disturbances };
  } finally {
    lab.close();
    await api.close();
  }
}
