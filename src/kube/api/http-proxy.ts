// A way through an HTTP proxy: CONNECT (RFC 9110, 9.3.6), with the login that its URL names, over TLS where it asks for that.

import { Buffer } from 'node:buffer';
import { request } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../unknown.ts';
import type { OpenSocket, SocketTarget } from './open-socket.ts';
import { createTlsStarter } from './start-tls.ts';

const LIMIT_MS = 10_000;

/** Opens connections that go through the proxy. */
export function openThroughProxy(proxy: string, openSocket: OpenSocket): (target: SocketTarget) => Promise<Duplex> {
  const { hostname, port, protocol, username, password } = new URL(proxy);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const startTls = createTlsStarter({});
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = username === '' ? {} : { 'proxy-authorization': `Basic ${login}` };
  return async (target) => {
    const socket = await openSocket({ host, port: Number(port) || (secure ? 443 : 80) });
    return await askFor(target, secure ? await startTls(socket, host) : socket, headers).catch((error: unknown) => {
      socket.destroy();
      throw new Error(`proxy ${host}: ${messageOf(error)}`);
    });
  };
}

function askFor(
  { host, port }: SocketTarget,
  socket: Duplex,
  headers: Readonly<Record<string, string>>,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const path = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const asked = request({
    method: 'CONNECT',
    path,
    headers: { host: path, ...headers },
    createConnection: () => socket,
  });
  const timer = setTimeout(() => asked.destroy(new Error('it does not answer')), LIMIT_MS);
  const refuse = (status: number | undefined) => reject(new Error(`it answers CONNECT with HTTP ${status}`));
  asked.once('connect', ({ statusCode }, tunnel: Duplex, head: Buffer) => {
    if (head.length > 0) tunnel.unshift(head);
    if (statusCode === 200) resolve(tunnel);
    else refuse(statusCode);
  });
  asked.once('response', ({ statusCode }) => refuse(statusCode));
  asked.once('error', reject);
  asked.end();
  return promise.finally(() => clearTimeout(timer));
}
