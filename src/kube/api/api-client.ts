// GET requests to the API server, with credentials and errors taken care of: what comes out is a stream of bytes of a 200
// answer, or an ApiError. Nothing is retried here.

import { Buffer } from 'node:buffer';
import { pipeline, type Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { systemClock } from '../../clock.ts';
import { ApiError, errorFromStatus } from './api-error.ts';
import { createConnections } from './connections.ts';
import type { Access, Credentials } from './credentials.ts';
import type { HttpPool, HttpRequest } from './http-pool.ts';
import { createPathProbe, type FollowedWatch, type ProbeLimits } from './path-probe.ts';

/** What may be asked of the API server. */
export interface ApiClient {
  /** Name of the server, for messages. */
  readonly server: string;
  /** Sends a request; resolves once the answer has begun. */
  get(request: ApiRequest): Promise<ApiStream>;
  /** Called after a 401: reads the credentials again, and opens new connections. */
  renew(): void;
  close(): Promise<void>;
}

/** What may be written to the API server, if anything. */
export interface ApiWriter {
  /** Creates an object; rejects with an ApiError unless the server took it. */
  post(request: { readonly path: string; readonly body: unknown; readonly signal: AbortSignal }): Promise<void>;
}

/** One GET. */
export interface ApiRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Ends the request, and the stream that came of it. */
  readonly signal: AbortSignal;
  /** Asks for compression: worth it for lists, delays watches. */
  readonly compressed: boolean;
  /** Its answer goes on for minutes and may be silent for long. */
  readonly isWatch?: boolean;
  /** Called with the number of bytes that came over the network. */
  readonly onBytes: (count: number) => void;
}

/** The body of an answer. Iterating throws an ApiError if it breaks off. */
export type ApiStream = AsyncIterable<Buffer>;

const ERROR_BODY_LIMIT = 64 * 1024;
/** Large enough to hold dozens of objects, small enough to be worked on in a millisecond. */
const UNZIPPED_CHUNK = 64 * 1024;

/** What is asked where nothing but an answer is wanted: every account may, and the server has it in memory. */
const PROBE_PATH = '/version';
/** From one question through a proxy to the next one. */
const PROBE_KEEP_MS = 45_000;

/** Creates a client; no connection is opened before the first request. */
export function createApiClient(
  credentials: Credentials,
  userAgent: string,
  probeLimits?: ProbeLimits,
): ApiClient & ApiWriter {
  const connections = createConnections();
  const probeConnections = createConnections(PROBE_KEEP_MS);
  const probe = createPathProbe<Access>({
    clock: systemClock,
    ...(probeLimits && { limits: probeLimits }),
    ask: (access, signal) => askVersion(probeConnections.pool(access), access, userAgent, signal),
  });
  /** Has `work` done with the credentials of now; whatever it throws becomes an ApiError. */
  const withPool = async <T>(signal: AbortSignal, work: (pool: HttpPool, access: Access) => Promise<T>): Promise<T> => {
    const access = await untilAborted(credentials.access(), signal);
    const pool = connections.pool(access);
    try {
      return await work(pool, access);
    } catch (error) {
      throw toApiError(error, signal);
    }
  };
  return {
    get server() {
      return credentials.server;
    },
    get: (request) =>
      withPool(request.signal, (pool, access) => {
        const send = (asked: ApiRequest) => sendGet(pool, asked, toHttp(asked, access, userAgent));
        // Where there is no proxy, TCP finds a cut by itself.
        const isProbed = request.isWatch === true && access.proxy !== undefined;
        return isProbed ? follow(request, probe.follow(access), send) : send(request);
      }),
    post: ({ path, body, signal }) =>
      withPool(signal, (pool, access) => {
        const request = { path, query: {}, signal, compressed: false, onBytes: () => {} };
        return sendPost(pool, request, toHttp(request, access, userAgent), JSON.stringify(body));
      }),
    renew: () => {
      credentials.renew();
      connections.forget();
      probeConnections.forget();
    },
    close: async () => {
      connections.close();
      probeConnections.close();
      credentials.close();
    },
  };
}

