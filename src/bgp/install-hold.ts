// Keeps the kernel's routes over a crash of BIRD. BIRD compares them with its own as soon as it thinks that every peer has
// said what it has; of a peer that does no graceful restart, or has just started itself, it thinks so before the first
// route came, and would take all of them out for a second. So they are left alone until the sessions are back.

import { type Clock, pause } from '../clock.ts';
import { INSTALL_PROTOCOLS } from './bird-kernel.ts';
import type { BirdSocket } from './bird-socket.ts';
import type { SessionStatus } from './session-state.ts';

/** Sessions have to be up for so long: then the routes are there. */
export const SETTLED_MS = 2_000;
/** A peer that is away is not waited for any longer. */
export const LONGEST_HOLD_MS = 15_000;
const POLL_MS = 250;

/** What a hold works with. */
export interface HoldOptions {
  readonly clock: Clock;
  readonly sessions: () => Promise<readonly SessionStatus[]>;
  /** True once nobody waits any more: BIRD ended, or another one runs. */
  readonly isOver: () => boolean;
}

/** Whether a configuration installs routes. */
export function installsRoutes(config: string | undefined): boolean {
  return config !== undefined && INSTALL_PROTOCOLS.some((name) => config.includes(`\nprotocol kernel ${name} {\n`));
}

/** Whether a configuration says itself that the kernel is left alone. */
export function isRenderedHeld(config: string): boolean {
  return INSTALL_PROTOCOLS.some((name) => config.includes(`\nprotocol kernel ${name} {\n  disabled;\n`));
}

/** Resolves once the sessions are back, or have been waited for long enough. Never rejects. */
export async function untilBack({ clock, isOver, sessions }: HoldOptions): Promise<void> {
  const start = clock.elapsed();
  let upSince: number | undefined;
  while (!isOver() && clock.elapsed() - start < LONGEST_HOLD_MS) {
    const areUp = await sessions().then(allEstablished, () => false);
    upSince = areUp ? (upSince ?? clock.elapsed()) : undefined;
    if (upSince !== undefined && clock.elapsed() - upSince >= SETTLED_MS) break;
    await pause(clock, POLL_MS);
  }
}

/** Whether BIRD was told to leave the kernel alone. */
export async function isHeld(socket: Pick<BirdSocket, 'command'>): Promise<boolean> {
  const replies = await Promise.all(INSTALL_PROTOCOLS.map((name) => socket.command(`show protocols ${name}`)));
  return replies.some(({ lines }) => lines.some(({ code, text }) => code === 1002 && / down /.test(text)));
}

/** Lets BIRD have the kernel. Never rejects. */
export async function releaseInstalled(command: (text: string) => Promise<unknown>): Promise<void> {
  for (const name of INSTALL_PROTOCOLS) await command(`enable ${name}`).catch(() => undefined);
}

/** A peer that others connect to is back once somebody has; how many there were, nobody knows any more. */
function allEstablished(sessions: readonly SessionStatus[]): boolean {
  const opened = sessions.filter(({ neighborRange }) => neighborRange === undefined);
  const back = new Set(opened.filter(({ state }) => state === 'established').map(({ peer }) => peer));
  return opened.every(({ state }) => state === 'established') && sessions.every(({ peer }) => back.has(peer));
}
