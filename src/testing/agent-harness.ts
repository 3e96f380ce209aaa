// An agent of one node among fakes that a test steers and looks into.

import assert from 'node:assert/strict';
import { createAgent } from '../agent/agent.ts';
import type { Agent } from '../agent/agent-view.ts';
import type { Drain } from '../agent/drain.ts';
import type { KeptSession } from '../agent/kept-sessions.ts';
import type { LastGood, PolicyText } from '../agent/last-good.ts';
import { loadPolicyText } from '../agent/load-policy.ts';
import { createLog } from '../agent/log.ts';
import { createPolicyKeeper } from '../agent/policy-keeper.ts';
import type { Refusal } from '../agent/refusal.ts';

import { readSecrets } from '../agent/secrets.ts';

import type { TrialFile } from '../agent/trial-file.ts';

import type { ApplyResult, BirdState, TableRoute } from '../bgp/index.ts';
import type { Policy } from '../dsl/index.ts';
import { type ClusterObject, type DesiredState, snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import type { SecretReading, SourceObserver } from '../kube/index.ts';
import { sessionStatus } from './desired.ts';
import { createFakeClock } from './fake-clock.ts';

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
  policy: { entries: ['edge.bell'], files: { 'edge.bell': policy } },
  cluster: { source: 'kube', node: 'worker-1', snapshot: snapshotOf(objects) },
});

