// Files of BIRD in the runtime directory: the executable, the configuration, the marks that one start leaves for the
// next. Every write is atomic: a file is whole, or as it was before.

import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CONFIG_HEADER } from './bird-config.ts';
import { BirdError, ioCode, ioMessageOf } from './bird-error.ts';

/** Where everything of one BIRD lies. */
export interface BirdPaths {
  readonly directory: string;
  readonly binary: string;
  readonly config: string;
  /** A configuration that BIRD has not taken yet. */
  readonly candidate: string;
  readonly socket: string;
  readonly pid: string;
  readonly log: string;
  /** What BIRD prints before it has read where to log. */
  readonly output: string;
  /** There while BIRD is down on purpose and its peers keep its routes. */
  readonly recovering: string;
}

/** The embedded BIRD. */
export interface BirdImage {
  readonly version: string;
  /** In hexadecimal; what is started always has this hash. */
  readonly sha256: string;
  /** The bytes of the executable; undefined where none is embedded. */
  read(): Uint8Array | undefined;
}

/** Longest path of a Unix socket on Linux, without the terminating zero. */
const LONGEST_SOCKET_PATH = 107;

/** The paths of a BIRD whose runtime directory this is. Its program may lie elsewhere: nothing can be started from some. */
export function birdPaths(directory: string, programFolder = directory): BirdPaths {
  const inside = (name: string) => join(directory, name);
  return {
    directory,
    binary: join(programFolder, 'bird'),
    config: inside('bird.conf'),
    candidate: inside('bird.conf.new'),
    socket: inside('bird.ctl'),
    pid: inside('bird.pid'),
    log: inside('bird.log'),
    output: inside('bird.out'),
    recovering: inside('bird.recovering'),
  };
}

/** Creates the runtime directory if it is missing. Rejects unless only its owner, who is us or root, can write it. */
export async function prepareBirdDirectory(paths: BirdPaths): Promise<void> {
  const { directory, socket } = paths;
  if (Buffer.byteLength(socket) > LONGEST_SOCKET_PATH || /["\p{Cc}]/u.test(directory)) {
    throw new BirdError(
      'path-too-long',
      `${socket} cannot be a socket: too long, or with a quote or control character`,
    );
  }
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new BirdError('directory-not-writable', `${directory} cannot be written: ${ioMessageOf(error)}`, {
      cause: error,
    });
  }
  const found = await stat(directory);
  // A link can be led elsewhere at any time by whoever owns it.
  const owners = [found.uid, (await lstat(directory)).uid];
  const isOurs = owners.every((uid) => uid === 0 || uid === process.getuid?.());
  if (!found.isDirectory() || !isOurs || (found.mode & 0o022) !== 0) {
    throw new BirdError(
      'directory-unsafe',
      `${directory} is not a directory that only its owner, you or root, can write`,
    );
  }
}

/** Writes the embedded BIRD to its path unless it is there already. Rejects if its bytes do not have their hash. */
export async function installBird(path: string, image: BirdImage): Promise<void> {
  if ((await hashOfFile(path)) === image.sha256) return;
  const bytes = image.read();
  if (bytes === undefined) throw new BirdError('bird-binary-missing', 'no BIRD is embedded in this build');
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== image.sha256) {
    throw new BirdError(
      'bird-binary-damaged',
      `the embedded BIRD is damaged: its SHA-256 is ${hash}, expected ${image.sha256}`,
    );
  }
  await writeAtomic(path, bytes, 0o500);
}

/** Replaces a file as a whole; nobody ever reads half of it. */
export async function writeAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  // A new name each time, opened exclusively: a link that somebody planted there is refused, not followed.
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx', mode });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const message = `${path} cannot be written: ${ioMessageOf(error)}`;
    throw new BirdError('directory-not-writable', message, { cause: error });
  }
}

/** The configuration on disk; undefined if there is none or it is empty. Rejects if it is somebody else's. */
export async function readOwnConfig(paths: BirdPaths): Promise<string | undefined> {
  const text = await readIfThere(paths.config);
  if (text === undefined || text.trim() === '') return undefined;
  if (text.startsWith(CONFIG_HEADER)) return text;
  throw new BirdError('foreign-config', `${paths.config} was not written by bellbird`);
}

/** The content of a text file; undefined if it does not exist. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (ioCode(error) === 'ENOENT') return undefined;
    throw new BirdError('directory-not-writable', `${path} cannot be read: ${ioMessageOf(error)}`, { cause: error });
  }
}

async function hashOfFile(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch {
    return undefined;
  }
}
