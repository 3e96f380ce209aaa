// Starts BIRD: detached, in a session of its own, with its output in a file. It outlives whoever started it and is
// taken over again through its control socket. Also runs BIRD as a mere parser.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, pause } from '../clock.ts';
import { BirdError, ioCode, ioMessageOf } from './bird-error.ts';
import { type BirdImage, type BirdPaths, installBird, readIfThere, writeAtomic } from './bird-files.ts';
import { type ConfigError, parseConfigError } from './bird-reply.ts';
import { type BirdSocket, connectBird } from './bird-socket.ts';
import { noexecMount } from './noexec-mount.ts';

/** A BIRD that answers. */
export interface StartedBird {
  readonly pid: number;
  readonly socket: BirdSocket;
  /** Resolves with how it ended. Only known to the process that started it. */
  readonly exited: Promise<string>;
}

/** Whether BIRD's parser takes a configuration. */
export type ParseResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly errors: readonly ConfigError[] };

/** How long BIRD may take from its start to its greeting. A file of a hundred thousand routes takes 0.2 s. */
const START_LIMIT_MS = 15_000;
const START_POLL_MS = 5;
const BUSY_ATTEMPTS = 100;

/** Starts BIRD with the configuration on disk and resolves when it has greeted. `recover` keeps the routes at peers. */
export function startBird(paths: BirdPaths, recover: boolean, clock: Clock): Promise<StartedBird> {
  return whileBusy(() => startOnce(paths, recover, clock));
}

async function startOnce(paths: BirdPaths, recover: boolean, clock: Clock): Promise<StartedBird> {
  const output = await open(paths.output, 'w', 0o600);
  try {
    const args = ['-f', '-c', paths.config, '-s', paths.socket, '-P', paths.pid, ...(recover ? ['-R'] : [])];
    const child = spawn(paths.binary, args, {
      cwd: '/',
      detached: true,
      env: {},
      stdio: ['ignore', output.fd, output.fd],
    });
    child.unref();
    const exited = exitOf(child, paths.binary);
    // A failure to start is reported through the race below; nobody may be listening later.
    exited.catch(() => undefined);
    const socket = await waitForGreeting(paths, exited, clock);
    return { pid: child.pid ?? 0, socket, exited };
  } finally {
    await output.close();
  }
}

/** Lets the installed BIRD parse a file, changing nothing. */
export function parseConfigFile(binary: string, config: string): Promise<ParseResult> {
  return whileBusy(() => parseOnce(binary, config));
}

async function parseOnce(binary: string, config: string): Promise<ParseResult> {
  const child = spawn(binary, ['-p', '-c', config], { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  if ((await exitOf(child, binary)) === 'exit code 0') return { kind: 'accepted' };
  const lines = output.split('\n').filter((line) => line.startsWith('bird: '));
  return { kind: 'refused', errors: lines.map((line) => parseConfigError(line.slice('bird: '.length))) };
}

/** Lets the embedded BIRD parse a text in a private folder below `folder`, which is removed afterwards. */
export async function parseConfigText(text: string, image: BirdImage, folder: string): Promise<ParseResult> {
  const privateFolder = await mkdtemp(join(folder, 'bellbird-'));
  try {
    const [binary, config] = [join(privateFolder, 'bird'), join(privateFolder, 'bird.conf')];
    await installBird(binary, image);
    await writeAtomic(config, text);
    return await parseConfigFile(binary, config);
  } finally {
    await rm(privateFolder, { recursive: true, force: true });
  }
}

/** The id in the pid file of a BIRD that runs; undefined if there is no file. */
export async function readPid(paths: BirdPaths): Promise<number | undefined> {
  const pid = Number((await readIfThere(paths.pid))?.trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/**
 * Tries again while the executable counts as being written: another process that was forked during the write holds it
 * open until it executes its own program, which is a matter of microseconds.
 */
async function whileBusy<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      const isBusy = error instanceof BirdError && ioCode(error.cause) === 'ETXTBSY';
      if (!isBusy || attempt === BUSY_ATTEMPTS) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function waitForGreeting(paths: BirdPaths, exited: Promise<string>, clock: Clock): Promise<BirdSocket> {
  let ended: { readonly how: string } | undefined;
  exited.then(
    (how) => {
      ended = { how };
    },
    () => undefined,
  );
  const limit = clock.elapsed() + START_LIMIT_MS;
  for (;;) {
    try {
      return await connectBird(paths.socket, { clock });
    } catch (error) {
      if (!(error instanceof BirdError) || error.code !== 'bird-not-running') throw error;
    }
    // Rejects at once where the file could not be executed at all.
    await Promise.race([exited, pause(clock, START_POLL_MS)]);
    if (ended !== undefined) throw new BirdError('bird-start-failed', await describeFailure(paths, ended.how));
    if (clock.elapsed() > limit) {
      throw new BirdError('bird-start-failed', `BIRD has not opened ${paths.socket} for ${START_LIMIT_MS} ms`);
    }
  }
}

async function describeFailure(paths: BirdPaths, how: string): Promise<string> {
  const printed = (await readIfThere(paths.output))?.trim().split('\n').slice(-3).join('; ') ?? '';
  return `BIRD ended at its start with ${how}${printed === '' ? '' : `: ${printed}`}`;
}

/** Resolves with `exit code 1` or `signal SIGKILL`; rejects if the program could not be started. */
function exitOf(child: ChildProcess, binary: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      whyNotStarted(binary, error).then(reject, reject);
    });
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

async function whyNotStarted(binary: string, error: Error): Promise<BirdError> {
  const mount =
    ioCode(error) === 'EACCES'
      ? noexecMount(await realpath(binary), await readFile('/proc/self/mountinfo', 'utf8'))
      : undefined;
  if (mount === undefined) {
    return new BirdError('bird-start-failed', `${binary} cannot be started: ${ioMessageOf(error)}`, { cause: error });
  }
  return new BirdError('file-system-noexec', `${binary} cannot be started: ${mount} is mounted \`noexec\``, {
    cause: error,
  });
}
