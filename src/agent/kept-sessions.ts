// Sessions that are to get a password which cannot be had, or is not read yet. Where BIRD runs such a session, it goes on with
// the settings that it has: what is missing must not take its routes away. The next life of the agent has to know by which
// policy it runs, since the one that is in effect does not tell.

import { peersLeftOut } from '../bgp/index.ts';
import type { DesiredState } from '../engine/index.ts';
import { isRecord } from '../unknown.ts';
import type { PolicyText } from './last-good.ts';
import { decodePolicyText } from './policy-text.ts';
import { keepSessions, type Sessions } from './session-restarts.ts';

/** A session that runs by another policy than the one in effect. */
export interface KeptSession {
  readonly peer: string;
  readonly policy: PolicyText;
}

/** What there is to judge. */
export interface KeepRequest {
  /** What BIRD has; absent where nobody knows. */
  readonly before: Sessions | undefined;
  readonly wanted: Sessions;
  /** The policy that BIRD's sessions are from, but for those that were kept already. */
  readonly previous: () => PolicyText | undefined;
}

/** What may be handed to BIRD. */
export interface Kept {
  readonly sessions: Sessions;
  /** Peers whose session goes on as it is. */
  readonly peers: ReadonlySet<string>;
}

/** Keeps sessions that run. */
export class KeptSessions {
  #policies: ReadonlyMap<string, PolicyText> = new Map();
  /** The same for the state that BIRD is about to be given. */
  #next = this.#policies;
  #isOwn = false;

  /** What an earlier life kept; this one knows better once it has kept, or let go, any itself. */
  restore(kept: readonly KeptSession[]): void {
    if (this.#isOwn) return;
    this.#policies = new Map(kept.map(({ peer, policy }) => [peer, policy]));
  }

  /** What the next life has to know. */
  list(): readonly KeptSession[] {
    return [...this.#policies].map(([peer, policy]) => ({ peer, policy }));
  }

  keep({ before, wanted, previous }: KeepRequest): Kept {
    const peers = new Set(before === undefined ? [] : runningOf(before, leftOut(wanted)));
    if (before === undefined || peers.size === 0) {
      this.#next = new Map();
      return { sessions: wanted, peers };
    }
    const known = this.#policies;
    // To find it out may take a while.
    const fresh = [...peers].every((peer) => known.has(peer)) ? undefined : previous();
    this.#next = new Map(
      [...peers].flatMap((peer) => {
        const policy = known.get(peer) ?? fresh;
        return policy === undefined ? [] : [[peer, policy]];
      }),
    );
    return { sessions: keepSessions(before, wanted, peers), peers };
  }

  /** BIRD took the state: one that it refuses leaves no trace. */
  taken(): void {
    this.#isOwn = true;
    this.#policies = this.#next;
  }
}

/** Names of peers that have no session, for want of a password. */
export function leftOut({ desired, passwords }: Sessions): readonly string[] {
  return peersLeftOut(desired, passwords).map(({ peer }) => peer);
}

/** The state that BIRD has, if some of its sessions run by the policies that are told with them. */
export function recallKept(
  recalled: Sessions,
  kept: readonly KeptSession[],
  stateOf: (policy: PolicyText) => DesiredState | undefined,
): Sessions {
  const { passwords } = recalled;
  let sessions = recalled;
  for (const { peer, policy } of kept) {
    const desired = stateOf(policy);
    if (desired?.peers.some(({ name }) => name === peer) !== true) continue;
    sessions = keepSessions({ desired, passwords }, sessions, new Set([peer]));
  }
  return sessions;
}

/** Reads what was kept out of JSON. */
export function decodeKeptSessions(value: unknown): readonly KeptSession[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const policy = isRecord(item) ? decodePolicyText(item.policy) : undefined;
    return isRecord(item) && typeof item.peer === 'string' && policy !== undefined ? [{ peer: item.peer, policy }] : [];
  });
}

/** The peers among these with a session. */
function runningOf(sessions: Sessions, peers: readonly string[]): readonly string[] {
  const closed = new Set(leftOut(sessions));
  const running = new Set(sessions.desired.peers.flatMap(({ name }) => (closed.has(name) ? [] : name)));
  return peers.filter((peer) => running.has(peer));
}
