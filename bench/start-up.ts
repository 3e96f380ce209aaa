// How long the packed executable takes for short commands, beside the Node that it contains doing nothing.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../e2e/lab/agent.ts';
import { createManifestFolder, node } from '../e2e/lab/cluster.ts';
import { type Lab, openLab } from '../e2e/lab/lab.ts';
import type { Section } from './report.ts';
import { benchManifests, benchPolicy, NODE } from './services.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const ROUNDS = 40;
const WARM_UP = 3;
const PLAN_SERVICES = 100;
/** `version` may take this many times what bare Node takes. */
const AIM = 1.2;

/** Measures the commands round by round, so that all of them meet the same machine. */
export function measureStartUp(): Section {
  const lab = openLab();
  try {
    const commands = prepareCommands(lab);
    const times = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const { name, command, args } of commands) {
        const elapsed = timeOf(command, args);
        if (round >= WARM_UP) times.get(name)?.push(elapsed);
      }
    }
    return toSection(times);
  } finally {
    lab.close();
  }
}

function toSection(times: ReadonlyMap<string, readonly number[]>): Section {
  const bare = median(times.get('bare Node') ?? []);
  const own = median(times.get('version') ?? []);
  return {
    title: 'Start-up',
    about:
      `From starting the process to its end, ${ROUNDS} rounds of all in turn. Bare Node: \`node -e 0\` of the same Node version. ` +
      `\`check\` and \`plan\` read a small policy, \`plan\` also a cluster of ${PLAN_SERVICES} services. Times in ms.`,
    columns: ['command', 'median', 'p90', 'ratio to bare Node'],
    rows: [...times].map(([name, values]) => [
      name,
      renderNumber(median(values)),
      renderNumber(percentile(values, 0.9)),
      (median(values) / bare).toFixed(2),
    ]),
    aims: [
      {
        text: `\`version\` no slower than bare Node plus ${Math.round((AIM - 1) * 100)} %: ratio ${(own / bare).toFixed(2)}`,
        met: own <= bare * AIM,
      },
    ],
  };
}

interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function prepareCommands(lab: Lab): readonly Command[] {
  const policy = join(lab.folder, 'bench.bell');
  writeFileSync(policy, benchPolicy({ source: '127.0.0.107', listener: '127.0.0.108', port: 1790 }));
  const cluster = createManifestFolder(lab);
  const services = Array.from({ length: PLAN_SERVICES }, (_, index) => benchManifests(index)).flat();
  cluster.write('cluster.yaml', [node(NODE, { internalIPs: ['192.0.2.1', '2001:db8::1'] }), ...services]);
  const command = executable();
  return [
    { name: 'bare Node', command: process.execPath, args: ['-e', '0'] },
    { name: 'version', command, args: ['version'] },
    { name: 'check', command, args: ['check', policy] },
    { name: 'plan', command, args: ['plan', '--policy', policy, '--cluster', cluster.path] },
  ];
}

function timeOf(command: string, args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const elapsed = performance.now() - started;
  if (status !== 0) throw new Error(`\`${args.join(' ')}\` ended with ${status}: ${stderr}`);
  return elapsed;
}
