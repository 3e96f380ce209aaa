// The connections to the API server: one pool, kept for as long as the certificates stay the same.
// HTTP/1.1 on purpose: a watch has a connection of its own, so that one that is lost stops no other.

import type { Access } from './credentials.ts';
import { createHttpPool, type HttpPool } from './http-pool.ts';
import { createSocketOpener, type OpenSocket } from './open-socket.ts';

/** Hands out the pool that fits the credentials. */
export interface Connections {
  pool(access: Access): HttpPool;
  /** The next request starts with new connections. */
  forget(): void;
  /** Cuts everything. */
  close(): void;
}

/** How long an unused connection is kept: for the watch that follows a list. One that was idle for longer may be dead. */
const KEEP_MS = 2_000;

/** Creates an empty set. */
export function createConnections(keepMs = KEEP_MS, openSocket: OpenSocket = createSocketOpener()): Connections {
  /** Pools of earlier credentials with watches that run to their end. */
  let retired: readonly HttpPool[] = [];
  let current: { readonly fingerprint: string; readonly pool: HttpPool } | undefined;
  const retire = () => {
    if (current === undefined) return;
    current.pool.retire();
    retired = [...retired, current.pool].filter((pool) => !pool.isIdle());
    current = undefined;
  };
  return {
    pool: (access) => {
      if (current?.fingerprint !== access.fingerprint) retire();
      current ??= {
        fingerprint: access.fingerprint,
        pool: createHttpPool({ ...access, openSocket, keepMs }),
      };
      return current.pool;
    },
    forget: retire,
    close: () => {
      retire();
      for (const pool of retired) pool.destroy();
      retired = [];
    },
  };
}
