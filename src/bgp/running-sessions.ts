// Which sessions of a configuration are what another one has: what an agent that takes BIRD over compares. Pure.

import { birdSymbol } from './bird-syntax.ts';

/** The part of a configuration of ours that makes one peer's session; undefined where it has none. */
export function sessionText(config: string, peer: string): string | undefined {
  const start = config.indexOf(`\nprotocol bgp ${birdSymbol('peer', peer)} {\n`);
  return start < 0 ? undefined : config.slice(start, config.indexOf('\n}\n', start));
}

/** The peers among these whose session is in both configurations the same, passwords included. */
export function sameSessionsIn(a: string, b: string, peers: readonly string[]): ReadonlySet<string> {
  const isSame = (peer: string) => {
    const text = sessionText(a, peer);
    return text !== undefined && text === sessionText(b, peer);
  };
  return new Set(peers.filter(isSame));
}
