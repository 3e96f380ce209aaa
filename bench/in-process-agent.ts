// The product's own agent loop with a real BIRD, fed by a source that the benchmark holds in its hand: what is measured
// is everything from the change on, and nothing of how it was read.

import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgent } from '../src/agent/agent.ts';
import type { Agent } from '../src/agent/agent-view.ts';
import { createLog } from '../src/agent/log.ts';
import { keepCompilerSmall } from '../src/agent/memory.ts';
import { createPolicyKeeper } from '../src/agent/policy-keeper.ts';
import { type Bird, openBird } from '../src/bgp/index.ts';
import { birdVersion, readEmbeddedBird } from '../src/build-info.ts';
import { systemClock } from '../src/clock.ts';
import { type Change, snapshotOf } from '../src/engine/index.ts';
import type { SourceObserver } from '../src/kube/index.ts';
import { checkBenchPolicy } from './policy.ts';
import { benchObjects, NODE } from './services.ts';

/** A running agent and the hand that feeds it. */
export interface InProcessAgent {
  readonly agent: Agent;
  readonly bird: Bird;
  /** Hands changes to the engine, as a source would. */
  change(changes: readonly Change[]): void;
  /** Ends the agent and its BIRD. */
  stop(): Promise<void>;
}

/** Starts an agent over `services` services in a folder of its own. */
export async function startInProcessAgent(folder: string, policy: string, services: number): Promise<InProcessAgent> {
  // As the process of an agent does: what is measured runs on the same compiler.
  keepCompilerSmall();
  const bird = await openBird({ directory: join(folder, 'run'), image: embeddedImage(), clock: systemClock });
  const checked = checkBenchPolicy(policy);
  const source = createHandHeldSource(services);
  const agent = createAgent({
    node: NODE,
    keeper: createPolicyKeeper({
      clock: systemClock,
      entries: ['bench.bell'],
      denyWarnings: false,
      load: () => checked.loaded,
      lastGood: () => undefined,
    }),
    source,
    bird,
    readFacts: () => ({ gateways: [] }),
    readSecrets: () => ({ passwords: new Map(), missing: [], warnings: [] }),
    askUrl: () => Promise.resolve(undefined),
    checkStart: () => Promise.resolve(undefined),
    saveGood: async () => undefined,
    recallGood: () => undefined,
    onFatal: ({ message }) => {
      throw new Error(message);
    },
    clock: systemClock,
    log: createFileLog(join(folder, 'log')),
  });
  agent.start(checked);
  return {
    agent,
    bird,
    change: source.change,
    stop: async () => {
      await agent.stop();
      await bird.stop({ withdraw: true });
    },
  };
}

function createHandHeldSource(services: number) {
  let observer: SourceObserver | undefined;
  return {
    start: (told: SourceObserver) => {
      observer = told;
      told.onSnapshot(snapshotOf(benchObjects(services)));
    },
    stop: () => Promise.resolve(),
    change: (changes: readonly Change[]) => observer?.onChanges(changes),
  };
}

function createFileLog(path: string) {
  return createLog({ format: 'json', level: 'info', color: false, write: (line) => appendFileSync(path, line) });
}

function embeddedImage() {
  const bytes = readEmbeddedBird();
  if (bytes === undefined) throw new Error('no BIRD: run `npm run build`');
  return { version: birdVersion, sha256: createHash('sha256').update(bytes).digest('hex'), read: () => bytes };
}
