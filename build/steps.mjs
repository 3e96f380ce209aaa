// What all build scripts share: where things are, how a command is run, and how a build stops with one message.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '..');
/** What a build leaves for its user. */
export const dist = join(root, 'dist');
/** Intermediate results, gone with node_modules. */
export const work = join(root, 'node_modules/.cache/bellbird');
/** Results worth sharing between checkouts: BIRD, which takes half a minute to compile. */
export const sharedCache = usableCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bellbird'));

/** The folder itself, or a private one where it cannot be written. */
function usableCache(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return join(work, 'shared');
  }
}

/** A reason to stop that the person at the keyboard can act on: printed as it is, without a stack. */
export class BuildStop extends Error {}

/** Prints one line of progress. */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs a command without showing its output and returns its standard output.
 * A failure shows the end of the output and stops the build.
 */
export function run(command, args, options = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  if (status === 0) return stdout;
  const tail = `${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-40).join('\n');
  const cause = error?.message ?? (signal === null ? `exit code ${status}` : `signal ${signal}`);
  throw new BuildStop(`${tail}\n\`${[command, ...args].join(' ')}\` failed: ${cause}`);
}

/** Whether a program of that name is in PATH. */
export function hasProgram(name) {
  return findProgram(name) !== undefined;
}

/** The path of the program of that name in PATH; undefined where there is none. */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** One hash over the names and contents of files, and of everything below folders. */
export function hashFiles(paths, accept = () => true) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesBelow).filter(accept).sort()) {
    hash.update(`${relative(root, path)}\0${sha256(readFileSync(path))}\n`);
  }
  return hash.digest('hex');
}

/** Every file at or below a path; nothing for a path that does not exist. */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
  );
}

/** Reads a JSON file; undefined where it is absent or broken. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a file in one step, so that nobody ever reads half of it. */
export function writeAtomic(path, content, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

/** Runs an action while no other process of this checkout does; waits for one that is at it. */
export async function withLock(action) {
  const lock = join(work, 'build.lock');
  mkdirSync(work, { recursive: true });
  for (let waiting = false; !tryLock(lock); waiting = true) {
    if (!waiting) say('build: waiting for another build in this folder');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Creates the lock file with our process id; takes over one whose process is gone. */
function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = Number.parseInt(existsSync(lock) ? readFileSync(lock, 'utf8') : '', 10);
  // An owner that has not written its id yet is left alone: it is about to.
  if (Number.isInteger(owner) && !existsSync(`/proc/${owner}`)) rmSync(lock, { force: true });
  return false;
}
