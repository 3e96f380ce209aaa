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
  readonly command: (text: string) => Promise<unknown>;
  /** True once nobody waits any more: BIRD ended, or another one runs. */
  readonly isOver: () => boolean;
}

/** Whether a configuration installs routes. */
export function installsRoutes(config: string | undefined): boolean {
  return config !== undefined && INSTALL_PROTOCOLS.some((name) => config.includes(`\nprotocol kernel ${name} {\n`));
}

/** Tells a BIRD that has just been started to leave the kernel alone. */
export async function holdInstalled(socket: Pick<BirdSocket, 'command'>): Promise<void> {
  for (const name of INSTALL_PROTOCOLS) await socket.command(`disable ${name}`);
}

/** Lets BIRD have the kernel again once its sessions are back. Never rejects. */
export async function releaseWhenBack({ clock, command, isOver, sessions }: HoldOptions): Promise<void> {
  const start = clock.elapsed();
  let upSince: number | undefined;
  while (!isOver() && clock.elapsed() - start < LONGEST_HOLD_MS) {
    const areUp = await sessions().then(allEstablished, () => false);
    upSince = areUp ? (upSince ?? clock.elapsed()) : undefined;
    if (upSince !== undefined && clock.elapsed() - upSince >= SETTLED_MS) break;
    await pause(clock, POLL_MS);
  }
  if (!isOver()) await releaseInstalled(command);
}

/** Lets BIRD have the kernel. Never rejects. */
export async function releaseInstalled(command: HoldOptions['command']): Promise<void> {
  for (const name of INSTALL_PROTOCOLS) await command(`enable ${name}`).catch(() => undefined);
}

/** A peer that others connect to is back once somebody has; how many there were, nobody knows any more. */
function allEstablished(sessions: readonly SessionStatus[]): boolean {
  const opened = sessions.filter(({ neighborRange }) => neighborRange === undefined);
  const back = new Set(opened.filter(({ state }) => state === 'established').map(({ peer }) => peer));
  return opened.every(({ state }) => state === 'established') && sessions.every(({ peer }) => back.has(peer));
}
