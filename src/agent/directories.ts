// Where the agent keeps what it needs at run time and what outlives it, and whether those folders can be used.

import { accessSync, constants, lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { noexecMount } from '../bgp/noexec-mount.ts';
import { messageOf } from '../unknown.ts';
import { type Account, currentAccount } from './account.ts';
import type { Refusal } from './refusal.ts';

/** The two folders of an agent. */
export interface Directories {
  /** BIRD, its configuration and the sockets; gone after a boot. */
  readonly runtime: string;
  /** What was last applied; survives a boot. */
  readonly state: string;
}

/** Longest path of a Unix socket on Linux, without the terminating zero. */
const SOCKET_PATH_LIMIT = 107;
const LONGEST_SOCKET_NAME = '/agent.sock.1234567';

/** The folders that the options name, else the system's for root or where they are writable, else the user's own. */
export function resolveDirectories(
  options: { readonly runtimeDir?: string | undefined; readonly stateDir?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
  account: Account = currentAccount(),
): Directories {
  const { uid, home } = account;
  const runtimeHome = absolute(env.XDG_RUNTIME_DIR);
  const stateHome = absolute(env.XDG_STATE_HOME) ?? (home === undefined ? undefined : join(home, '.local/state'));
  const ownRuntime = runtimeHome === undefined ? join(tmpdir(), `bellbird-${uid}`) : join(runtimeHome, 'bellbird');
  const ownState = stateHome === undefined ? join(tmpdir(), `bellbird-${uid}-state`) : join(stateHome, 'bellbird');
  const pick = (system: string, own: string) => (uid === 0 || isWritable(system) ? system : own);
  return {
    runtime: resolve(options.runtimeDir ?? pick('/run/bellbird', ownRuntime)),
    state: resolve(options.stateDir ?? pick('/var/lib/bellbird', ownState)),
  };
}

/** The XDG base directory specification has relative and empty values ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}

/** Creates the runtime directory where it is missing; says why the agent cannot use it. */
export function prepareRuntimeDirectory(path: string): Refusal | undefined {
  if (path.length + LONGEST_SOCKET_NAME.length > SOCKET_PATH_LIMIT) {
    return {
      code: 'path-too-long',
      message: `the runtime directory \`${path}\` is too long for the path of a socket`,
      help: `choose one of at most ${SOCKET_PATH_LIMIT - LONGEST_SOCKET_NAME.length} characters with \`--runtime-dir DIR\``,
    };
  }
  return prepareDirectory(path, 'runtime') ?? checkOwner(path, 'runtime');
}

/** The folder that BIRD's program is started from, or why the directories are of no use. */
export type ProgramFolder =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Creates what is missing of both directories. */
export function prepareDirectories(directories: Directories): ProgramFolder {
  const refusal = prepareRuntimeDirectory(directories.runtime) ?? prepareStateDirectory(directories.state);
  return refusal === undefined ? chooseProgramFolder(directories) : { kind: 'refused', refusal };
}

/** The runtime directory; the state directory where no program can be started from the other: Debian mounts /run `noexec`. */
export function chooseProgramFolder({ runtime, state }: Directories, mounts: string = readMountInfo()): ProgramFolder {
  const path = [runtime, state].find((folder) => mountWithoutPrograms(folder, mounts) === undefined);
  if (path !== undefined) return { kind: 'found', path };
  return {
    kind: 'refused',
    refusal: {
      code: 'file-system-noexec',
      message: `BIRD cannot be started: \`${runtime}\` and \`${state}\` are on file systems mounted \`noexec\``,
      help: `choose a folder on another one with \`--state-dir DIR\`, or run \`mount -o remount,exec ${mountWithoutPrograms(state, mounts)}\` as root`,
    },
  };
}

/** Whether programs can be started from a folder, and sockets be opened in folders below it. */
export function canHoldBird(path: string): boolean {
  const roomForFolders = 35;
  const isShort = path.length + roomForFolders + LONGEST_SOCKET_NAME.length <= SOCKET_PATH_LIMIT;
  return isShort && isWritable(path) && mountWithoutPrograms(path, readMountInfo()) === undefined;
}

/** Creates the state directory where it is missing; says why the agent cannot use it. */
export function prepareStateDirectory(path: string): Refusal | undefined {
  return prepareDirectory(path, 'state') ?? checkOwner(path, 'state');
}

type Purpose = 'runtime' | 'state';

function prepareDirectory(path: string, purpose: Purpose): Refusal | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return isFile(path, purpose);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { uid, name } = currentAccount();
    return {
      code: 'directory-not-writable',
      message: `the ${purpose} directory \`${path}\` cannot be written: ${reasonOf(error)}`,
      help: `run \`install -d -m 700 -o ${name ?? uid} ${path}\` as root, or choose another with \`--${purpose}-dir DIR\``,
    };
  }
}

function isFile(path: string, purpose: Purpose): Refusal {
  return {
    code: 'directory-not-writable',
    message: `the ${purpose} directory \`${path}\` is a file`,
    help: `move it away, or choose another with \`--${purpose}-dir DIR\``,
  };
}

/** BIRD is started from them and a policy read from one: nobody else may be able to put something else there. */
function checkOwner(path: string, purpose: Purpose): Refusal | undefined {
  const { uid, mode } = statSync(path);
  // A link can be led elsewhere at any time by whoever owns it.
  const foreign = [uid, lstatSync(path).uid].find((owner) => owner !== 0 && owner !== currentAccount().uid);
  if (foreign === undefined && (mode & 0o022) === 0) return undefined;
  return {
    code: 'directory-unsafe',
    message: `the ${purpose} directory \`${path}\` ${foreign === undefined ? 'can be written by other users' : `belongs to another user (uid ${foreign})`}`,
    help: `run \`chmod 700 ${path}\` as its owner, or choose another with \`--${purpose}-dir DIR\``,
  };
}

/** The mount that forbids programs in a folder. */
function mountWithoutPrograms(path: string, mounts: string): string | undefined {
  return noexecMount(realpathSync(path), mounts);
}

function readMountInfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The system's words for an I/O error, such as `permission denied`. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  // Node writes `EACCES: permission denied, open '/path'`; the path stands in our own message already.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
