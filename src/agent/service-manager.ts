// What systemd is told about the agent, where it started it: that it is ready or reads its policy again, how it is, and that
// it is still alive. Node cannot send to a datagram socket, so that systemd's own `systemd-notify` does. What gets lost is
// told again with the next sign of life, readiness included.

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
  /** CLOCK_MONOTONIC in microseconds, by which systemd tells an answer to its signal from an earlier one. */
  readonly monotonic?: () => bigint;
}

/** The connection to the service manager. Without systemd nothing is told, and everything else goes on as ever. */
export interface ServiceManager {
  /** Tells that the agent is ready, and from then on how it is. */
  ready(): void;
  /** Tells that the agent reads its policy again, does so, and tells readiness once that is carried out. */
  reload(work: () => Promise<void>): Promise<void>;
  /** Nothing is told afterwards. */
  leave(): void;
}

/** How often a changed status is told where no watchdog asks for more. */
const STATUS_EVERY_MS = 10_000;

/** Connects to the service manager that started this process, if one did. */
export function createServiceManager(options: ServiceManagerOptions): ServiceManager {
  if (options.env.NOTIFY_SOCKET) return new Systemd(options);
  return { ready: () => {}, reload: (work) => work(), leave: () => {} };
}

class Systemd implements ServiceManager {
  readonly #options: ServiceManagerOptions;
  readonly #hasWatchdog: boolean;
  readonly #interval: number;
  #told: string | undefined;
  #hasFailed = false;
  #isOver = false;
  /** Readings of the policy that are not carried out yet: the agent is not ready meanwhile. */
  #reloads = 0;
  #timer: Timer | undefined;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
    const limit = Number(options.env.WATCHDOG_USEC) / 1_000;
    this.#hasWatchdog = limit > 0;
    // Twice within the limit would do; a third time is for a machine under load.
    this.#interval = this.#hasWatchdog ? Math.min(limit / 3, STATUS_EVERY_MS) : STATUS_EVERY_MS;
  }

  ready(): void {
    void this.#beat();
  }

  async reload(work: () => Promise<void>): Promise<void> {
    const { monotonic = monotonicMicroseconds } = this.#options;
    this.#reloads++;
    // Telling takes a process, which the policy need not wait for.
    const telling = this.#tell(['RELOADING=1', `MONOTONIC_USEC=${monotonic()}`]);
    try {
      await work();
      await telling;
    } finally {
      this.#reloads--;
    }
    if (this.#reloads === 0 && !this.#isOver) await this.#tellState(true);
  }

  leave(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async #beat(): Promise<void> {
    await this.#tellState(false);
    if (!this.#isOver) this.#timer = this.#options.clock.after(this.#interval, () => void this.#beat());
  }

  async #tellState(always: boolean): Promise<void> {
    const alive = this.#hasWatchdog ? ['WATCHDOG=1'] : [];
    if (this.#reloads > 0) {
      if (alive.length > 0) await this.#tell(alive);
      return;
    }
    const status = this.#options.status();
    if (!always && !this.#hasWatchdog && status === this.#told) return;
    const isTold = await this.#tell(['READY=1', `STATUS=${status}`, ...alive]);
    this.#told = isTold ? status : undefined;
  }

  /** Whether it could be told. */
  async #tell(assignments: readonly string[]): Promise<boolean> {
    const { onFailure, tell = systemdNotify } = this.#options;
    const failure = await tell(assignments);
    if (failure !== undefined && !this.#hasFailed) onFailure(failure);
    this.#hasFailed = failure !== undefined;
    return failure === undefined;
  }
}

function monotonicMicroseconds(): bigint {
  return process.hrtime.bigint() / 1_000n;
}

function systemdNotify(assignments: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('systemd-notify', [...assignments], { timeout: 5_000 }, (error) => resolve(error?.message.trim()));
  });
}
