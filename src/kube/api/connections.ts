// The connections to the API server: one pool, kept for as long as the certificates stay the same. A dead peer is found by
// TCP itself: probes after five seconds of silence, and given up ten seconds later, at no cost to the API server.
// HTTP/1.1 on purpose: a watch has a connection of its own, so that one that is lost stops no other.

import { connect, isIP, type Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { Access } from './credentials.ts';

/** Hands out the pool that fits the credentials. */
export interface Connections {
  pool(access: Access): Dispatcher;
  /** The next request starts with new connections. */
  forget(): void;
  /** Cuts everything. */
  close(): Promise<void>;
}

const PROBE_AFTER_MS = 5_000;
/** A server that is there answers a SYN well within this; a short limit finds it soon after it is back. */
const TCP_LIMIT_MS = 1_500;
const LOOKUP_LIMIT_MS = 10_000;
const TLS_LIMIT_MS = 10_000;
/** How long an unused connection is kept for the next request. */
const KEEP_MS = 30_000;

/** Creates an empty set. */
export function createConnections(): Connections {
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
      current ??= { fingerprint: access.fingerprint, pool: createPool(access) };
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

function createPool({ tls, proxy }: Access): Dispatcher {
  const requestTls = { ...tls, allowH2: false, keepAliveInitialDelay: PROBE_AFTER_MS, timeout: TLS_LIMIT_MS };
  if (proxy === undefined) return new Agent({ ...poolOptions, connect: connectDirectly(buildConnector(requestTls)) });
  if (/^socks/i.test(proxy)) return new Socks5ProxyAgent(proxy, { ...poolOptions, requestTls });
  return new ProxyAgent({ ...poolOptions, uri: proxy, requestTls });
}

/** Opens TCP with a short limit of its own, and TLS on top of it. */
function connectDirectly(startTls: buildConnector.connector): buildConnector.connector {
  return (target, callback) => {
    const secure = target.protocol === 'https:';
    const socket = connect({ host: target.hostname, port: Number(target.port) || (secure ? 443 : 80) });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    const fail = (error: Error) => callback(error, null);
    const cancel = limitConnecting(socket, target.hostname);
    socket.once('error', fail);
    socket.once('connect', () => {
      cancel();
      socket.off('error', fail);
      if (secure) startTls({ ...target, httpSocket: socket }, callback);
      else callback(null, socket);
    });
  };
}

function limitConnecting(socket: Socket, host: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  const arm = (delayMs: number, step: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(new Error(`${step} ${host} took more than ${delayMs / 1_000} s`)), delayMs);
  };
  const cancel = () => clearTimeout(timer);
  if (isIP(host) > 0) arm(TCP_LIMIT_MS, 'connecting to');
  else arm(LOOKUP_LIMIT_MS, 'looking up');
  socket.once('lookup', () => arm(TCP_LIMIT_MS, 'connecting to'));
  socket.once('close', cancel);
  return cancel;
}
