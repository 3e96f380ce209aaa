// `show route` → the routes in BIRD's tables, our own and imported ones. Pure.

import type { Reply } from './bird-reply.ts';
import { nameOfPeerProtocol } from './bird-syntax.ts';

/** One route in a table. */
export interface TableRoute {
  readonly prefix: string;
  /** `master4` or `master6`. */
  readonly table: string;
  /** The peer it came from; absent: one of our own. */
  readonly peer: string | undefined;
  /** The protocol's name in BIRD. */
  readonly protocol: string;
  /** Whether BIRD uses it, of several for one prefix. */
  readonly best: boolean;
}

/** The routes in a reply to `show route`, in its order. */
export function parseRouteTable(reply: Reply): readonly TableRoute[] {
  const routes: TableRoute[] = [];
  let table = '';
  let prefix = '';
  for (const { text } of reply.lines) {
    const [, heading] = /^Table (\S+):/.exec(text) ?? [];
    if (heading !== undefined) table = heading;
    // A second route for the same prefix leaves the first column empty.
    const [, first, protocol, rest] = /^(\S*)\s+\S+ \[(\S+) [^\]]*\](.*)$/.exec(text) ?? [];
    if (first === undefined || protocol === undefined) continue;
    if (first !== '') prefix = first;
    const best = /^ \*(?: |$)/.test(rest ?? '');
    routes.push({ prefix, table, peer: nameOfPeerProtocol(protocol), protocol, best });
  }
  return routes;
}
