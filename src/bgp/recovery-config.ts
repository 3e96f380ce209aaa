// What BIRD is started with after a crash: its configuration, but for protocols that would do harm. With `-R` BIRD exports
// nothing to peers that keep its routes until all sessions are back. What waits for a dynamic or an unnumbered peer counts
// as one, never comes up, and cannot be told to count no more: so it is off until that wait has begun. And the kernel, which
// BIRD would empty of what peers have not said again yet, is left alone (install-hold.ts).

import { INSTALL_PROTOCOLS } from './bird-kernel.ts';
import type { BirdSocket } from './bird-socket.ts';

const OFF = '  disabled;\n';

/** A configuration for the first moments after a crash. */
export function recoveryConfig(config: string): string {
  return switchOff(config, [...waitingProtocols(config).map((symbol) => `bgp ${symbol}`), ...INSTALLERS]);
}

/** Turns on what waits for others to connect. */
export async function enableWaiting(socket: Pick<BirdSocket, 'command'>, config: string): Promise<void> {
  for (const symbol of waitingProtocols(config)) await socket.command(`enable ${symbol}`);
}

const INSTALLERS = INSTALL_PROTOCOLS.map((name) => `kernel ${name}`);

/** Symbols, quoted where they need to be. Where routes of peers go to others, these miss them if they are not waited for. */
function waitingProtocols(config: string): readonly string[] {
  if (config.includes('\n  if source != RTS_STATIC && source != RTS_BGP then reject;\n')) return [];
  return [...config.matchAll(/^protocol bgp (\S+) \{\n(?: {2}(?!neighbor ).*\n)* {2}neighbor range /gm)].map(
    ([, symbol = '']) => symbol,
  );
}

function switchOff(config: string, protocols: readonly string[]): string {
  return protocols.reduce((text, name) => {
    const head = `\nprotocol ${name} {\n`;
    return text.includes(head + OFF) ? text : text.replace(head, () => head + OFF);
  }, config);
}
