// What an idle agent and its BIRD hold in memory: resident set, and the share of it that is theirs alone or divided
// among those who map it too (proportional set).

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { executable, startAgent } from '../e2e/lab/agent.ts';
import { createManifestFolder, node } from '../e2e/lab/cluster.ts';
import { run } from '../e2e/lab/command.ts';
import { freePort } from '../e2e/lab/free-port.ts';
import { openLab } from '../e2e/lab/lab.ts';
import { startListener } from './listener.ts';
import type { Section } from './report.ts';
import { benchManifests, benchPolicy, NODE } from './services.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** Long enough for the agent to have given back what its start took. */
const SETTLE_MS = 15_000;
const AIM_MB = 70;

interface Memory {
  readonly rss: number;
  readonly pss: number;
  /** The part of the resident set that is not file pages. */
  readonly own: number;
}

/** Measures both processes at every size. */
export async function measureMemory(): Promise<Section> {
  const results: { readonly size: number; readonly agent: Memory; readonly bird: Memory }[] = [];
  for (const size of SIZES) results.push({ size, ...(await measureSize(size)) });
  return {
    title: 'Idle memory',
    about:
      `The packed executable and its BIRD, ${SETTLE_MS / 1000} s after all routes were announced. In MB (10^6 bytes), from /proc. Own: ` +
      'without file pages. File pages of the executable are shared and can be dropped at any time; how many the kernel maps ' +
      'depends on how the file came into its cache, so it is dropped from the cache before each start.',
    columns: ['services', 'agent RSS', 'of it own', 'agent PSS', 'BIRD RSS', 'BIRD PSS'],
    rows: results.map(({ size, agent, bird }) => [
      String(size),
      ...[agent.rss, agent.own, agent.pss, bird.rss, bird.pss].map((value) => value.toFixed(1)),
    ]),
    aims: results.slice(0, 1).map(({ size, agent }) => ({
      text: `idle agent under ${AIM_MB} MB resident at ${size} services: ${agent.rss.toFixed(1)} MB`,
      met: agent.rss < AIM_MB,
    })),
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
    dropFromCache(executable());
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
  return {
    rss: fieldOf(`/proc/${pid}/status`, 'VmRSS'),
    pss: fieldOf(`/proc/${pid}/smaps_rollup`, 'Pss'),
    own: fieldOf(`/proc/${pid}/status`, 'RssAnon'),
  };
}

/** `VmRSS:   61234 kB` in MB. */
function fieldOf(path: string, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`no ${field} in ${path}`);
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Asks the kernel to forget the file's pages; it keeps those that a running process uses. */
function dropFromCache(path: string): void {
  run('dd', `of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none');
}
