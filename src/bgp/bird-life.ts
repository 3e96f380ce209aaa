// BIRD's life: taken over if it runs, started if it does not, started again after a crash with graceful recovery, so
// that peers keep its routes. Ended only on request. Delays between restarts grow to a bound and it never gives up.

import { rm } from 'node:fs/promises';
import { type Clock, pause } from '../clock.ts';
import { BirdError, ioMessageOf } from './bird-error.ts';
import { type BirdImage, type BirdPaths, installBird, readIfThere, writeAtomic } from './bird-files.ts';
import { readPid, startBird } from './bird-process.ts';
import { type BirdSocket, connectBird } from './bird-socket.ts';

/** What happened to BIRD. */
export type BirdEvent =
  /** `version` may differ from `ownVersion`, the embedded one's, until BIRD is restarted. */
  | {
      readonly kind: 'adopted';
      readonly version: string;
      readonly ownVersion: string;
      readonly pid: number | undefined;
    }
  /** `recovered`: its peers were asked to keep the routes of the one before. */
  | { readonly kind: 'started'; readonly version: string; readonly pid: number; readonly recovered: boolean }
  | { readonly kind: 'exited'; readonly how: string; readonly planned: boolean }
  | { readonly kind: 'reconnected' }
  | { readonly kind: 'restart-failed'; readonly message: string; readonly retryInMs: number };

/** The state of one BIRD's process. */
export type BirdState = 'absent' | 'running' | 'recovering' | 'stopping' | 'detached';

/** One BIRD process after another, with one connection to it. */
export interface BirdLife {
  state(): BirdState;
  /** The connection for commands; undefined unless BIRD runs. */
  socket(): BirdSocket | undefined;
  pid(): number | undefined;
  /** Takes over a BIRD that runs; false if none does. */
  adopt(): Promise<boolean>;
  /** Starts BIRD with the configuration on disk. */
  start(): Promise<void>;
  /** Replaces the process by a new one of the embedded version, while its peers keep the routes. */
  restart(): Promise<void>;
  /** Withdraws everything and ends BIRD. */
  shutDown(): Promise<void>;
  /** Lets go of BIRD, which goes on running. */
  detach(): Promise<void>;
}

/** What a life needs. */
export interface BirdLifeOptions {
  readonly paths: BirdPaths;
  readonly image: BirdImage;
  readonly clock: Clock;
  readonly onEvent: (event: BirdEvent) => void;
  /** Called before each start of a BIRD that goes on from one before; what is on disk then is what it starts with. */
  readonly onRecovery?: () => Promise<void>;
  /** Called with each BIRD that goes on from one before, as soon as it greets. */
  readonly onRecovering?: (socket: BirdSocket) => Promise<void>;
  /** Called each time BIRD runs again after it did not. */
  readonly onRunning: () => void;
}

/**
 * Also before the first restart. BIRD connects 0.75 to 1 s after its start, and FRR 1 s after it lost the session. If
 * both meet, FRR may end the session that wins and drop the routes it kept. So BIRD listens before FRR connects, and
 * connects itself only after that.
 */
const SHORTEST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A BIRD that ran this long did not crash because of how it was started. */
const HEALTHY_MS = 30_000;
const GREETING_LIMIT_MS = 5_000;
const EXIT_LIMIT_MS = 10_000;
const EXIT_POLL_MS = 10;
const REPLACE_LIMIT_MS = 30_000;

/** Creates a life in which no BIRD runs yet. */
export function createBirdLife(options: BirdLifeOptions): BirdLife {
  return new Life(options);
}

/** How long to wait before a restart; `failures` counts the bad ends in a row that came before the last one. */
export function restartDelay(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, SHORTEST_DELAY_MS * 2 ** failures);
}

class Life implements BirdLife {
  readonly #options: BirdLifeOptions;
  #state: BirdState = 'absent';
  #socket: BirdSocket | undefined;
  #pid: number | undefined;
  /** How the current process ended, if it is a child of this process. */
  #exited: Promise<string> | undefined;
  /** The start that goes on, or went on last; never rejects. */
  #starting: Promise<unknown> = Promise.resolve();
  /** The replacement that goes on, or went on last; never rejects. */
  #replacing: Promise<unknown> = Promise.resolve();
  #runningSince = 0;
  #failures = 0;

  constructor(options: BirdLifeOptions) {
    this.#options = options;
  }

  state(): BirdState {
    return this.#state;
  }

  socket(): BirdSocket | undefined {
    return this.#state === 'running' ? this.#socket : undefined;
  }

  pid(): number | undefined {
    return this.#pid;
  }

