// What an idle agent and its BIRD hold in memory: resident set, and the share of it that is theirs alone or divided
// among those who map it too (proportional set).

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAgent } from '../e2e/lab/agent.ts';
import { createManifestFolder, node } from '../e2e/lab/cluster.ts';
import { freePort } from '../e2e/lab/free-port.ts';
import { openLab } from '../e2e/lab/lab.ts';
import { startListener } from './listener.ts';
import type { Section } from './report.ts';
import { benchManifests, benchPolicy, NODE } from './services.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** Long enough for the collector to have run after the start. */
const SETTLE_MS = 10_000;
const AIM_MIB = 70;
/** A cluster of ordinary size; larger ones are shown beside it. */
const AIM_SIZE = 1_000;

interface Memory {
  readonly rss: number;
  readonly pss: number;
}

/** Measures both processes at every size. */
export async function measureMemory(): Promise<Section> {
  const results: { readonly size: number; readonly agent: Memory; readonly bird: Memory }[] = [];
  for (const size of SIZES) results.push({ size, ...(await measureSize(size)) });
  const aimed = results
    .filter(({ size }) => size <= AIM_SIZE)
    .map(({ size, agent }) => ({
      text: `idle agent under ${AIM_MIB} MiB resident at ${size} services: ${agent.rss.toFixed(1)} MiB`,
      met: agent.rss < AIM_MIB,
    }));
  return {
    title: 'Idle memory',
    about: `The packed executable and its BIRD, ${SETTLE_MS / 1000} s after all routes were announced. In MiB, from /proc.`,
    columns: ['services', 'agent RSS', 'agent PSS', 'BIRD RSS', 'BIRD PSS'],
    rows: results.map(({ size, agent, bird }) => [
      String(size),
      ...[agent.rss, agent.pss, bird.rss, bird.pss].map((value) => value.toFixed(1)),
    ]),
    aims: aimed,
  };
}

async function measureSize(size: number): Promise<{ readonly agent: Memory; readonly bird: Memory }> {
  const lab = openLab();
  const port = await freePort();
  const listener = await startListener('127.0.0.110', port);
  try {
    const cluster = createManifestFolder(lab);
    cluster.write('node.yaml', [node(NODE, { internalIPs: ['192.0.2.1', '2001:db8::1'] })]);
    cluster.write('services.yaml', Array.from({ length: size }, (_, index) => benchManifests(index)).flat());
    const policy = join(lab.folder, 'bench.bell');
    writeFileSync(policy, benchPolicy({ source: '127.0.0.109', listener: '127.0.0.110', port }));
    const agent = startAgent(lab, { node: NODE, policy, cluster: cluster.path });
    await listener.waitForCount(size);
    await delay(SETTLE_MS);
    return { agent: memoryOf(agent.pid()), bird: memoryOf(agent.birdPid()) };
  } finally {
    lab.close();
    await listener.close();
  }
}

function memoryOf(pid: number): Memory {
  return { rss: fieldOf(`/proc/${pid}/status`, 'VmRSS'), pss: fieldOf(`/proc/${pid}/smaps_rollup`, 'Pss') };
}

/** `VmRSS:   61234 kB` in MiB. */
function fieldOf(path: string, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`no ${field} in ${path}`);
  return Number(kilobytes) / 1024;
}
