// Asks a running BIRD for its state. What the answers mean stands in session-state.ts and route-table.ts.

import { withBfd } from './bfd-state.ts';
import type { BirdSocket } from './bird-socket.ts';
import { birdSymbol, quoteSymbol } from './bird-syntax.ts';
import { parseRouteTable, type TableRoute } from './route-table.ts';
import { parseSessions, protocolsGivenUp, type SessionStatus } from './session-state.ts';

/** What BIRD does. */
export interface Observed {
  readonly version: string;
  /** One per peer that BIRD knows, sorted by peer name. */
  readonly sessions: readonly SessionStatus[];
}

/** Reads the sessions. */
export async function observeBird(socket: BirdSocket): Promise<Observed> {
  // Older BIRDs do not know it and print times in their own form, which then are not read.
  await socket.command('timeformat "%s.%f"');
  const status = await socket.command('show status');
  const sessions = parseSessions(await socket.command('show protocols all'), status);
  // Without a BFD protocol the answer is an error, and so without sessions.
  return { version: socket.version, sessions: withBfd(sessions, await socket.command('show bfd sessions')) };
}

/** Reads everything in BIRD's tables, imported routes included. */
export async function observeRoutes(socket: BirdSocket): Promise<readonly TableRoute[]> {
  return parseRouteTable(await socket.command('show route'));
}

/** Reads the routes that pass the export filter of one peer, as BIRD itself applies it now. */
export async function observeExported(socket: BirdSocket, peer: string): Promise<readonly TableRoute[]> {
  return parseRouteTable(await socket.command(`show route export ${birdSymbol('peer', peer)}`));
}

/** Starts the sessions again that BIRD has given up, because it does not do so by itself. Returns their number. */
export async function reviveSessions(socket: BirdSocket): Promise<number> {
  const protocols = protocolsGivenUp(await socket.command('show protocols'));
  for (const protocol of protocols) await socket.command(`enable ${quoteSymbol(protocol)}`);
  return protocols.length;
}
