// Requests to one server over connections that are kept for a moment. On Node's own HTTP client, which is part of every Node and
// in memory anyway: a client that comes on top of it would take as much memory as the rest of the agent.

import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsSettings } from './credentials.ts';
import { openThroughProxy } from './http-proxy.ts';
import type { OpenSocket, SocketTarget } from './open-socket.ts';
import { isSocks, openThroughSocks } from './socks.ts';
import { createTlsStarter } from './start-tls.ts';

/** One GET, or POST where there is a body. */
export interface HttpRequest {
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Sent twice at worst, where a kept connection breaks. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Connections with the same credentials. */
export interface HttpPool {
  /** Resolves once the answer has begun; its body must be read to the end or destroyed. */
  send(request: HttpRequest): Promise<IncomingMessage>;
  /** True if no answer is being waited for or read. */
  isIdle(): boolean;
  /** What runs may go on to its end; nothing is kept after it. */
  retire(): void;
  /** Cuts everything. */
  destroy(): void;
}

/** What a pool is made of. */
export interface HttpPoolOptions {
  readonly server: URL;
  readonly tls: TlsSettings;
  readonly proxy: string | undefined;
  readonly openSocket: OpenSocket;
  /** How long an unused connection is kept. */
  readonly keepMs: number;
}

/** Creates a pool; no connection is opened before the first request. */
export function createHttpPool({ server, tls, proxy, openSocket, keepMs }: HttpPoolOptions): HttpPool {
  const secure = server.protocol === 'https:';
  const target = {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port) || (secure ? 443 : 80),
  };
  const open = openerFor(proxy, openSocket);
  const startTls = createTlsStarter(tls);
  const agent = new KeepingAgent(keepMs, async () => {
    const socket = await open(target);
    return secure ? await startTls(socket, target.host) : socket;
  });
  return {
    send: async ({ path, headers, body, signal }) => {
      const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, toHeader(value)]));
      const method = body === undefined ? 'GET' : 'POST';
      const ask = () => request({ agent, ...target, method, path, headers: { host: server.host, ...own }, signal });
      const first = ask();
      try {
        return await answerTo(first, body);
      } catch (error) {
        // A kept connection may have been closed on the other side meanwhile.
        if (signal.aborted || !first.reusedSocket) throw error;
        return await answerTo(ask(), body);
      }
    },
    isIdle: () => Object.keys(agent.sockets).length === 0 && Object.keys(agent.requests).length === 0,
    retire: () => agent.retire(),
    destroy: () => agent.close(),
  };
}

/** One that is there several times is a list. */
function toHeader(value: string | readonly string[]): string | string[] {
  if (typeof value === 'string') return value;
  const [first = '', ...more] = value;
  return more.length === 0 ? first : [first, ...more];
}

function answerTo(asked: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  asked.once('response', resolve);
  // Also after the answer has begun: then its body says so too.
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

function openerFor(proxy: string | undefined, openSocket: OpenSocket): (target: SocketTarget) => Promise<Duplex> {
  if (proxy === undefined) return openSocket;
  return isSocks(proxy) ? openThroughSocks(proxy, openSocket) : openThroughProxy(proxy, openSocket);
}

/** Node's pool over our own way to open connections. */
class KeepingAgent extends Agent {
  readonly #keepMs: number;
  readonly #open: () => Promise<Duplex>;
  #state: 'open' | 'retired' | 'closed' = 'open';

  constructor(keepMs: number, open: () => Promise<Duplex>) {
    super({ keepAlive: true });
    this.#keepMs = keepMs;
    this.#open = open;
  }

  override createConnection(_: unknown, callback: (error: Error | null, socket?: Duplex) => void): undefined {
    this.#open().then(
      (socket) => {
        if (this.#state !== 'closed') return callback(null, socket);
        socket.destroy();
        callback(new Error('the connections are closed'));
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Without what Node adds: the socket has been told how to keep itself alive. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (this.#state !== 'open') return false;
    if (socket instanceof Socket) socket.unref().setTimeout(this.#keepMs);
    return true;
  }

  override reuseSocket(socket: Duplex, asked: ClientRequest): void {
    if (socket instanceof Socket) socket.setTimeout(0);
    super.reuseSocket(socket, asked);
  }

  retire(): void {
    if (this.#state === 'open') this.#state = 'retired';
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  close(): void {
    this.#state = 'closed';
    this.destroy();
  }
}
