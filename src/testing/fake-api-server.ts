// An API server for tests over real HTTP: one history of versions like etcd's, a watch cache that may lag behind it, paged
// lists with continue tokens, watches with bookmarks, selectors, compaction, tokens and TLS. Faults are injected by `interfere`,
// which sees every request before it is answered, and by the methods that disturb the watches that are open.
// Only what a client can see is imitated; objects are kept as the JSON they came as.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type ApiHistory, createApiHistory, type Manifest } from './fake-api-history.ts';
import { type FakeWatch, openFakeWatch } from './fake-api-watch.ts';
import { portOf } from './port-of.ts';
import { resetConnection } from './reset-connection.ts';

export type { Manifest } from './fake-api-history.ts';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly kind: 'list' | 'watch';
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Which of the connections it came over, counted from 1. */
  readonly connection: number;
}

/** What is done to a request instead of answering it, or to the answer. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly retryAfter?: number;
      readonly reason?: string;
      readonly cause?: string;
    }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' }
  /** A body that breaks off: with a reset, or in silence. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly ending: 'reset' | 'silence' | 'end' }
  /** The body comes in pieces of so many bytes. */
  | { readonly kind: 'pieces'; readonly bytes: number }
  /** A list without its items. */
  | { readonly kind: 'empty' }
  /** Another body with status 200. */
  | { readonly kind: 'body'; readonly text: string }
  /** For a watch: one ERROR event. */
  | { readonly kind: 'error-event'; readonly code: number };

/** How a fake API server is set up. */
export interface FakeApiOptions {
  /** Address to listen on; default: IPv4 loopback. */
  readonly host?: string;
  /** PEM texts; absent: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
  /** Bearer tokens that are let in; absent: anybody. */
  readonly tokens?: Set<string>;
  /** Largest page, whatever `limit` says. */
  readonly pageSize?: number;
  /** As servers before 1.34: `limit` means nothing when the watch cache answers. */
  readonly ignoresLimitInCache?: boolean;
}

/** A running server. */
export interface FakeApiServer {
  readonly url: string;
  readonly history: ApiHistory;
  readonly requests: readonly SeenRequest[];
  readonly tokens: Set<string> | undefined;
  /** Called for every request; a fault it returns is done instead of the plain answer. */
  interfere: (request: SeenRequest) => Fault | undefined;
  /** Called after every request; of its answer, a watch is open already. */
  onRequest: () => void;
  /** Called when a request will get nothing more, ever. */
  onSilence: () => void;
  /** Creates or changes an object. Open watches see it unless the watch cache is held back. */
  put(object: Manifest): void;
  remove(kind: string, key: string): void;
  /** While true, the watch cache stays at the version it has. */
  hold(held: boolean): void;
  /** Watches that are open. */
  watches(): readonly FakeWatch[];
  bookmark(): void;
  /** Connections accepted so far. */
  connections(): number;
  /** Cuts every connection. */
  cut(): void;
  /** Stops listening and cuts every connection; `listen` starts again on the same port. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

/** Starts a server on a free loopback port. */
export async function startFakeApiServer(options: FakeApiOptions = {}): Promise<FakeApiServer> {
  const server = new HttpFakeServer(options);
  await server.listen();
  return server;
}

class HttpFakeServer implements FakeApiServer {
  readonly history: ApiHistory = createApiHistory();
  readonly requests: SeenRequest[] = [];
  readonly tokens: Set<string> | undefined;
  interfere: (request: SeenRequest) => Fault | undefined = () => undefined;
  onRequest: () => void = () => {};
  onSilence: () => void = () => {};
  readonly #options: FakeApiOptions;
  readonly #sockets = new Map<Socket, number>();
  /** With those whose TLS handshake is under way. */
  readonly #transports = new Set<Socket>();
  readonly #watches = new Set<FakeWatch>();
  #server: Server | undefined;
  #port = 0;
  #accepted = 0;
  /** The version that the watch cache has. */
  #cacheVersion = 1;
  #held = false;

  constructor(options: FakeApiOptions) {
    this.#options = options;
    this.tokens = options.tokens;
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.#host}:${this.#port}`;
  }

