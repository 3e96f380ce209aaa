// Notices sessions that come up and go down, by asking BIRD now and then.

import { matchPeers, type SessionStatus } from '../bgp/index.ts';
import type { DesiredPeer } from '../engine/index.ts';
import type { Log } from './log.ts';
import type { Problems } from './problems.ts';

/** A session may take this long to open before it counts as a problem. */
const PATIENCE_MS = 15_000;

/** Keeps what was last seen, and tells the log what is different now. */
export interface SessionWatch {
  look(desired: readonly DesiredPeer[], sessions: readonly SessionStatus[]): void;
}

/** Creates a watch that has seen nothing. */
export function createSessionWatch(log: Log, problems: Problems): SessionWatch {
  let before = new Map<string, SessionStatus['state']>();
  return {
    look: (desired, sessions) => {
      const names = desired.map(({ name }) => name);
      const seen = matchPeers(sessions, names).filter(({ peer }) => names.includes(peer));
      for (const { peer, state, lastError } of seen) {
        const wasUp = before.get(peer) === 'established';
        if (state === 'established' && !wasUp) {
          log.info({ event: 'session-up', peer }, `the session with \`${peer}\` is established`);
        } else if (state !== 'established' && wasUp) {
          const reason = lastError === undefined ? '' : `: ${lastError}`;
          log.warn({ event: 'session-down', peer, state }, `the session with \`${peer}\` is down${reason}`);
        }
      }
      before = new Map(seen.map(({ peer, state }) => [peer, state]));
      problems.set('session', seen.filter(isTroubled).map(toProblem));
    },
  };
}

function isTroubled({ state, sinceMs }: SessionStatus): boolean {
  return state !== 'established' && (sinceMs ?? 0) > PATIENCE_MS;
}

function toProblem({ peer, state, lastError }: SessionStatus) {
  const reason = lastError === undefined ? '' : `, the last error was \`${lastError}\``;
  return { subject: peer, code: 'session-down', message: `the session with \`${peer}\` is ${state}${reason}` };
}
