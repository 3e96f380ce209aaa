// An agent of one node among fakes that a test steers and looks into.

import assert from 'node:assert/strict';
import { createAgent } from '../agent/agent.ts';
import type { Agent } from '../agent/agent-view.ts';
import type { Drain } from '../agent/drain.ts';
import type { LastGood } from '../agent/last-good.ts';
import { createLog } from '../agent/log.ts';
import type { Refusal } from '../agent/refusal.ts';
import { readSecrets } from '../agent/secrets.ts';
import type { TrialFile } from '../agent/trial-file.ts';
import { type ClusterObject, type DesiredState, snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import type { SecretReading } from '../kube/index.ts';
import {
  createFakeBird,
  createFakeFiles,
  createFakeSecret,
  createFakeSource,
  createFakeStore,
  createListedMeters,
  policyText,
} from './agent-fakes.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

/** A policy with one peer. */
export const POLICY = `
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.101 as 64500 }
`;

const CART = service('shop/cart', { clusterIPs: ['10.96.0.1'], loadBalancerIngress: ingress('198.51.100.10') });
/** A cluster in which worker-1 announces 198.51.100.10. */
export const SHOP: readonly ClusterObject[] = [...workers(2), CART, slice('shop/cart', [ready('worker-1')])];

/** Lets everything happen that does not wait for time. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What an earlier life of the agent applied. */
export const goodWith = (policy: string, objects: readonly ClusterObject[]): LastGood => ({
  bootId: 'b',
  savedAt: 1,
  policy: policyText(policy),
  cluster: { source: 'kube', node: 'worker-1', snapshot: snapshotOf(objects) },
});

/** What a test gives an agent. */
export interface HarnessOptions {
  readonly policy?: string;
  readonly lastGood?: string;
  readonly recalled?: LastGood;
  readonly drain?: Drain;
  readonly trialFile?: TrialFile;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/** An agent of worker-1. */
export function createHarness(options: HarnessOptions = {}) {
  const clock = createFakeClock(options.now);
  const fakes = createFakes(clock, options);
  const { bird, files, secret, source, store, outside } = fakes;
  const agent: Agent = createFakedAgent(clock, fakes, options);
  // The fakes answer at once, so that a turn of the event loop is enough for everything that is not waiting for time.
  const settle = async (milliseconds = 20) => {
    await turn();
    clock.advance(milliseconds);
    await turn();
  };
  return {
    ...{ agent, keeper: files.keeper, settle },
    ...{ saved: store.saved, savedHeld: store.savedHeld, savedKept: store.savedKept },
    ...{ savedObjects: store.savedObjects, failToSave: store.failToSave },
    ...{ applied: bird.applied, answer: bird.answer, up: bird.up },
    ...{ birdRuns: bird.runs, birdIsDown: bird.isDown, birdIsSilent: bird.isSilent, birdWasGiven: bird.wasGiven },
    ...{ wanted: source.wanted, cover: source.cover, observer: source.observer },
    ...{ told: outside.told, fatal: outside.fatal, log: outside.log, metered: fakes.listed.metered },
    ...{ refuseStart: outside.refuseStart, answerWaitFor: outside.answerWaitFor },
    ...steer(agent, fakes, settle),
    ...look(agent, bird.applied),
    advance: (milliseconds: number) => clock.advance(milliseconds),
    now: () => clock.now(),
    start: () => {
      const reading = files.keeper.read();
      const first = reading.kind === 'checked' ? reading.candidate : files.keeper.recall();
      assert.ok(first !== undefined, 'there is no policy to start with');
      agent.start(first);
    },
    readSecret: async (reading: SecretReading) => {
      secret.become(reading);
      await settle();
    },
  };
}

type Fakes = ReturnType<typeof createFakes>;

function createFakes(clock: FakeClock, { policy = POLICY, lastGood }: HarnessOptions) {
  return {
    bird: createFakeBird(),
    files: createFakeFiles(clock, policy, lastGood),
    listed: createListedMeters(),
    outside: createOutside(),
    secret: createFakeSecret(),
    source: createFakeSource(),
    store: createFakeStore(),
  };
}

/** Who the agent tells what it did, and whom it asks before it does something. */
function createOutside() {
  let noAnswer: string | undefined = 'HTTP 503';
  let refusal: Refusal | undefined;
  const told: DesiredState[] = [];
  const fatal: Refusal[] = [];
  const log: string[] = [];
  return {
    /** What the agent tells of what BIRD has taken. */
    told,
    fatal,
    log,
    askUrl: async () => noAnswer,
    checkStart: async () => refusal,
    answerWaitFor: () => {
      noAnswer = undefined;
    },
    refuseStart: (reason: Refusal) => {
      refusal = reason;
    },
  };
}

function createFakedAgent(clock: FakeClock, fakes: Fakes, { drain, recalled, trialFile }: HarnessOptions): Agent {
  const { bird, files, listed, outside, secret, source, store } = fakes;
  return createAgent({
    ...{ node: 'worker-1', keeper: files.keeper, clock, meters: listed.meters },
    ...{ bird: bird.bird, source: source.source, secrets: secret.secrets, saveGood: store.saveGood },
    ...{ askUrl: outside.askUrl, checkStart: outside.checkStart },
    ...(drain && { drain }),
    ...(trialFile && { trialFile }),
    readFacts: () => ({ gateways: [], networks: ['192.0.2.0/24'] }),
    readSecrets: ({ peers }, kept) => readSecrets(peers, { env: {}, kept, readSecret: secret.read }),
    recallGood: () => recalled,
    onApplied: (desired) => outside.told.push(desired),
    onFatal: (reason) => outside.fatal.push(reason),
    log: createLog({ format: 'json', level: 'info', color: false, write: (line) => outside.log.push(line) }),
  });
}

/** What happens to the agent from outside. */
function steer(agent: Agent, { bird, files, source }: Fakes, settle: () => Promise<void>) {
  return {
    snapshot: async (objects: readonly ClusterObject[]) => {
      source.observer()?.onSnapshot(snapshotOf(objects));
      await settle();
    },
    change: (object: ClusterObject) => source.observer()?.onChanges([{ kind: 'upserted', object }]),
    edit: async (text: string) => {
      files.write(text);
      agent.reload(false);
      await settle();
    },
    /** BIRD answers no more, until the function that is returned is called. */
    holdBird: () => {
      const release = bird.hold();
      return async () => {
        release();
        await settle();
      };
    },
  };
}

/** What can be seen of the agent. */
function look(agent: Agent, applied: readonly DesiredState[]) {
  return {
    waiting: () => [...agent.view().waiting],
    delayed: () => [...agent.view().delayed.keys()],
    routes: () => applied.at(-1)?.routes.map(({ prefix }) => prefix),
    problems: () => {
      const { problems } = agent.view();
      return problems.list().map(({ code }) => code);
    },
  };
}
