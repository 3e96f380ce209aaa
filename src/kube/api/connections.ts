// The connections to the API server: one pool, kept for as long as the certificates stay the same.
// HTTP/1.1 on purpose: a watch has a connection of its own, so that one that is lost stops no other.

import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Access } from './credentials.ts';
import { createSocketOpener, type OpenSocket } from './open-socket.ts';
import { isSocks, openThroughSocks } from './socks.ts';

/** Hands out the pool that fits the credentials. */
export interface Connections {
  pool(access: Access): Dispatcher;
  /** The next request starts with new connections. */
  forget(): void;
  /** Cuts everything. */
  close(): Promise<void>;
}

const TLS_LIMIT_MS = 10_000;
/** How long an unused connection is kept: for the watch that follows a list. One that was idle for longer may be dead. */
const KEEP_MS = 2_000;

/** Creates an empty set. */
export function createConnections(openSocket: OpenSocket = createSocketOpener()): Connections {
  const open = new Set<Dispatcher>();
  let current: { readonly fingerprint: string; readonly pool: Dispatcher } | undefined;
  const retire = () => {
    if (current === undefined) return;
    const { pool } = current;
    current = undefined;
    // Watches that run on it may go on to their end.
    void pool.close().then(() => open.delete(pool));
  };
  return {
    pool: (access) => {
      if (current?.fingerprint !== access.fingerprint) retire();
      current ??= { fingerprint: access.fingerprint, pool: createPool(access, openSocket) };
      open.add(current.pool);
      return current.pool;
    },
    forget: retire,
    close: async () => {
      current = undefined;
      await Promise.all([...open].map((pool) => pool.destroy()));
      open.clear();
    },
  };
}

const poolOptions = {
  allowH2: false,
  // Silence is judged by those who know what they wait for.
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: KEEP_MS,
  connectTimeout: TLS_LIMIT_MS,
} as const;

function createPool({ tls, proxy }: Access, openSocket: OpenSocket): Dispatcher {
  // The socket below has been told how to keep itself alive.
  const requestTls = { ...tls, allowH2: false, keepAlive: false, timeout: TLS_LIMIT_MS };
  const startTls = buildConnector(requestTls);
  if (proxy === undefined) return new Agent({ ...poolOptions, connect: connectOver(openSocket, startTls) });
  if (isSocks(proxy)) {
    return new Agent({ ...poolOptions, connect: connectOver(openThroughSocks(proxy, openSocket), startTls) });
  }
  const toProxy = connectOver(openSocket, buildConnector({ allowH2: false, keepAlive: false, timeout: TLS_LIMIT_MS }));
  const clientFactory = (url: URL) => new Pool(url, { ...poolOptions, connect: toProxy });
  return new ProxyAgent({ ...poolOptions, uri: proxy, requestTls, clientFactory });
}

/** Opens TCP, and TLS on top of it where the address asks for that. */
function connectOver(openSocket: OpenSocket, startTls: buildConnector.connector): buildConnector.connector {
  return (target, callback) => {
    const secure = target.protocol === 'https:';
    openSocket({ host: target.hostname, port: Number(target.port) || (secure ? 443 : 80) }).then(
      (socket) => (secure ? startTls({ ...target, httpSocket: socket }, callback) : callback(null, socket)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}
