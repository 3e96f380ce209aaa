// A change that restarts sessions restarts one after the other: the next only when the last is established again, or its hold
// time is over. Until it is its turn, a session keeps its old settings and password; routes and filters are not kept back.
// Sessions that are not up have nothing to lose, and take the change at once. A change of the socket that all of them share
// cannot be made one by one: BIRD is replaced then, so that peers keep the routes.

import {
  isBetterReplaced,
  LISTEN,
  matchPeers,
  type RestartedSession,
  restartsSessions,
  type SessionStatus,
} from '../bgp/index.ts';
import type { Clock, Timer } from '../clock.ts';
import type { FilterList } from '../dsl/policy.ts';
import type { DesiredPeer, DesiredState } from '../engine/index.ts';

/** A desired state with the passwords that go with it, by peer name. */
export interface Sessions {
  readonly desired: DesiredState;
  readonly passwords: ReadonlyMap<string, string>;
}

/** What may be applied now. */
export interface Stage {
  readonly sessions: Sessions;
  /** Sessions whose turn comes later. */
  readonly waiting: readonly string[];
  /** The session that the others wait for. */
  readonly current: string | undefined;
  /** Sessions that did not come back within their hold time, as long as others followed them. */
  readonly lost: readonly string[];
  /** All sessions restart, and lose nothing if BIRD is replaced for it. */
  readonly replace: boolean;
}

/** Decides whose turn it is. */
export interface SessionRestarts {
  /** `before` is what BIRD has; absent where nobody knows. Of `begun`, an earlier life restarted one last: it may not be back. */
  stage(before: Sessions | undefined, wanted: Sessions, begun?: readonly string[]): Promise<Stage>;
  /** No call to `onTurn` follows. */
  stop(): void;
}

/** What it takes from outside. */
export interface SessionRestartsOptions {
  readonly clock: Clock;
  /** What BIRD reports; undefined where it does not. */
  readonly observe: () => Promise<readonly SessionStatus[] | undefined>;
  /** It may be the next one's turn: the state is to be asked for again. */
  readonly onTurn: () => void;
}

/** How often a session that restarts is looked at. */
const LOOK_MS = 500;

/** Creates it without a session that restarts. */
export function createSessionRestarts(options: SessionRestartsOptions): SessionRestarts {
  return new Turns(options);
}

class Turns implements SessionRestarts {
  readonly #options: SessionRestartsOptions;
  #current: { readonly peer: string; readonly until: number } | undefined;
  #lost: readonly string[] = [];
  #timer: Timer | undefined;

  constructor(options: SessionRestartsOptions) {
    this.#options = options;
  }