  async adopt(): Promise<boolean> {
    const { image, onEvent, paths } = this.#options;
    const socket = await this.#connect();
    if (socket === undefined) return false;
    this.#exited = undefined;
    this.#run(socket, await readPid(paths));
    onEvent({ kind: 'adopted', version: socket.version, ownVersion: image.version, pid: this.#pid });
    return true;
  }

  async start(): Promise<void> {
    await this.#start(await this.#leftBehind());
  }

  async restart(): Promise<void> {
    if (this.#state !== 'running') throw new BirdError('bird-not-running', 'there is no BIRD to restart');
    const restart = this.#replace();
    this.#replacing = restart.catch(() => undefined);
    await restart;
  }

  async shutDown(): Promise<void> {
    await this.#replaced();
    await this.#end('down');
    await rm(this.#options.paths.recovering, { force: true });
    this.#state = 'absent';
  }

  async detach(): Promise<void> {
    await this.#replaced();
    this.#state = 'detached';
    await this.#starting;
    this.#socket?.close();
  }

  async #replace(): Promise<void> {
    const { onRunning, paths } = this.#options;
    this.#state = 'stopping';
    const failure = await writeAtomic(paths.recovering, '')
      .then(() => this.#end('graceful restart'))
      .catch((error: unknown) => error);
    this.#state = 'recovering';
    // One that does not end is taken up again.
    await this.#recover(0);
    onRunning();
    if (failure !== undefined) throw failure;
  }

  /** Whoever let go of BIRD between two of them would leave none behind. */
  async #replaced(): Promise<void> {
    await Promise.race([this.#replacing, pause(this.#options.clock, REPLACE_LIMIT_MS)]);
  }

  /** Whether the BIRD before ended without saying good-bye to its peers, which may still have its routes. */
  async #leftBehind(): Promise<boolean> {
    const { paths } = this.#options;
    const marks = await Promise.all([readIfThere(paths.recovering), readIfThere(paths.pid)]);
    return marks.some((mark) => mark !== undefined);
  }

  #start(recover: boolean): Promise<void> {
    const start = this.#startOnce(recover);
    // Whoever ends this life meanwhile waits for the start, so that no BIRD is left behind unknown.
    this.#starting = start.catch(() => undefined);
    return start;
  }

  async #startOnce(recover: boolean): Promise<void> {
    const { clock, image, onEvent, onRecovering, onRecovery, paths } = this.#options;
    await installBird(paths.binary, image);
    if (recover) await onRecovery?.();
    const { exited, pid, socket } = await startBird(paths, recover, clock);
    if (recover) await onRecovering?.(socket);
    await rm(paths.recovering, { force: true });
    this.#exited = exited;
    this.#run(socket, pid);
    onEvent({ kind: 'started', version: socket.version, pid, recovered: recover });
  }

  #run(socket: BirdSocket, pid: number | undefined): void {
    this.#socket = socket;
    this.#pid = pid;
    this.#runningSince = this.#options.clock.elapsed();
    void socket.closed.then(() => this.#onConnectionLost(socket));
    if (this.#state === 'absent' || this.#state === 'recovering') this.#state = 'running';
  }

  async #onConnectionLost(socket: BirdSocket): Promise<void> {
    if (this.#state !== 'running' || this.#socket !== socket) return;
    const { clock, onEvent, onRunning } = this.#options;
    this.#state = 'recovering';
    const wasHealthy = clock.elapsed() - this.#runningSince >= HEALTHY_MS;
    this.#failures = wasHealthy ? 0 : this.#failures + 1;
    // The process ends right after its connections; it may also live on, and only the connection is gone.
    const how = await Promise.race([this.#exited ?? pause(clock, 50), pause(clock, 200)]);
    if (await this.#isGone()) onEvent({ kind: 'exited', how: how ?? 'unknown cause', planned: false });
    await this.#recover(this.#failures - 1);
    if (this.state() === 'running') onRunning();
  }

  /** Whether nobody listens any more; a BIRD that listens and does not answer is still there. */
  async #isGone(): Promise<boolean> {
    try {
      const survivor = await this.#connect();
      survivor?.close();
      return survivor === undefined;
    } catch {
      return false;
    }
  }

  /** Tries until BIRD runs, with growing delays. */
  async #recover(failures: number): Promise<void> {
    const { clock, onEvent } = this.#options;
    for (let attempt = Math.max(0, failures); ; attempt++) {
      await pause(clock, restartDelay(attempt));
      if (this.#isGivenUp()) return;
      try {
        const survivor = await this.#connect();
        if (survivor === undefined) return await this.#start(true);
        this.#run(survivor, await readPid(this.#options.paths));
        return onEvent({ kind: 'reconnected' });
      } catch (error) {
        onEvent({ kind: 'restart-failed', message: ioMessageOf(error), retryInMs: restartDelay(attempt + 1) });
      }
    }
  }

  #isGivenUp(): boolean {
    return this.#state !== 'recovering';
  }

  /** A connection to a BIRD that runs; undefined if none does. */
  async #connect(): Promise<BirdSocket | undefined> {
    const { clock, paths } = this.#options;
    try {
      return await connectBird(paths.socket, { clock, greetingLimitMs: GREETING_LIMIT_MS });
    } catch (error) {
      if (error instanceof BirdError && error.code === 'bird-not-running') return undefined;
      throw error;
    }
  }

  /** Sends a command that ends BIRD, and resolves when its process is gone. */
  async #end(command: 'down' | 'graceful restart'): Promise<void> {
    const { clock, onEvent } = this.#options;
    this.#state = 'stopping';
    await this.#starting;
    const socket = this.#socket;
    if (socket === undefined || (await this.#isGone())) return;
    // BIRD may close the connection before its reply has been read.
    await socket.command(command).catch((error: unknown) => {
      if (!(error instanceof BirdError) || error.code !== 'bird-connection-closed') throw error;
    });
    await socket.closed;
    const limit = clock.elapsed() + EXIT_LIMIT_MS;
    while (this.#pid !== undefined && (await isRunning(this.#pid))) {
      if (clock.elapsed() > limit) throw new BirdError('bird-not-answering', `BIRD (pid ${this.#pid}) does not end`);
      await pause(clock, EXIT_POLL_MS);
    }
    onEvent({ kind: 'exited', how: command, planned: true });
  }
}

/** Whether the process exists and is more than an entry that its parent has not collected. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  return stat !== undefined && !/\) [ZX] /.test(stat);
}
