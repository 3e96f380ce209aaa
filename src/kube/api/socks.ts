// A way through a SOCKS5 proxy (RFC 1928, RFC 1929). The proxy looks names up, as for kubectl.

import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { isIPv4, isIPv6, type Socket } from 'node:net';
import { messageOf } from '../../unknown.ts';
import type { OpenSocket, SocketTarget } from './open-socket.ts';

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const LIMIT_MS = 10_000;

const refusals: Readonly<Record<number, string>> = {
  2: 'it is not allowed to',
  3: 'there is no route to the network',
  4: 'there is no route to the host',
  5: 'the connection is refused',
  6: 'it took too long',
};

/** True for the address of a SOCKS proxy; throws an Error for a version that is not spoken here. */
export function isSocks(proxy: string): boolean {
  const scheme = /^socks\w*(?=:)/i.exec(proxy)?.[0].toLowerCase();
  if (scheme === undefined || scheme === 'socks5' || scheme === 'socks5h') return scheme !== undefined;
  throw new Error(`the proxy ${hideLogin(proxy)} cannot be used: of SOCKS only version 5 is spoken (socks5://…)`);
}

/** Opens connections that go through the proxy. */
export function openThroughSocks(proxy: string, openSocket: OpenSocket): OpenSocket {
  const { hostname, port, username, password } = new URL(proxy);
  const login = { name: decodeURIComponent(username), password: decodeURIComponent(password) };
  const own = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 1080 };
  return async (target) => {
    const socket = await openSocket(own);
    const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), LIMIT_MS);
    try {
      await greet(socket, login);
      await askFor(socket, target);
      return socket;
    } catch (error) {
      socket.destroy();
      throw new Error(`SOCKS proxy ${own.host}:${own.port}: ${messageOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

interface Login {
  readonly name: string;
  readonly password: string;
}

async function greet(socket: Socket, { name, password }: Login): Promise<void> {
  const methods = name === '' ? [NO_LOGIN] : [NO_LOGIN, LOGIN];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await read(socket, 2);
  if (version !== VERSION) throw new Error('it does not speak SOCKS version 5');
  if (method === NO_LOGIN) return;
  if (method !== LOGIN || name === '') throw new Error('it wants another way to log in');
  socket.write(Buffer.concat([Buffer.from([1]), withLength(name), withLength(password)]));
  const [, refused] = await read(socket, 2);
  if (refused !== 0) throw new Error('it refuses the user name or the password');
}

async function askFor(socket: Socket, { host, port }: SocketTarget): Promise<void> {
  const end = Buffer.alloc(2);
  end.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0]), toAddress(host), end]));
  const [, reply = 0, , type] = await read(socket, 4);
  if (reply !== 0) throw new Error(`it cannot connect to ${host}:${port}: ${refusals[reply] ?? `error ${reply}`}`);
  // The address it connects from, and a port, which nobody needs.
  const length = type === 1 ? 4 : type === 4 ? 16 : ((await read(socket, 1))[0] ?? 0);
  await read(socket, length + 2);
}

function toAddress(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIPv6(host)) return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)]);
  return Buffer.concat([Buffer.from([3]), withLength(host)]);
}

/** `new URL` writes an address in its shortest form; dotted tails are gone then. */
function ipv6Bytes(host: string): Buffer {
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Error('a name is longer than 255 bytes');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Exactly so many bytes; nothing of what follows is taken. */
async function read(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = socket.read(count);
    if (Buffer.isBuffer(chunk) && chunk.length === count) return chunk;
    if (socket.destroyed || socket.readableEnded) throw new Error('it closed the connection');
    await somethingNew(socket);
  }
}

async function somethingNew(socket: Socket): Promise<void> {
  const enough = new AbortController();
  const events = ['readable', 'end', 'close'].map((name) => once(socket, name, { signal: enough.signal }));
  await Promise.race(events).finally(() => enough.abort());
}

function hideLogin(proxy: string): string {
  return proxy.replace(/\/\/[^/]*@/, '//');
}