  async stage(before: Sessions | undefined, wanted: Sessions, begun: readonly string[] = []): Promise<Stage> {
    this.#timer?.cancel();
    // Nobody waits for a session that is to be no more.
    if (!wanted.desired.peers.some(({ name }) => name === this.#current?.peer)) this.#current = undefined;
    const restarts = before === undefined ? [] : restartsOneByOne(before, wanted);
    const replace = before !== undefined && replacesBird(before, wanted);
    if (before === undefined || (restarts.length === 0 && this.#current === undefined))
      return this.#all(wanted, replace);
    const established = await this.#established(before.desired.peers);
    const away = begun.find((peer) => established?.has(peer) === false);
    if (away !== undefined) this.#current ??= { peer: away, until: this.#deadline(away, before, wanted) };
    this.#passTurn(established);
    // Where BIRD does not tell, every session counts as one that is up.
    const up = restarts.filter((peer) => peer !== this.#current?.peer && established?.has(peer) !== false);
    const first = this.#current === undefined ? up[0] : undefined;
    if (first !== undefined) this.#current = { peer: first, until: this.#deadline(first, before, wanted) };
    const waiting = up.filter((peer) => peer !== first);
    if (waiting.length === 0 && first === undefined && this.#current === undefined) return this.#all(wanted, replace);
    this.#timer = this.#options.clock.after(LOOK_MS, this.#options.onTurn);
    const sessions = keepSessions(before, wanted, new Set(waiting));
    return { sessions, waiting, current: this.#current?.peer, lost: this.#lost, replace };
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #all(wanted: Sessions, replace: boolean): Stage {
    this.#current = undefined;
    this.#lost = [];
    return { sessions: wanted, waiting: [], current: undefined, lost: [], replace };
  }

  #passTurn(established: ReadonlySet<string> | undefined): void {
    const current = this.#current;
    if (current === undefined) return;
    const isBack = established?.has(current.peer) === true;
    if (!isBack && this.#options.clock.elapsed() < current.until) return;
    if (!isBack) this.#lost = [...this.#lost, current.peer];
    this.#current = undefined;
  }

  #deadline(peer: string, ...states: readonly Sessions[]): number {
    const own = states.flatMap(({ desired }) => desired.peers.filter(({ name }) => name === peer));
    return this.#options.clock.elapsed() + Math.max(...own.map(({ holdTimeMs }) => holdTimeMs));
  }

  async #established(peers: readonly DesiredPeer[]): Promise<ReadonlySet<string> | undefined> {
    const sessions = await this.#options.observe();
    if (sessions === undefined) return undefined;
    const names = peers.map(({ name }) => name);
    const up = matchPeers(sessions, names).filter(({ state }) => state === 'established');
    return new Set(up.map(({ peer }) => peer));
  }
}

/** True if nothing but routes and filters can differ: most changes are of that kind, and many come in a second. */
export function sameSessions(a: Sessions, b: Sessions): boolean {
  const isSame = a.desired.peers === b.desired.peers && a.desired.speaker === b.desired.speaker;
  if (!isSame || a.passwords.size !== b.passwords.size) return false;
  return [...a.passwords].every(([peer, password]) => b.passwords.get(peer) === password);
}

/** The sessions that go down, with the reasons; another password is one that the policy does not show. */
export function restartedSessions(before: Sessions | undefined, after: Sessions): readonly RestartedSession[] {
  if (before === undefined || sameSessions(before, after)) return [];
  const restarts = restartsSessions(before.desired, after.desired);
  const others = rekeyed(before, after).filter((name) => !restarts.some(({ peer }) => peer === name));
  return [...restarts, ...others.map((peer) => ({ peer, why: ['password'] }))];
}

/** The sessions that go down and come up again, sorted by peer; none where all of them do because of their socket. */
function restartsOneByOne(before: Sessions, wanted: Sessions): readonly string[] {
  if (sameSessions(before, wanted)) return [];
  const listens = ({ desired }: Sessions) => JSON.stringify(desired.speaker.listen);
  if (listens(before) !== listens(wanted)) return [];
  const changed = restartsSessions(before.desired, wanted.desired).filter(isNoEnd);
  if (changed.some(({ why }) => why.includes(LISTEN))) return [];
  const all = new Set([...changed.map(({ peer }) => peer), ...rekeyed(before, wanted)]);
  const isOpened = ({ name, password }: DesiredPeer) => password === undefined || wanted.passwords.has(name);
  return wanted.desired.peers.filter((peer) => all.has(peer.name) && isOpened(peer)).map(({ name }) => name);
}

/** The peers of both that have another password. */
function rekeyed(before: Sessions, after: Sessions): readonly string[] {
  const names = new Set(before.desired.peers.map(({ name }) => name));
  const isOther = (name: string) => before.passwords.get(name) !== after.passwords.get(name);
  return after.desired.peers.map(({ name }) => name).filter((name) => names.has(name) && isOther(name));
}

function replacesBird(before: Sessions, wanted: Sessions): boolean {
  return !sameSessions(before, wanted) && isBetterReplaced(before.desired, wanted.desired);
}

function isNoEnd({ why }: RestartedSession): boolean {
  return !why.includes('removed');
}

/** What is wanted, but for these sessions, which stay as they were. */
export function keepSessions(before: Sessions, wanted: Sessions, keep: ReadonlySet<string>): Sessions {
  if (keep.size === 0) return wanted;
  const old = new Map(before.desired.peers.map((peer) => [peer.name, peer]));
  const peers = wanted.desired.peers.map((peer) => (keep.has(peer.name) && old.get(peer.name)) || peer);
  const passwords = new Map(wanted.passwords);
  for (const name of keep) {
    const password = before.passwords.get(name);
    if (password === undefined) passwords.delete(name);
    else passwords.set(name, password);
  }
  return { desired: { ...wanted.desired, peers, ...oldNames(before.desired, wanted.desired, peers) }, passwords };
}

/** Filters that only the old settings name, and the ranges that these may ask for. */
function oldNames(
  before: DesiredState,
  wanted: DesiredState,
  peers: readonly DesiredPeer[],
): Pick<DesiredState, 'filters' | 'ranges'> {
  const namesOf = (list: FilterList) => (list.kind === 'filters' ? list.filters : []);
  const used = new Set(peers.flatMap((peer) => [...namesOf(peer.export), ...namesOf(peer.import)]));
  const known = new Set(wanted.filters.map(({ name }) => name));
  const old = before.filters.filter(({ name }) => used.has(name) && !known.has(name));
  if (old.length === 0) return { filters: wanted.filters, ranges: wanted.ranges };
  const ranges = [...new Set([...wanted.ranges, ...before.ranges])].sort();
  return { filters: [...wanted.filters, ...old], ranges };
}