/** An agent of worker-1. */
export function createHarness(
  options: {
    readonly policy?: string;
    readonly lastGood?: string;
    readonly recalled?: LastGood;
    readonly drain?: Drain;
    readonly trialFile?: TrialFile;
    /** Milliseconds since 1970. */
    readonly now?: number;
  } = {},
) {
  const clock = createFakeClock(options.now);
  const applied: DesiredState[] = [];
  /** What the agent tells of what BIRD has taken. */
  const told: DesiredState[] = [];
  const saved: PolicyText[] = [];
  const savedObjects: number[] = [];
  const savedHeld: (readonly string[])[] = [];
  const savedKept: (readonly KeptSession[])[] = [];
  const wanted: number[] = [];
  const metered: (readonly unknown[])[] = [];
  let isCovered: (policy: Policy) => boolean = () => true;
  let secret: SecretReading = { kind: 'unread', message: undefined };
  let onSecret: () => void = () => {};
  let noAnswer: string | undefined = 'HTTP 503';
  const fatal: Refusal[] = [];
  const log: string[] = [];
  let observer: SourceObserver | undefined;
  let state: BirdState = 'absent';
  let tableOf: readonly TableRoute[] | Error = [];
  let policy = options.policy ?? POLICY;
  let reply: ApplyResult = { kind: 'applied', changed: true, inProgress: false, leftOut: [] };
  let refusal: Refusal | undefined;
  let saveFailure: string | undefined;
  let up: readonly string[] = [];
  let holding: PromiseWithResolvers<void> | undefined;
  const textOf = (text: string): PolicyText => ({ entries: ['edge.bell'], files: { 'edge.bell': text } });
  const keeper = createPolicyKeeper({
    clock,
    entries: ['edge.bell'],
    denyWarnings: false,
    load: () => {
      const read = policy;
      return { ...loadPolicyText(textOf(read)), isCurrent: () => policy === read };
    },
    lastGood: () => (options.lastGood === undefined ? undefined : textOf(options.lastGood)),
  });
  const agent: Agent = createAgent({
    node: 'worker-1',
    keeper,
    source: {
      start: (given) => {
        observer = given;
      },
      stop: async () => {},
      want: (policies) => wanted.push(policies.length),
      covers: (policy) => isCovered(policy),
    },
    secrets: {
      start: (callback) => {
        onSecret = callback;
      },
      stop: async () => {},
      want: () => {},
      read: () => secret,
    },
    bird: {
      state: () => state,
      routes: async () => {
        if (tableOf instanceof Error) throw tableOf;
        return tableOf;
      },
      apply: async (desired) => {
        applied.push(desired);
        const answer = reply;
        await holding?.promise;
        if (answer.kind === 'applied') state = 'running';
        return answer;
      },
      observe: async () => ({ version: '2.17', sessions: up.map((peer) => sessionStatus({ peer })) }),
      passwords: () => new Map(),
    },
    readFacts: () => ({ gateways: [], networks: ['192.0.2.0/24'] }),
    onApplied: (desired) => told.push(desired),
    readSecrets: ({ peers }, kept) => readSecrets(peers, { env: {}, kept, readSecret: () => secret }),
    askUrl: async () => noAnswer,
    ...(options.drain && { drain: options.drain }),
    ...(options.trialFile && { trialFile: options.trialFile }),
    checkStart: async () => refusal,
    recallGood: () => options.recalled,
    saveGood: async (text, { services }, held, kept) => {
      if (saveFailure === undefined) {
        savedKept.push(kept);
        savedHeld.push(held.map(({ route }) => route.prefix));
        saved.push(text);
        savedObjects.push(services.size);
      }
      return saveFailure;
    },
    onFatal: (reason) => fatal.push(reason),
    clock,
    log: createLog({ format: 'json', level: 'info', color: false, write: (line) => log.push(line) }),
    meters: {
      configured: (result) => metered.push(['configured', result]),
      changeApplied: (seconds) => metered.push(['applied', seconds]),
      routesChanged: (counts) => metered.push(['routes', counts.announced, counts.withdrawn, counts.changed]),
      policyRead: (result) => metered.push(['policy', result]),
      eventDue: () => {},
    },
  });
  const start = () => {
    const reading = keeper.read();
    const first = reading.kind === 'checked' ? reading.candidate : keeper.recall();
    assert.ok(first !== undefined, 'there is no policy to start with');
    agent.start(first);
  };
  // The fakes answer at once, so that a turn of the event loop is enough for everything that is not waiting for time.
  const settle = async (milliseconds = 20) => {
    await turn();
    clock.advance(milliseconds);
    await turn();
  };
  return {
    agent,
    keeper,
    applied,
    told,
    saved,
    savedHeld,
    savedKept,
    savedObjects,
    metered,
    wanted,
    /** All that these policies need of the cluster is known, and no more. */
    cover: (covers: (policy: Policy) => boolean) => {
      isCovered = covers;
    },
    advance: (milliseconds: number) => clock.advance(milliseconds),
    now: () => clock.now(),
    readSecret: async (reading: SecretReading) => {
      secret = reading;
      onSecret();
      await settle();
    },
    fatal,
    log,
    start,
    settle,
    snapshot: async (objects: readonly ClusterObject[]) => {
      observer?.onSnapshot(snapshotOf(objects));
      await settle();
    },
    change: (object: ClusterObject) => observer?.onChanges([{ kind: 'upserted', object }]),
    observer: () => observer,
    edit: async (text: string) => {
      policy = text;
      agent.reload(false);
      await settle();
    },
    answer: (result: ApplyResult) => {
      reply = result;
    },
    refuseStart: (reason: Refusal) => {
      refusal = reason;
    },
    /** These sessions are established, and no others. */
    up: (...peers: readonly string[]) => {
      up = peers;
    },
    /** BIRD answers no more, until the function that is returned is called. */
    holdBird: () => {
      const held = Promise.withResolvers<void>();
      holding = held;
      return async () => {
        holding = undefined;
        held.resolve();
        await settle();
      };
    },
    failToSave: (reason: string | undefined) => {
      saveFailure = reason;
    },
    birdRuns: (...prefixes: readonly string[]) => {
      state = 'running';
      tableOf = prefixes.map((prefix) => ({
        prefix,
        table: 'master4',
        peer: undefined,
        protocol: 'routes4',
        best: true,
      }));
    },
    /** It is being started again. */
    birdIsDown: () => {
      state = 'recovering';
    },
    birdIsSilent: () => {
      state = 'running';
      tableOf = new Error('no answer');
    },
    answerWaitFor: () => {
      noAnswer = undefined;
    },
    waiting: () => [...agent.view().waiting],
    delayed: () => [...agent.view().delayed.keys()],
    routes: () => applied.at(-1)?.routes.map(({ prefix }) => prefix),
    problems: () =>
      agent
        .view()
        .problems.list()
        .map(({ code }) => code),
  };
}
