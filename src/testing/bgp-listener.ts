// A BGP peer for tests and measurements: accepts sessions, keeps the routes it is sent and everything it saw with the
// time it arrived. It is a helper for graceful restart: routes of a lost session stay, stale, until the End-of-RIB of the
// next one. It advertises nothing unless told to.

import { createServer, type Server, type Socket } from 'node:net';
import type { Family } from '../dsl/prefix.ts';
import {
  type BgpMessage,
  CAPABILITY,
  createMessageReader,
  encodeAnnouncement,
  encodeKeepalive,
  encodeNotification,
  encodeOpen,
  encodeWithdrawal,
  fourOctetAsCapability,
  gracefulRestartCapability,
  multiprotocolCapability,
  type PathAttributes,
} from './bgp-message.ts';

/** How the listener presents itself. */
export interface BgpListenerOptions {
  readonly as: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default: any free port. */
  readonly port?: number;
  readonly routerId?: string;
  /** Default both. */
  readonly families?: readonly Family[];
  /** Seconds; default 90. */
  readonly holdTime?: number;
  /** Seconds for which it keeps the routes of a restarting peer; `off`: no such capability. Default 120. */
  readonly gracefulRestart?: number | 'off';
}

/** Something that happened, with `at` from performance.now(). */
export type BgpEvent = { readonly at: number } & (
  | { readonly kind: 'established'; readonly peer: PeerOpen }
  | { readonly kind: 'update'; readonly announced: readonly string[]; readonly withdrawn: readonly string[] }
  | { readonly kind: 'end-of-rib'; readonly family: Family }
  | { readonly kind: 'notification'; readonly code: number; readonly subcode: number }
  | { readonly kind: 'closed' }
);

/** What the other side said in its OPEN. */
export interface PeerOpen {
  readonly as: number;
  readonly routerId: string;
  readonly holdTime: number;
  /** Restart time in seconds; undefined without the capability. */
  readonly gracefulRestart: number | undefined;
  /** Whether it says that it has just restarted. */
  readonly restarting: boolean;
  readonly families: readonly Family[];
  /** Every capability by its code, its value in hexadecimal. */
  readonly capabilities: ReadonlyMap<number, string>;
}

/** A route as last announced. */
export interface ReceivedRoute {
  readonly prefix: string;
  readonly attributes: PathAttributes;
  /** Kept from a session that is gone. */
  readonly stale: boolean;
}

/** A running listener. */
export interface BgpListener {
  readonly address: string;
  readonly port: number;
  /** Everything since the start, oldest first. */
  readonly events: readonly BgpEvent[];
  /** By prefix. */
  readonly routes: ReadonlyMap<string, ReceivedRoute>;
  readonly isEstablished: boolean;
  /** How many UPDATEs with routes in them have arrived; End-of-RIB does not count. */
  readonly updates: number;
  /** Resolves as soon as the condition holds, checked now and after everything that arrives. Rejects after the limit. */
  until(what: string, condition: (listener: BgpListener) => boolean, limitMs?: number): Promise<void>;
  /** Sends routes over the session. */
  announce(family: Family, prefixes: readonly string[], attributes: PathAttributes): void;
  withdraw(family: Family, prefixes: readonly string[]): void;
  /** Drops the connection without a word, as a crash would. */
  drop(): void;
  /** Ends the session and stops listening. */
  close(): Promise<void>;
}

/** Starts listening. */
export async function startBgpListener(options: BgpListenerOptions): Promise<BgpListener> {
  const listener = new Listener(options);
  await listener.listen();
  return listener;
}

interface Session {
  readonly socket: Socket;
  readonly stopKeepalives: () => void;
}

class Listener implements BgpListener {
  readonly #options: BgpListenerOptions;
  readonly #server: Server;
  readonly #events: BgpEvent[] = [];
  readonly #routes = new Map<string, ReceivedRoute>();
  readonly #watchers = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  #session: Session | undefined;
  #updates = 0;
  /** Whether the routes of the peer may be kept when its session is lost. */
  #keepsRoutes = false;

