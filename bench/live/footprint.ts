// What an agent takes of memory and of the API server: bytes until it knows the cluster, while nothing happens, and per
// change; beside the bytes of the same lists as somebody takes them who asks for everything.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../../e2e/lab/lab.ts';
import { startLiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';
import { changeOf, timeChange } from './changes.ts';
import { openCountingProxy } from './counting-proxy.ts';
import { type OfBoth, residentMemory } from './processes.ts';

/** Long enough for the agent to have given back what its start took. */
const SETTLE_MS = 15_000;
const CHANGES = 40;
const PAUSE_MS = 30;
const EVERYTHING = ['/api/v1/nodes', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices'];

/** The results, bytes as they pass on the network. */
export interface Footprint {
  /** Some time after the start, in MiB. */
  readonly steady: OfBoth;
  readonly initialBytes: number;
  /** Bodies of the three lists without selectors and without compression. */
  readonly everythingBytes: number;
  /** What the agent sent in `idleSeconds` without a change; a request would be a few hundred. */
  readonly idleBytes: number;
  readonly idleSeconds: number;
  readonly bytesPerChange: number;
}

/** Runs an agent behind a relay that counts. */
export async function measureFootprint(
  lab: Lab,
  api: LiveApi,
  options: { readonly services: number; readonly executable: string },
): Promise<Footprint> {
  const proxy = await openCountingProxy(api.kubeconfig, join(lab.folder, 'counted.kubeconfig'));
  const { kubeconfig } = proxy;
  const live = await startLiveAgent(lab, { kubeconfig, folder: 'footprint', executable: options.executable });
  await live.listener.waitForCount(options.services);
  const started = proxy.passed();
  await delay(SETTLE_MS);
  const steady = residentMemory(live.agent);
  const idle = proxy.passed();
  for (let round = 0; round < CHANGES; round++) {
    await timeChange(api, live, changeOf(round, options.services));
    await delay(PAUSE_MS);
  }
  const changed = proxy.passed();
  await live.end();
  await proxy.close();
  return {
    steady,
    initialBytes: started.toAgent,
    everythingBytes: await sizeOfEverything(api),
    idleBytes: idle.toServer - started.toServer,
    idleSeconds: SETTLE_MS / 1_000,
    bytesPerChange: (changed.toAgent - idle.toAgent) / CHANGES,
  };
}

async function sizeOfEverything(api: LiveApi): Promise<number> {
  const lists = await Promise.all(EVERYTHING.map((path) => api.call('GET', path)));
  return lists.reduce<number>((sum, list) => sum + Buffer.byteLength(JSON.stringify(list)), 0);
}
