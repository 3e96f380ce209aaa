// `show bfd sessions` → state of the path to each neighbour. Pure. Columns are found by heading, as for sessions.

import type { Reply } from './bird-reply.ts';
import { readColumns, type SessionStatus } from './session-state.ts';

/** States of RFC 5880 §6.2. */
export type BfdState = 'admin-down' | 'down' | 'init' | 'up';

const STATES: Readonly<Record<string, BfdState>> = { AdminDown: 'admin-down', Down: 'down', Init: 'init', Up: 'up' };

/** Adds the state of BFD to the sessions whose neighbour it watches; `bfd` is the reply to `show bfd sessions`. */
export function withBfd(sessions: readonly SessionStatus[], bfd: Reply): readonly SessionStatus[] {
  const states = parseBfd(bfd);
  return sessions.map((session) => ({ ...session, bfd: states.get(session.neighborAddress ?? '') }));
}

function parseBfd(reply: Reply): ReadonlyMap<string, BfdState> {
  const states = new Map<string, BfdState>();
  let heading = '';
  for (const { code, text } of reply.lines) {
    // The heading stands under the name of the protocol, in the same block as the rows.
    if (code !== 1020 || text.trim() === '' || text.trim().endsWith(':')) continue;
    if (text.includes('IP address')) heading = text.replace('IP address', 'Address');
    else {
      const { Address = '', Interface = '', State = '' } = readColumns(heading, text);
      const state = STATES[State];
      if (state === undefined) continue;
      // BIRD names the interface with the neighbour of a session for link-local addresses only.
      states.set(Address, state).set(`${Address}%${Interface}`, state);
    }
  }
  return states;
}
