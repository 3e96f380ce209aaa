// Who listens on a TCP port: the user from /proc/net/tcp, and the process too where /proc lets us see it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The listener on a port. */
export interface PortOwner {
  readonly user: string;
  /** Absent where the process belongs to another user, or runs in another PID namespace. */
  readonly process: { readonly pid: number; readonly name: string } | undefined;
}

/** Finds the listener on a port in this network namespace; undefined if none can be seen. */
export function findPortOwner(port: number): PortOwner | undefined {
  const socket = readListeners().find((entry) => entry.port === port);
  if (socket === undefined) return undefined;
  return { user: userName(socket.uid), process: findProcess(socket.inode) };
}

/** TCP ports of this network namespace that something listens on. */
export function listeningPorts(): ReadonlySet<number> {
  return new Set(readListeners().map(({ port }) => port));
}

function readListeners(): readonly SocketEntry[] {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
  return tables.flatMap((table) => parseSocketTable(read(table))).filter(({ isListening }) => isListening);
}

/** `calico-node (pid 812, user root)`, or `user root` where only that is known. */
export function renderPortOwner({ user, process }: PortOwner): string {
  return process === undefined
    ? `a process of user \`${user}\``
    : `\`${process.name}\` (pid ${process.pid}, user \`${user}\`)`;
}

/** One row of /proc/net/tcp. */
export interface SocketEntry {
  readonly port: number;
  readonly isListening: boolean;
  readonly uid: number;
  readonly inode: string;
}

/** Reads the table as the kernel prints it: local address and port in hexadecimal, state `0A` is LISTEN. */
export function parseSocketTable(text: string): readonly SocketEntry[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const port = /^[0-9A-F]+:([0-9A-F]{4})$/.exec(fields[1] ?? '')?.[1];
    const [state, uid, inode] = [fields[3], fields[7], fields[9]];
    if (port === undefined || uid === undefined || inode === undefined) return [];
    return [{ port: Number.parseInt(port, 16), isListening: state === '0A', uid: Number(uid), inode }];
  });
}

function findProcess(inode: string): PortOwner['process'] {
  for (const name of list('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const isOwner = list(`/proc/${name}/fd`).some((fd) => link(`/proc/${name}/fd/${fd}`) === `socket:[${inode}]`);
    if (isOwner) return { pid: Number(name), name: read(`/proc/${name}/comm`).trim() };
  }
  return undefined;
}

function userName(uid: number): string {
  const line = read('/etc/passwd')
    .split('\n')
    .map((entry) => entry.split(':'))
    .find((fields) => fields[2] === String(uid));
  return line?.[0] ?? `uid ${uid}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
