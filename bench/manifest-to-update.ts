// From the rename of a manifest to the UPDATE at a peer, through the packed executable as it is installed: the file
// system's notice, parsing, and everything after it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAgent } from '../e2e/lab/agent.ts';
import { createManifestFolder, node } from '../e2e/lab/cluster.ts';
import { freePort } from '../e2e/lab/free-port.ts';
import { openLab } from '../e2e/lab/lab.ts';
import { startListener } from './listener.ts';
import type { Section } from './report.ts';
import { addressOf, benchManifests, benchPolicy, NODE } from './services.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const SIZES = [100, 1_000, 10_000];
const ROUNDS = 60;
const WARM_UP = 5;
const PAUSE_MS = 150;

/** Measures the path at every size. */
export async function measureManifestToUpdate(): Promise<Section> {
  const rows: string[][] = [];
  for (const size of SIZES) {
    const times = await measureSize(size);
    const numbers = [median(times), percentile(times, 0.9), percentile(times, 0.99)];
    rows.push([String(size), ...numbers.map(renderNumber)]);
  }
  return {
    title: 'Manifest to UPDATE',
    about:
      `One small manifest beside a large one is replaced by a rename; ${ROUNDS} times, ${PAUSE_MS} ms apart, to the packed executable. ` +
      'From the rename to the UPDATE at a raw BGP listener. Times in ms, without an aim: a cluster is watched through its API.',
    columns: ['service routes', 'median', 'p90', 'p99'],
    rows,
    aims: [],
  };
}

async function measureSize(size: number): Promise<readonly number[]> {
  const lab = openLab();
  const port = await freePort();
  const listener = await startListener('127.0.0.106', port);
  try {
    const cluster = createManifestFolder(lab);
    cluster.write('node.yaml', [node(NODE, { internalIPs: ['192.0.2.1', '2001:db8::1'] })]);
    cluster.write('services.yaml', Array.from({ length: size - 1 }, (_, index) => benchManifests(index)).flat());
    cluster.write('changing.yaml', benchManifests(size - 1));
    const policy = join(lab.folder, 'bench.bell');
    writeFileSync(policy, benchPolicy({ source: '127.0.0.105', listener: '127.0.0.106', port }));
    startAgent(lab, { node: NODE, policy, cluster: cluster.path });
    await listener.waitForCount(size);
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const ready = round % 2 === 1;
      const start = cluster.write('changing.yaml', benchManifests(size - 1, ready));
      const kind = ready ? 'announced' : 'withdrawn';
      const { at } = await listener.waitFor(`${addressOf(size - 1)}/32`, kind, start);
      times.push(at - start);
      await delay(PAUSE_MS);
    }
    return times.slice(WARM_UP);
  } finally {
    lab.close();
    await listener.close();
  }
}
