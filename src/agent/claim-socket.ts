// Opens the agent's socket, which is also the lock that keeps a second agent off a runtime directory: whoever's socket
// answers at the path is the agent. Works between containers that share the folder, where process ids mean nothing.
// Every step is atomic: a socket is bound under a private name and then linked to its place, which fails if another
// agent was faster; a dead agent's socket is moved aside before it is judged, and put back if it turns out alive.

import { chmodSync, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { reasonOf } from './directories.ts';
import type { Refusal } from './refusal.ts';

/** The socket is ours, or why it is not. */
export type Claim =
  | { readonly kind: 'claimed'; release(): void }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Lets `server` listen at `path` with mode 0600, unless another agent does. */
export async function claimSocket(server: Server, path: string): Promise<Claim> {
  const own = `${path}.${process.pid}`;
  rmSync(own, { force: true });
  try {
    await listen(server, own);
    chmodSync(own, 0o600);
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(own, path)) return { kind: 'claimed', release: releaseOnce(path) };
      if (await isAlive(path)) return refuse(server, running(path));
      const other = describeOther(path);
      if (other !== undefined) return refuse(server, inTheWay(path, other));
      await removeDead(path);
    }
    return refuse(server, running(path));
  } catch (error) {
    return refuse(server, {
      code: 'directory-not-writable',
      message: `the socket \`${path}\` cannot be opened: ${reasonOf(error)}`,
      help: 'choose another folder with `--runtime-dir DIR`',
    });
  } finally {
    rmSync(own, { force: true });
  }
}

/** After the first call the path may belong to the next agent. */
function releaseOnce(path: string): () => void {
  let isOurs = true;
  return () => {
    if (isOurs) rmSync(path, { force: true });
    isOurs = false;
  };
}

/** Whether a process accepts connections at a Unix socket. */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A full backlog (EAGAIN) also means that someone listens.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}

/** What stands where the socket belongs, if it is none. */
function describeOther(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSocket()) return undefined;
  if (found.isDirectory()) return 'a directory';
  return found.isSymbolicLink() ? 'a symbolic link' : 'a file';
}

/** The socket that is being judged may have been replaced by a live one meanwhile: look again after moving it. */
async function removeDead(path: string): Promise<void> {
  const aside = join(dirname(path), `.stale.${process.pid}`);
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (await isAlive(aside)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function refuse(server: Server, refusal: Refusal): Claim {
  server.close();
  return { kind: 'refused', refusal };
}

function running(path: string): Refusal {
  return {
    code: 'agent-running',
    message: `another agent is already running on \`${dirname(path)}\``,
    help: 'stop it with `bellbird stop`, or give this one its own folders with `--runtime-dir DIR --state-dir DIR`',
  };
}

function inTheWay(path: string, what: string): Refusal {
  return {
    code: 'not-a-socket',
    message: `\`${path}\` is ${what}, and the socket of the agent belongs there`,
    help: 'move it away, or choose another folder with `--runtime-dir DIR`',
  };
}
