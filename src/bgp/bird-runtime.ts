// The BIRD of one node: takes over one that runs, starts one with the first state otherwise, and lets it go on running
// when the agent leaves.
// A new configuration is first given to BIRD and becomes the file on disk only once BIRD took it: whatever happens in
// between, file and BIRD differ only in that the next comparison configures once more, which changes nothing.

import { writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { pause } from '../clock.ts';
import type { DesiredState } from '../engine/desired-state.ts';
import type { ApplyOptions, ApplyResult, Bird, BirdOptions, Refused } from './bird.ts';
import { listenOffPortOf, peersLeftOut, type RenderOptions, renderBirdConfig, routerIdOf } from './bird-config.ts';
import { BirdError, ioMessageOf } from './bird-error.ts';
import {
  type BirdPaths,
  birdPaths,
  installBird,
  prepareBirdDirectory,
  readOwnConfig,
  writeAtomic,
} from './bird-files.ts';
import { type BirdLife, type BirdState, createBirdLife } from './bird-life.ts';
import { parseConfigFile } from './bird-process.ts';
import { type ConfigError, configErrorsOf, type Reply } from './bird-reply.ts';
import { type BirdSocket, connectBird } from './bird-socket.ts';
import { quoteExactly } from './bird-syntax.ts';
import { installsRoutes, isHeld, isRenderedHeld, releaseInstalled, untilBack } from './install-hold.ts';
import { passwordsIn } from './kept-passwords.ts';
import { type Observed, observeBird, observeExported, observeRoutes, reviveSessions } from './observe.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';
import { enableWaiting, recoveryConfig } from './recovery-config.ts';
import type { TableRoute } from './route-table.ts';
import { sameSessionsIn } from './running-sessions.ts';

/** A burst is applied on its first change and then at most this often. */
const INTERVAL_MS = 20;
/** How often sessions that BIRD has given up are started again. */
const REVIVE_MS = 10_000;
/** Whoever asks what BIRD reports waits for somebody else; an answer with a hundred thousand routes takes a second. */
const REPORT_LIMIT_MS = 8_000;
const STATUS_POLL_MS = 10;
const STATUS_LIMIT_MS = 10_000;
/** A BIRD that has not ended by then is not waited for, so that an agent can leave. */
const END_LIMIT_MS = 12_000;

interface Wanted {
  readonly desired: DesiredState;
  readonly secrets: ReadonlyMap<string, string>;
  readonly checkFirst: boolean;
  readonly replace: boolean;
}

/** Takes over the BIRD of the runtime directory if one runs. Rejects with BirdError if the directory is of no use. */
export async function openBird(options: BirdOptions): Promise<Bird> {
  const paths = birdPaths(options.directory, options.programFolder);
  await prepareBirdDirectory(paths);
  const config = await readOwnConfig(paths);
  const runtime = new BirdRuntime(options, paths, config);
  await runtime.adopt();
  return runtime;
}

class BirdRuntime implements Bird {
  readonly paths: BirdPaths;
  readonly #options: BirdOptions;
  readonly #life: BirdLife;
  readonly #reconciler: Reconciler<Wanted, ApplyResult>;
  /** The configuration that BIRD holds; also on disk. */
  #current: string | undefined;
  #listenOffPort: number | undefined;
  /** The router id of the BIRD that runs. */
  #routerId: string | undefined;
  #reviving: { cancel(): void } | undefined;
  /** After a crash, the kernel is left alone until sessions are back; a configuration must not end that. */
  #isHeld = false;
  /** Who waits for the end of the process. */
  #onExited: () => void = () => undefined;

  constructor(options: BirdOptions, paths: BirdPaths, config: string | undefined) {
    this.paths = paths;
    this.#options = options;
    this.#current = config;
    this.#listenOffPort = config === undefined ? undefined : listenOffPortOf(config);
    this.#reconciler = createReconciler<Wanted, ApplyResult>({
      clock: options.clock,
      intervalMs: INTERVAL_MS,
      carryOut: (wanted) => this.#carryOut(wanted),
      merge: (overtaken, latest) => ({
        ...latest,
        checkFirst: overtaken.checkFirst || latest.checkFirst,
        replace: overtaken.replace || latest.replace,
      }),
      // BIRD is replaced once for a change, whatever it is told again afterwards.
      rest: (wanted, { kind }) => (kind === 'applied' ? { ...wanted, replace: false } : wanted),
    });
    this.#life = createBirdLife({
      paths,
      image: options.image,
      clock: options.clock,
      onEvent: (event) => {
        if (event.kind === 'exited') this.#onExited();
        options.onEvent?.(event);
      },
      onRecovery: () => this.#prepareRecovery(),
      onRecovering: (socket) => this.#onRecovering(socket),
      onRunning: () => this.#reconciler.again(),
    });
  }

  async adopt(): Promise<void> {
    if (!(await this.#life.adopt())) return;
    // The file may be gone or another: only BIRD itself knows what it runs with.
    const status = await this.#life.socket()?.command('show status');
    const line = status?.lines.find(({ text }) => text.startsWith('Router ID is '));
    this.#routerId = line?.text.slice('Router ID is '.length);
    this.#keepReviving();
    // The agent that held it is gone.
    const socket = this.#life.socket();
    if (socket === undefined || !installsRoutes(this.#current) || !(await isHeld(socket))) return;
    this.#isHeld = true;
    this.#hold(socket);
  }

  state(): BirdState {
    return this.#life.state();
  }

  pid(): number | undefined {
    return this.#life.pid();
  }

  apply(desired: DesiredState, options: ApplyOptions): Promise<ApplyResult> {
    const { checkFirst = false, replace = false, secrets } = options;
    return this.#reconciler.submit({ desired, secrets, checkFirst, replace });
  }

  observe(): Promise<Observed> {
    return this.#connected((socket) => observeBird(socket));
  }

  routes(peer?: string): Promise<readonly TableRoute[]> {
    return this.#connected((socket) => (peer === undefined ? observeRoutes(socket) : observeExported(socket, peer)));
  }

  passwords(peers: readonly string[]): ReadonlyMap<string, string> {
    return passwordsIn(this.#current ?? '', peers);
  }

  sessionsAsIn(desired: DesiredState, secrets: ReadonlyMap<string, string>): ReadonlySet<string> {
    const names = desired.peers.map(({ name }) => name);
    return sameSessionsIn(this.#current ?? '', renderBirdConfig(desired, this.#renderOptions(secrets)), names);
  }

  command(text: string): Promise<Reply> {
    return this.#connected((socket) => socket.command(text));
  }

  async restart(): Promise<void> {
    await this.#reconciler.idle();
    await this.#life.restart();
  }

  async stop({ withdraw }: { readonly withdraw: boolean }): Promise<void> {
    this.#reviving?.cancel();
    this.#reconciler.stop({ kind: 'failed', code: 'stopped', message: 'the agent is stopping' });
    await this.#reconciler.idle();
    if (withdraw) await this.#life.shutDown();
    else await this.#life.detach();
  }

  async #prepareRecovery(): Promise<void> {
    // Where nobody knows what the BIRD before held, the file is nearer to it than nothing.
    this.#current ??= await readOwnConfig(this.paths);
    await writeAtomic(this.paths.config, recoveryConfig(this.#current ?? ''));
  }

  /** If BIRD ends meanwhile, its life notices by itself. */
  async #onRecovering(socket: BirdSocket): Promise<void> {
    const config = this.#current ?? '';
    this.#isHeld = installsRoutes(config);
    if (this.#isHeld) this.#hold(socket);
    await enableWaiting(socket, config).catch(() => undefined);
    await writeAtomic(this.paths.config, config);
  }

  /** Until peers have said again what they have, the kernel keeps what came from them. */
  #hold(socket: BirdSocket): void {
    let isOver = false;
    void socket.closed.then(() => {
      isOver = true;
    });
    const sessions = async () => (await this.observe()).sessions;
    void untilBack({ clock: this.#options.clock, sessions, isOver: () => isOver }).then(async () => {
      // Of a BIRD that came after this one it is decided anew.
      if (!isOver) await this.#release();
    });
  }

  async #release(): Promise<void> {
    this.#isHeld = false;
    // A configuration on its way would take the kernel away again.
    await this.#reconciler.idle();
    await releaseInstalled((text) => this.command(text));
    if (isRenderedHeld(this.#current ?? '')) this.#reconciler.again();
  }

  #keepReviving(): void {
    this.#reviving?.cancel();
    this.#reviving = this.#options.clock.after(REVIVE_MS, async () => {
      const state = this.#life.state();
      if (state === 'absent' || state === 'detached') return;
      // While BIRD is away there is nothing to revive.
      if (state === 'running') await this.#connected(reviveSessions).catch(() => 0);
      this.#keepReviving();
    });
  }

  /** A connection beside the one for configurations, so that a long answer never delays a route. */
  async #connected<T>(use: (socket: BirdSocket) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const socket = await connectBird(this.paths.socket, { clock, timeLimitMs: REPORT_LIMIT_MS });
    try {
      return await use(socket);
    } finally {
      socket.close();
    }
  }

  async #carryOut(wanted: Wanted): Promise<ApplyResult> {
    try {
      const state = this.#life.state();
      if (state !== 'running' && state !== 'absent') {
        return { kind: 'failed', code: 'bird-not-running', message: 'BIRD is being restarted' };
      }
      const text = await this.#render(wanted);
      const leftOut = peersLeftOut(wanted.desired, wanted.secrets);
      const outcome = state === 'running' ? await this.#configure(text, wanted) : await this.#begin(text);
      return outcome.kind === 'applied' ? { ...outcome, leftOut } : outcome;
    } catch (error) {
      const code = error instanceof BirdError ? error.code : 'not-rendered';
      return { kind: 'failed', code, message: ioMessageOf(error) };
    }
  }

  async #render({ desired, secrets }: Wanted): Promise<string> {
    if (desired.speaker.listen.kind === 'off') this.#listenOffPort ??= await freePort();
    return renderBirdConfig(desired, this.#renderOptions(secrets));
  }

  #renderOptions(secrets: ReadonlyMap<string, string>): RenderOptions {
    const routerId = this.#life.state() === 'running' ? this.#routerId : undefined;
    return {
      secrets,
      logFile: this.paths.log,
      ...(this.#listenOffPort === undefined ? {} : { listenOffPort: this.#listenOffPort }),
      ...(routerId === undefined ? {} : { routerId }),
      ...(this.#isHeld && { holdInstalled: true }),
    };
  }

  /** Starts BIRD with its first configuration. */
  async #begin(text: string): Promise<ApplyResult> {
    await installBird(this.paths.binary, this.#options.image);
    this.#writeCandidate(text);
    const parsed = await parseConfigFile(this.paths.binary, this.paths.candidate);
    if (parsed.kind === 'refused') return this.#refuse(parsed.errors);
    await this.#keepCandidate(text);
    await this.#life.start();
    this.#routerId = routerIdOf(text);
    this.#keepReviving();
    return { kind: 'applied', changed: true, inProgress: false, leftOut: [] };
  }

  async #configure(text: string, { checkFirst, replace }: Wanted): Promise<ApplyResult> {
    if (text === this.#current) return { kind: 'applied', changed: false, inProgress: false, leftOut: [] };
    const socket = this.#life.socket();
    if (socket === undefined) throw new BirdError('bird-not-running', 'BIRD is not running');
    this.#writeCandidate(text);
    const file = quoteExactly(this.paths.candidate);
    if (checkFirst || replace) {
      const check = await socket.command(`configure check ${file}`);
      if (check.kind !== 'done') return this.#refuse(errorsOf(check));
    }
    if (replace) return this.#replace(text);
    const reply = await socket.command(`configure ${file}`);
    if (reply.kind !== 'done') return this.#refuse(errorsOf(reply));
    if (reply.code === SHUTTING_DOWN) throw new BirdError('bird-not-running', 'BIRD is shutting down');
    await this.#keepCandidate(text);
    if (reply.code === QUEUED) await this.#waitForQueue(socket);
    return { kind: 'applied', changed: true, inProgress: reply.code !== RECONFIGURED, leftOut: [] };
  }

  /**
   * The next BIRD starts with the configuration; what comes meanwhile is applied when it runs. Until the one before has ended,
   * the file is as it knows it, and nobody is told that the change is made: an agent that is killed is followed by one that
   * sees how far this went.
   */
  async #replace(text: string): Promise<ApplyResult> {
    await rm(this.paths.candidate, { force: true });
    const exited = Promise.withResolvers<void>();
    this.#onExited = exited.resolve;
    this.#current = text;
    const restart = this.#life.restart().catch(() => {
      // The BIRD before did not end, and does not know it.
      this.#current = undefined;
      this.#reconciler.again();
    });
    const limit = this.#options.clock.after(END_LIMIT_MS, exited.resolve);
    await Promise.race([exited.promise, restart]);
    limit.cancel();
    return { kind: 'applied', changed: true, inProgress: true, leftOut: [] };
  }

  /** A protocol is still shutting down, and BIRD takes up the new configuration when that is over. */
  async #waitForQueue(socket: BirdSocket): Promise<void> {
    const { clock } = this.#options;
    const limit = clock.elapsed() + STATUS_LIMIT_MS;
    while ((await socket.command('configure status')).lines[0]?.code !== RECONFIGURED) {
      if (clock.elapsed() > limit) return;
      await pause(clock, STATUS_POLL_MS);
    }
  }

  async #refuse(errors: readonly ConfigError[]): Promise<Refused> {
    await rm(this.paths.candidate, { force: true });
    return { kind: 'refused', errors };
  }

  #writeCandidate(text: string): void {
    try {
      // At once rather than through the thread pool, which costs a change more time than the write itself.
      // The encoding is named because Node then writes without a copy in a buffer.
      writeFileSync(this.paths.candidate, text, { mode: 0o600, encoding: 'utf8' });
    } catch (error) {
      const message = `${this.paths.candidate} cannot be written: ${ioMessageOf(error)}`;
      throw new BirdError('directory-not-writable', message, { cause: error });
    }
  }

  async #keepCandidate(text: string): Promise<void> {
    this.#current = text;
    await rename(this.paths.candidate, this.paths.config);
  }
}

const RECONFIGURED = 3;
const QUEUED = 5;
const SHUTTING_DOWN = 6;

function errorsOf(reply: Reply): readonly ConfigError[] {
  const errors = configErrorsOf(reply);
  return errors.length > 0 ? errors : [{ path: '', line: undefined, column: undefined, message: reply.text }];
}

/** A port of loopback that nobody uses right now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
