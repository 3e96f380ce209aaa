// The passwords that stand in a configuration of ours: what an agent that cannot read them anywhere else goes on with. Pure.

import { sessionText } from './running-sessions.ts';

/** The passwords of these peers in the configuration, by peer name; a peer without one is left out. */
export function passwordsIn(config: string, peers: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const peer of peers) {
    const block = sessionText(config, peer);
    if (block === undefined) continue;
    // Strings of BIRD have no escapes, and a description cannot hold a quote or a line of its own.
    const password = /^ {2}(?:password|keys \{ key \{ .* secret) "([^"\n]*)";/m.exec(block)?.[1];
    if (password !== undefined) found.set(peer, password);
  }
  return found;
}
