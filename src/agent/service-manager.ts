// What systemd is told about the agent, where it started it: that it is ready, how it is, and that it is still alive. Node
// cannot send to a datagram socket, so that systemd's own `systemd-notify` does. What gets lost is told again with the next
// sign of life, readiness included.

import { execFile } from 'node:child_process';
import type { Clock, Timer } from '../clock.ts';

/** Sends assignments such as `READY=1`; resolves with why that failed. Never rejects. */
export type Tell = (assignments: readonly string[]) => Promise<string | undefined>;

/** What the connection to the service manager needs. */
export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET and WATCHDOG_USEC, as systemd sets them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** One line about how the agent is. */
  readonly status: () => string;
  readonly onFailure: (reason: string) => void;
  readonly tell?: Tell;
}

/** How often a changed status is told where no watchdog asks for more. */
const STATUS_EVERY_MS = 10_000;

/** Tells that the agent is ready, and from then on how it is. Returns what ends it. Does nothing without systemd. */
export function tellServiceManager(options: ServiceManagerOptions): () => void {
  const { env, clock, tell = systemdNotify } = options;
  if (!env.NOTIFY_SOCKET) return () => {};
  const limit = Number(env.WATCHDOG_USEC) / 1_000;
  const hasWatchdog = limit > 0;
  // Twice within the limit would do; a third time is for a machine under load.
  const interval = hasWatchdog ? Math.min(limit / 3, STATUS_EVERY_MS) : STATUS_EVERY_MS;
  let told: string | undefined;
  let hasFailed = false;
  let isOver = false;
  let timer: Timer | undefined;
  const beat = async () => {
    const status = options.status();
    if (hasWatchdog || status !== told) {
      const failure = await tell(['READY=1', `STATUS=${status}`, ...(hasWatchdog ? ['WATCHDOG=1'] : [])]);
      told = failure === undefined ? status : undefined;
      if (failure !== undefined && !hasFailed) options.onFailure(failure);
      hasFailed = failure !== undefined;
    }
    if (!isOver) timer = clock.after(interval, () => void beat());
  };
  void beat();
  return () => {
    isOver = true;
    timer?.cancel();
  };
}

function systemdNotify(assignments: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('systemd-notify', [...assignments], { timeout: 5_000 }, (error) => resolve(error?.message.trim()));
  });
}