  async listen(): Promise<void> {
    const handler = (request: IncomingMessage, response: ServerResponse) => this.#handle(request, response);
    const { tls } = this.#options;
    const server =
      tls === undefined
        ? createServer(handler)
        : createTlsServer(
            { key: tls.key, cert: tls.cert, ...(tls.clientCa && { ca: tls.clientCa, requestCert: true }) },
            handler,
          );
    server.on('connection', (socket: Socket) => {
      this.#transports.add(socket);
      socket.on('close', () => this.#transports.delete(socket));
    });
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#accepted++;
      this.#sockets.set(socket, this.#accepted);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, this.#host, resolve));
    this.#port = portOf(server);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server?.close(() => resolve()) ?? resolve());
    this.cut();
    server?.closeAllConnections();
    await closed;
  }

  put(object: Manifest): void {
    this.history.put(object);
    this.#catchUp();
  }

  remove(kind: string, key: string): void {
    this.history.remove(kind, key);
    this.#catchUp();
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#catchUp();
  }

  watches(): readonly FakeWatch[] {
    return [...this.#watches];
  }

  bookmark(): void {
    for (const watch of this.#watches) watch.bookmark(this.#cacheVersion);
  }

  connections(): number {
    return this.#accepted;
  }

  cut(): void {
    for (const socket of [...this.#sockets.keys(), ...this.#transports]) socket.destroy();
  }

  #catchUp(): void {
    if (this.#held) return;
    this.#cacheVersion = this.history.version;
    for (const watch of this.#watches) watch.advance(this.#cacheVersion);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const query = Object.fromEntries(url.searchParams);
    const seen: SeenRequest = {
      path: url.pathname,
      query,
      kind: query.watch === 'true' ? 'watch' : 'list',
      headers: request.headers,
      connection: this.#sockets.get(request.socket) ?? 0,
    };
    this.requests.push(seen);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (this.tokens !== undefined && !this.tokens.has(token)) sendStatus(response, 401, 'Unauthorized');
    else this.#answer(seen, response, this.interfere(seen));
    this.onRequest();
  }

  #answer(seen: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    switch (fault?.kind) {
      case 'status':
        sendStatus(response, fault.code, fault.reason ?? 'injected', fault);
        return;
      case 'reset':
        resetConnection(response);
        return;
      case 'silence':
        this.onSilence();
        return;
      case 'body':
        response.writeHead(200, { 'content-type': 'text/html' }).end(fault.text);
        return;
      default:
        if (seen.kind === 'watch') this.#watch(seen, response, fault);
        else this.#list(seen, response, fault);
    }
  }

  #list(seen: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    const page = this.history.list(seen.path, seen.query, {
      cacheVersion: this.#cacheVersion,
      pageSize: this.#options.pageSize ?? Number.POSITIVE_INFINITY,
      ignoresLimitInCache: this.#options.ignoresLimitInCache ?? false,
    });
    if (page.kind === 'refused') {
      sendStatus(response, page.code, page.message, page);
      return;
    }
    const list = fault?.kind === 'empty' ? { ...page.body, items: [] } : page.body;
    const text = Buffer.from(JSON.stringify(list));
    const gzip = String(seen.headers['accept-encoding'] ?? '').includes('gzip') && text.length > 1_024;
    response.writeHead(200, { 'content-type': 'application/json', ...(gzip && { 'content-encoding': 'gzip' }) });
    this.#sendBody(response, gzip ? gzipSync(text) : text, fault);
  }

  #watch(seen: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    const from = Number(seen.query.resourceVersion ?? '0');
    const code = fault?.kind === 'error-event' ? fault.code : from < this.history.compacted ? 410 : undefined;
    if (code !== undefined) {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    }
    const watch = openFakeWatch(this.history, seen, response, fault, () => this.onSilence());
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    watch.advance(this.#cacheVersion);
  }

  #sendBody(response: ServerResponse, body: Buffer, fault: Fault | undefined): void {
    if (fault?.kind === 'pieces') sendPieces(response, body, fault.bytes);
    if (fault?.kind !== 'cut') {
      if (fault?.kind !== 'pieces') response.end(body);
      return;
    }
    response.write(body.subarray(0, fault.afterBytes), () => {
      if (fault.ending === 'reset') resetConnection(response);
      else if (fault.ending === 'end') response.end();
      else this.onSilence();
    });
  }
}

function sendPieces(response: ServerResponse, body: Buffer, bytes: number): void {
  if (body.length <= bytes) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, bytes), () => {
    if (!response.destroyed) sendPieces(response, body.subarray(bytes), bytes);
  });
}

function sendStatus(
  response: ServerResponse,
  code: number,
  message: string,
  details: { readonly retryAfter?: number; readonly cause?: string } = {},
): void {
  const causes = details.cause === undefined ? {} : { details: { causes: [{ reason: details.cause }] } };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code, ...causes };
  const retryAfter = details.retryAfter === undefined ? {} : { 'retry-after': String(details.retryAfter) };
  response.writeHead(code, { 'content-type': 'application/json', ...retryAfter }).end(JSON.stringify(status));
}
