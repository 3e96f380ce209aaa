// From the change handed to the engine to the UPDATE at a peer, beside the floor: the same file given to a second BIRD
// by hand. The two take turns over the whole run, so that what disturbs the machine disturbs both.

import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../e2e/lab/cluster.ts';
import { freePort } from '../e2e/lab/free-port.ts';
import { labFolder, openLab } from '../e2e/lab/lab.ts';
import { type Floor, startFloor } from './floor.ts';
import { type InProcessAgent, startInProcessAgent } from './in-process-agent.ts';
import { type Listener, startListener } from './listener.ts';
import type { Section } from './report.ts';
import { addressOf, benchPolicy, benchSlice } from './services.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const SIZES = [100, 1_000, 10_000];
const ROUNDS = 200;
const WARM_UP = 20;
/** Longer than the interval at which bursts are applied, so that every change is a first change. */
const PAUSE_MS = 50;
const AIM = 1.5;

interface Pair {
  readonly own: number;
  readonly floor: number;
}

/** Measures both at every size. */
export async function measureChangeToUpdate(): Promise<Section> {
  const results: { readonly size: number; readonly pairs: readonly Pair[] }[] = [];
  for (const size of SIZES) results.push({ size, pairs: await measureSize(size) });
  const ratioOf = (pairs: readonly Pair[]): number =>
    median(pairs.map(({ own }) => own)) / median(pairs.map(({ floor }) => floor));
  return {
    title: 'Change to UPDATE',
    about:
      `One endpoint becomes ready or not ready; ${ROUNDS} changes, ${PAUSE_MS} ms apart, after ${WARM_UP} for warming up. Own: from the change ` +
      'handed to the agent to the UPDATE at a raw BGP listener, so with evaluation, comparison, rendering, logging and ' +
      '`configure`. Floor: from the start of writing the same file to the UPDATE at another listener, by write, rename and ' +
      '`configure` on an open control socket of a second BIRD. Both take turns. Times in ms.',
    columns: ['service routes', 'own, median', 'p90', 'p99', 'floor, median', 'p90', 'p99', 'ratio of medians'],
    rows: results.map(({ size, pairs }) => [
      String(size),
      ...threeNumbers(pairs.map(({ own }) => own)),
      ...threeNumbers(pairs.map(({ floor }) => floor)),
      ratioOf(pairs).toFixed(2),
    ]),
    aims: results.map(({ size, pairs }) => ({
      text: `at most ${AIM} times the floor at ${size} routes: ${ratioOf(pairs).toFixed(2)}`,
      met: ratioOf(pairs) <= AIM,
    })),
  };
}

function threeNumbers(values: readonly number[]): readonly string[] {
  return [median(values), percentile(values, 0.9), percentile(values, 0.99)].map(renderNumber);
}

async function measureSize(size: number): Promise<readonly Pair[]> {
  const lab = openLab();
  const port = await freePort();
  const listeners = { own: await startListener('127.0.0.102', port), floor: await startListener('127.0.0.104', port) };
  const policy = benchPolicy({ source: '127.0.0.101', listener: '127.0.0.102', port });
  const agent = await startInProcessAgent(labFolder(lab, 'own'), policy, size);
  try {
    await listeners.own.waitForCount(size);
    const floor = await startFloor(lab, {
      ...agent.bird.paths,
      addresses: { '127.0.0.102': '127.0.0.104', '127.0.0.101': '127.0.0.103' },
    });
    await listeners.floor.waitForCount(size);
    const pairs: Pair[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++)
      pairs.push(await measurePair(round, size, agent, floor, listeners));
    floor.close();
    return pairs.slice(WARM_UP);
  } finally {
    await agent.stop();
    await Promise.all([listeners.own.close(), listeners.floor.close()]);
    lab.close();
  }
}

/** Even rounds take a service's endpoint away, odd ones bring it back. */
async function measurePair(
  round: number,
  size: number,
  agent: InProcessAgent,
  floor: Floor,
  listeners: { readonly own: Listener; readonly floor: Listener },
): Promise<Pair> {
  const index = ((round >> 1) * 7919) % size;
  const ready = round % 2 === 1;
  const [prefix, kind] = [`${addressOf(index)}/32`, ready ? 'announced' : 'withdrawn'] as const;

  const ownStart = now();
  agent.change([{ kind: 'upserted', object: benchSlice(index, ready) }]);
  const own = await listeners.own.waitFor(prefix, kind, ownStart);
  await agent.agent.idle();
  await delay(PAUSE_MS);

  const text = floor.read();
  const floorStart = now();
  floor.configure(text);
  const other = await listeners.floor.waitFor(prefix, kind, floorStart);
  await delay(PAUSE_MS);
  return { own: own.at - ownStart, floor: other.at - floorStart };
}
