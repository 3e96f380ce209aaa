// What the loop of the agent touches, as objects that a test steers and looks into: BIRD, the cluster, Secrets, the policy
// files, what is kept for the next life, and what is counted. All of them answer at once.

import type { AgentOptions } from '../agent/agent-options.ts';
import type { KeptSession } from '../agent/kept-sessions.ts';
import type { PolicyText } from '../agent/last-good.ts';
import { loadPolicyText } from '../agent/load-policy.ts';
import type { Meters } from '../agent/metrics/meters.ts';
import { createPolicyKeeper } from '../agent/policy-keeper.ts';
import type { ApplyResult, BirdState, TableRoute } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import type { Policy } from '../dsl/index.ts';
import type { DesiredState } from '../engine/index.ts';
import type { SecretReading, SourceObserver } from '../kube/index.ts';
import { sessionStatus } from './desired.ts';

/** A BIRD that is absent at first and takes all that it is given. */
export function createFakeBird() {
  const applied: DesiredState[] = [];
  let state: BirdState = 'absent';
  let routes: readonly TableRoute[] | Error = [];
  let reply: ApplyResult = { kind: 'applied', changed: true, inProgress: false, leftOut: [] };
  let up: readonly string[] = [];
  let holding: PromiseWithResolvers<void> | undefined;
  let sessions: ReadonlyMap<string, string> = new Map();
  const bird: AgentOptions['bird'] = {
    state: () => state,
    routes: async () => {
      if (routes instanceof Error) throw routes;
      return routes;
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
    sessionsAsIn: ({ peers }) =>
      new Set(peers.flatMap((peer) => (sessions.get(peer.name) === JSON.stringify(peer) ? peer.name : []))),
  };
  return {
    bird,
    /** What it was given. */
    applied,
    /** Its answer from now on. */
    answer: (result: ApplyResult) => {
      reply = result;
    },
    /** These sessions are established, and no others. */
    up: (...peers: readonly string[]) => {
      up = peers;
    },
    /** It answers no more, until the function that is returned is called. */
    hold: () => {
      const held = Promise.withResolvers<void>();
      holding = held;
      return () => {
        holding = undefined;
        held.resolve();
      };
    },
    /** It runs and has routes of these prefixes. */
    runs: (...prefixes: readonly string[]) => {
      state = 'running';
      routes = prefixes.map((prefix) => ({
        ...{ prefix, table: 'master4', peer: undefined, protocol: 'routes4', best: true },
      }));
    },
    /** An earlier life of the agent gave it these sessions. */
    wasGiven: ({ peers }: DesiredState) => {
      sessions = new Map(peers.map((peer) => [peer.name, JSON.stringify(peer)]));
    },
    /** It is being started again. */
    isDown: () => {
      state = 'recovering';
    },
    /** It runs and does not say which routes it has. */
    isSilent: () => {
      state = 'running';
      routes = new Error('no answer');
    },
  };
}

/** A source of the cluster that says what the test says, and covers every policy unless told otherwise. */
export function createFakeSource() {
  const wanted: number[] = [];
  let observer: SourceObserver | undefined;
  let isCovered: (policy: Policy) => boolean = () => true;
  const source: AgentOptions['source'] = {
    start: (given) => {
      observer = given;
    },
    stop: async () => {},
    want: (policies) => wanted.push(policies.length),
    covers: (policy) => isCovered(policy),
  };
  return {
    source,
    /** How many policies it was asked to serve, each time. */
    wanted,
    observer: () => observer,
    /** All that these policies need of the cluster is known, and no more. */
    cover: (covers: (policy: Policy) => boolean) => {
      isCovered = covers;
    },
  };
}

/** One Secret, which is not read at first. */
export function createFakeSecret() {
  let reading: SecretReading = { kind: 'unread', message: undefined };
  let onChange: () => void = () => {};
  const secrets: NonNullable<AgentOptions['secrets']> = {
    start: (callback) => {
      onChange = callback;
    },
    stop: async () => {},
    want: () => {},
    read: () => reading,
  };
  return {
    secrets,
    read: () => reading,
    become: (next: SecretReading) => {
      reading = next;
      onChange();
    },
  };
}

/** The policy as one file, and the keeper that reads it; `lastGood` is what an earlier life applied. */
export function createFakeFiles(clock: Clock, policy: string, lastGood: string | undefined) {
  let text = policy;
  const keeper = createPolicyKeeper({
    clock,
    entries: ['edge.bell'],
    denyWarnings: false,
    load: () => {
      const read = text;
      return { ...loadPolicyText(policyText(read)), isCurrent: () => text === read };
    },
    lastGood: () => (lastGood === undefined ? undefined : policyText(lastGood)),
  });
  return {
    keeper,
    write: (next: string) => {
      text = next;
    },
  };
}

/** A policy of one file. */
export function policyText(text: string): PolicyText {
  return { entries: ['edge.bell'], files: { 'edge.bell': text } };
}

/** What is kept for the next life, in memory. */
export function createFakeStore() {
  const saved: PolicyText[] = [];
  const savedObjects: number[] = [];
  const savedHeld: (readonly string[])[] = [];
  const savedKept: (readonly KeptSession[])[] = [];
  let failure: string | undefined;
  const saveGood: AgentOptions['saveGood'] = async (text, { services }, held, kept) => {
    if (failure !== undefined) return failure;
    savedKept.push(kept);
    savedHeld.push(held.map(({ route }) => route.prefix));
    saved.push(text);
    savedObjects.push(services.size);
    return undefined;
  };
  const failToSave = (reason: string | undefined) => {
    failure = reason;
  };
  return { saveGood, failToSave, saved, savedObjects, savedHeld, savedKept };
}

/** Meters that write down what they are told. */
export function createListedMeters(): { readonly meters: Meters; readonly metered: readonly (readonly unknown[])[] } {
  const metered: (readonly unknown[])[] = [];
  const meters: Meters = {
    configured: (result) => metered.push(['configured', result]),
    changeApplied: (seconds) => metered.push(['applied', seconds]),
    routesChanged: (counts) => metered.push(['routes', counts.announced, counts.withdrawn, counts.changed]),
    policyRead: (result) => metered.push(['policy', result]),
    eventDue: () => {},
  };
  return { meters, metered };
}
