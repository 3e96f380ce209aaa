// What an agent knows of its BIRD: what it was last told, and, of one that was taken over, what BIRD itself and the last life of
// the agent tell. Asks; changes nothing.

import { type Bird, matchPeers, type SessionStatus } from '../bgp/index.ts';
import type { DesiredState, Node, NodeFacts, Snapshot } from '../engine/index.ts';
import type { Drain } from './drain.ts';
import { type KeptSession, leftOut, recallKept } from './kept-sessions.ts';
import type { LastGood } from './last-good.ts';
import { loadPolicyText } from './load-policy.ts';
import { desiredSessions } from './plan-node.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import { recallAnnounced } from './recall-announced.ts';
import type { HeldRoute } from './route-guard.ts';
import { keepSessions, type Sessions, sameSessions } from './session-restarts.ts';

/** What it takes from outside. */
export interface KnownBirdOptions {
  readonly node: string;
  readonly bird: Pick<Bird, 'observe' | 'passwords' | 'routes' | 'sessionsAsIn' | 'state'>;
  readonly keeper: Pick<PolicyKeeper, 'recall'>;
  readonly readFacts: () => NodeFacts;
  readonly recallGood: () => LastGood | undefined;
  /** Absent: the node is never drained. */
  readonly drain?: Pick<Drain, 'stage'>;
  /** Told once what an earlier life held, if `routesBefore` looks for it. */
  readonly onHeld: (held: readonly HeldRoute[]) => void;
  /** Told which sessions an earlier life kept, where `sessionsBefore` looks for them. */
  readonly onKept: (kept: readonly KeptSession[]) => void;
}

const NO_PREFIXES: ReadonlySet<string> = new Set();

/** Remembers what BIRD was told, and finds out the rest. */
export class KnownBird {
  readonly #options: KnownBirdOptions;
  #told: Sessions | undefined;
  /** Absent before it was looked for. */
  #adopted: { readonly state: DesiredState | undefined } | undefined;

  constructor(options: KnownBirdOptions) {
    this.#options = options;
  }

  /** What this life of the agent told it last. */
  get applied(): DesiredState | undefined {
    return this.#told?.desired;
  }

  /** The sessions that go with it. */
  get told(): Sessions | undefined {
    return this.#told;
  }

  /** BIRD took this. */
  took(sessions: Sessions): void {
    this.#told = sessions;
  }

  /** The passwords that it has for the sessions of a state. */
  passwordsOf({ peers }: DesiredState): ReadonlyMap<string, string> {
    return this.#told?.passwords ?? this.#options.bird.passwords(peers.map(({ name }) => name));
  }

  /** Its sessions, if it runs: of one that was taken over as the policy that was last applied tells. */
  sessionsBefore(snapshot: Snapshot | undefined): Sessions | undefined {
    const { bird } = this.#options;
    if (bird.state() !== 'running') return undefined;
    if (this.#told !== undefined) return this.#told;
    const node = snapshot?.nodes.get(this.#options.node);
    return node && this.#recallSessions(node);
  }

  /** What it has of what is wanted already: a life that ended while sessions waited for their turn had come further than it saved. */
  reached(before: Sessions, wanted: Sessions): Sessions {
    if (this.#told !== undefined || sameSessions(before, wanted)) return before;
    return keepSessions(wanted, before, this.#options.bird.sessionsAsIn(wanted.desired, wanted.passwords));
  }

  /**
   * What it announces, with all that is known of its routes; undefined where nobody knows. Of a drained node that was taken
   * over, what it would announce.
   */
  async routesBefore(): Promise<DesiredState | undefined> {
    if (this.applied !== undefined) return this.applied;
    if (this.#options.bird.state() !== 'running') return undefined;
    // Of one that does not answer it is found out later: nothing would be guarded for the rest of this life.
    this.#adopted ??= await this.#adopt();
    return this.#adopted?.state;
  }

  /** Whether it runs sessions of which nobody knows the settings. */
  isStrange(snapshot: Snapshot | undefined): boolean {
    return this.#options.bird.state() === 'running' && this.sessionsBefore(snapshot) === undefined;
  }

  /** Names of the sessions that it has. */
  peers(snapshot: Snapshot | undefined): readonly string[] {
    const { peers = [] } = this.applied ?? this.sessionsBefore(snapshot)?.desired ?? {};
    return peers.map(({ name }) => name);
  }

  /** Whether one that was taken over has other routes: what was saved, a moment after every change, may be older than it. */
  async isNewer({ routes }: DesiredState): Promise<boolean> {
    if (this.#options.bird.state() !== 'running' || this.applied !== undefined) return false;
    const announced = await this.announced();
    return announced?.size !== routes.length || !routes.every(({ prefix }) => announced.has(prefix));
  }

  /** Prefixes of ours that it has; undefined if it cannot be asked. */
  async announced(): Promise<ReadonlySet<string> | undefined> {
    const { bird } = this.#options;
    if (this.applied !== undefined) return new Set(this.applied.routes.map(({ prefix }) => prefix));
    if (bird.state() !== 'running') return NO_PREFIXES;
    try {
      const own = (await bird.routes()).filter(({ peer }) => peer === undefined);
      return new Set(own.map(({ prefix }) => prefix));
    } catch {
      return undefined;
    }
  }

  /** What it reports of its sessions; undefined if it cannot be asked. */
  async sessions(): Promise<readonly SessionStatus[] | undefined> {
    try {
      return (await this.#options.bird.observe()).sessions;
    } catch {
      return undefined;
    }
  }

  /** The peers among these with an established session; undefined if it cannot be asked. */
  async established(peers: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const sessions = await this.sessions();
    const up = sessions && matchPeers(sessions, peers).filter(({ state }) => state === 'established');
    return up && new Set(up.map(({ peer }) => peer));
  }

  /** Undefined where it does not answer. */
  async #adopt(): Promise<{ readonly state: DesiredState | undefined } | undefined> {
    const { drain, keeper, onHeld, readFacts, recallGood } = this.#options;
    const good = recallGood();
    const policy = good === undefined ? undefined : keeper.recall();
    if (good === undefined || policy === undefined) return { state: undefined };
    const announced = await this.announced();
    if (announced === undefined) return undefined;
    onHeld(good.held ?? []);
    const isWithdrawn = drain?.stage() === 'withdrawn';
    const known = { good, policy, facts: readFacts(), announced: isWithdrawn ? undefined : announced };
    return { state: recallAnnounced(known) };
  }

  #recallSessions(node: Node): Sessions | undefined {
    const { keeper, onKept, readFacts, recallGood } = this.#options;
    const policy = keeper.recall()?.policy;
    const desired = policy && desiredSessions(policy, node, readFacts());
    if (desired === undefined) return undefined;
    const sessions = { desired, passwords: this.passwordsOf(desired) };
    // Only those without a password can be by another policy.
    if (leftOut(sessions).length === 0) return sessions;
    const kept = recallGood()?.kept ?? [];
    onKept(kept);
    return recallKept(sessions, kept, (text) => {
      const earlier = loadPolicyText(text).policy;
      return earlier && desiredSessions(earlier, node, readFacts());
    });
  }
}