async function askVersion(pool: HttpPool, access: Access, userAgent: string, signal: AbortSignal): Promise<void> {
  const request = { path: PROBE_PATH, query: {}, signal, compressed: false, onBytes: () => {} };
  const answer = await pool.send(toHttp(request, access, userAgent));
  await readStart(readBody(answer, request));
}

/** Sends a request that ends with `watch`, and ends that with it. */
async function follow(
  request: ApiRequest,
  watch: FollowedWatch,
  send: (request: ApiRequest) => Promise<ApiStream>,
): Promise<ApiStream> {
  const signal = AbortSignal.any([request.signal, watch.signal]);
  // Also where nobody reads the answer.
  signal.addEventListener('abort', watch.end, { once: true });
  const onBytes = (count: number) => {
    watch.touch();
    request.onBytes(count);
  };
  try {
    return endWith(await send({ ...request, signal, onBytes }), watch.end);
  } catch (error) {
    watch.end();
    throw toApiError(error, signal);
  }
}

async function* endWith(body: ApiStream, end: () => void): ApiStream {
  try {
    yield* body;
  } finally {
    end();
  }
}

async function sendGet(pool: HttpPool, request: ApiRequest, http: HttpRequest): Promise<ApiStream> {
  const answer = await pool.send(http);
  const raw = readBody(answer, request);
  const body = answer.headers['content-encoding'] === 'gzip' ? unzip(raw, request.signal) : raw;
  const { statusCode = 0, headers } = answer;
  if (statusCode === 200) return body;
  throw errorFromStatus(statusCode, await readStart(body), headers['retry-after']);
}

async function sendPost(pool: HttpPool, request: ApiRequest, http: HttpRequest, text: string): Promise<void> {
  const headers = {
    ...http.headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  };
  const answer = await pool.send({ ...http, headers, body: text });
  const { statusCode = 0 } = answer;
  const start = await readStart(readBody(answer, request));
  if (statusCode < 200 || statusCode > 299) throw errorFromStatus(statusCode, start, answer.headers['retry-after']);
}

function toHttp({ path, query, signal, compressed }: ApiRequest, access: Access, userAgent: string) {
  const base = access.server.pathname.replace(/\/+$/, '');
  const encoding = compressed ? { 'accept-encoding': 'gzip' } : {};
  return {
    path: `${base}${path}${Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`}`,
    headers: { ...access.headers, ...encoding, accept: 'application/json', 'user-agent': userAgent },
    signal,
  };
}

async function* readBody(body: Readable, { signal, onBytes }: ApiRequest): ApiStream {
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue;
      onBytes(chunk.length);
      yield chunk;
    }
    // The pool takes a connection back one turn of the event loop after its answer; the next request shall find it there.
    await nextTurn();
  } catch (error) {
    throw toApiError(error, signal);
  }
}

async function* unzip(raw: ApiStream, signal: AbortSignal): ApiStream {
  const gunzip = createGunzip({ chunkSize: UNZIPPED_CHUNK });
  // An error on either side ends the other one too, and comes out of the loop below.
  pipeline(raw, gunzip, () => {});
  try {
    for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw toApiError(error, signal);
  }
}

async function readStart(body: ApiStream): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > ERROR_BODY_LIMIT) break;
  }
  return text;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(toApiError(signal.reason, signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function toApiError(error: unknown, signal: AbortSignal): ApiError {
  if (signal.aborted && signal.reason instanceof ApiError) return signal.reason;
  if (error instanceof ApiError) return error;
  return new ApiError('unreachable', messageWithCauses(error));
}

// Node puts the interesting part into the cause, or into the parts of an aggregate.
function messageWithCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(messageWithCauses).join(', ');
  const cause = error.cause instanceof Error ? messageWithCauses(error.cause) : '';
  return [error.message || error.name, cause].filter((part) => part !== '').join(': ');
}