  constructor(options: BgpListenerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, this.address, resolve);
    });
  }

  get address(): string {
    return this.#options.address ?? '127.0.0.1';
  }

  get port(): number {
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  get events(): readonly BgpEvent[] {
    return this.#events;
  }

  get routes(): ReadonlyMap<string, ReceivedRoute> {
    return this.#routes;
  }

  get isEstablished(): boolean {
    return this.#session !== undefined;
  }

  get updates(): number {
    return this.#updates;
  }

  until(what: string, condition: (listener: BgpListener) => boolean, limitMs = 15_000): Promise<void> {
    if (condition(this)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        act();
      };
      const check = () => {
        if (condition(this)) finish(resolve);
      };
      const seen = () => this.#events.slice(-5).map(({ kind }) => kind);
      const timer = setTimeout(
        () => finish(() => reject(new Error(`${what}: not after ${limitMs} ms; last seen: ${seen().join(', ')}`))),
        limitMs,
      );
      this.#watchers.add(check);
    });
  }

  announce(family: Family, prefixes: readonly string[], attributes: PathAttributes): void {
    this.#session?.socket.write(encodeAnnouncement(family, prefixes, attributes));
  }

  withdraw(family: Family, prefixes: readonly string[]): void {
    this.#session?.socket.write(encodeWithdrawal(family, prefixes));
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    // Cease, administrative shutdown (RFC 4486).
    this.#session?.socket.end(encodeNotification(6, 2));
    for (const socket of this.#sockets) socket.destroySoon();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    const { as, families = ['ipv4', 'ipv6'], gracefulRestart = 120, holdTime = 90, routerId } = this.#options;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const read = createMessageReader();
    socket.on('data', (chunk) => {
      const at = performance.now();
      for (const message of read(chunk)) this.#take(socket, message, at);
      this.#notifyWatchers();
    });
    // A reset connection is a closed one.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onClosed(socket));
    const restart = gracefulRestart === 'off' ? [] : [gracefulRestartCapability(gracefulRestart, families)];
    // Route refresh as every router has it: without, BIRD restarts a session to change its import filter.
    const refresh = { code: CAPABILITY.routeRefresh, value: Buffer.alloc(0) };
    const capabilities = [...families.map(multiprotocolCapability), refresh, fourOctetAsCapability(as), ...restart];
    socket.write(encodeOpen({ as, holdTime, routerId: routerId ?? '192.0.2.254', capabilities }));
  }

  #take(socket: Socket, message: BgpMessage, at: number): void {
    switch (message.kind) {
      case 'open':
        socket.write(encodeKeepalive());
        this.#establish(socket, message, at);
        return;
      case 'update':
        this.#takeUpdate(message.update, at);
        return;
      case 'notification':
        this.#events.push({ at, kind: 'notification', code: message.code, subcode: message.subcode });
        // A NOTIFICATION ends the session for good: nothing is kept (RFC 4724 §4).
        this.#routes.clear();
        return;
      case 'keepalive':
      case 'route-refresh':
        return;
    }
  }

  #establish(socket: Socket, open: BgpMessage & { readonly kind: 'open' }, at: number): void {
    const { families = ['ipv4', 'ipv6'], holdTime = 90 } = this.#options;
    const interval = Math.max(1, Math.min(holdTime, open.holdTime) / 3);
    const timer = setInterval(() => socket.write(encodeKeepalive()), interval * 1000);
    timer.unref();
    this.#session?.socket.destroy();
    this.#session = { socket, stopKeepalives: () => clearInterval(timer) };
    const peer = describeOpen(open);
    // Without the capability in the new OPEN nothing of the old session counts any more.
    this.#keepsRoutes = peer.gracefulRestart !== undefined && this.#options.gracefulRestart !== 'off';
    if (!this.#keepsRoutes) this.#routes.clear();
    this.#events.push({ at, kind: 'established', peer });
    for (const family of families) socket.write(encodeWithdrawal(family, []));
  }

  #takeUpdate(update: (BgpMessage & { readonly kind: 'update' })['update'], at: number): void {
    if (update.endOfRib !== undefined) {
      this.#dropStale(update.endOfRib);
      this.#events.push({ at, kind: 'end-of-rib', family: update.endOfRib });
      return;
    }
    this.#updates += 1;
    for (const prefix of update.withdrawn) this.#routes.delete(prefix);
    for (const prefix of update.announced) {
      this.#routes.set(prefix, { prefix, attributes: update.attributes, stale: false });
    }
    this.#events.push({ at, kind: 'update', announced: update.announced, withdrawn: update.withdrawn });
  }

  #dropStale(family: Family): void {
    for (const [prefix, route] of this.#routes) {
      if (route.stale && prefix.includes(':') === (family === 'ipv6')) this.#routes.delete(prefix);
    }
  }

  #onClosed(socket: Socket): void {
    this.#sockets.delete(socket);
    if (this.#session?.socket !== socket) return;
    this.#session.stopKeepalives();
    this.#session = undefined;
    this.#events.push({ at: performance.now(), kind: 'closed' });
    if (!this.#keepsRoutes) this.#routes.clear();
    for (const [prefix, route] of this.#routes) this.#routes.set(prefix, { ...route, stale: true });
    this.#notifyWatchers();
  }

  #notifyWatchers(): void {
    for (const check of [...this.#watchers]) check();
  }
}

function describeOpen(open: BgpMessage & { readonly kind: 'open' }): PeerOpen {
  const restart = open.capabilities.find(({ code }) => code === CAPABILITY.gracefulRestart)?.value;
  const flags = restart !== undefined && restart.length >= 2 ? restart.readUInt16BE(0) : undefined;
  const families = open.capabilities
    .filter(({ code }) => code === CAPABILITY.multiprotocol)
    .map(({ value }) => (value.readUInt16BE(0) === 1 ? 'ipv4' : 'ipv6'));
  return {
    as: open.as,
    routerId: open.routerId,
    holdTime: open.holdTime,
    // A bare capability only says that the peer knows End-of-RIB.
    gracefulRestart: flags === undefined || (restart?.length ?? 0) < 6 ? undefined : flags & 0xfff,
    restarting: flags !== undefined && (flags & 0x8000) !== 0,
    families,
    capabilities: new Map(open.capabilities.map(({ code, value }) => [code, value.toString('hex')])),
  };
}
