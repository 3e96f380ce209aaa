// The local API: HTTP/1.1 under /v1/ on the agent's Unix socket. JSON unless the request accepts text/plain only, which
// is how the commands get what they print. The file mode of the socket decides who may ask.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseJson } from './json.ts';

/** One request, decoded. */
export interface ApiRequest {
  readonly query: URLSearchParams;
  /** The JSON of a POST body; undefined without one. */
  readonly body: unknown;
}

/** What is answered: `value` as JSON, `text` to whoever asks for text. */
export interface ApiReply {
  readonly status: 200 | FailureStatus;
  readonly value: unknown;
  readonly text: string;
  /** Media type of the text, where that is the only form there is. */
  readonly onlyAs?: string;
}

/** Why there is no answer. */
export type FailureStatus = 400 | 404 | 409 | 413 | 500 | 503;

/** Handlers by method and path, such as `GET /v1/status`. */
export type ApiRoutes = Readonly<Record<string, (request: ApiRequest) => Promise<ApiReply>>>;

const BODY_LIMIT = 64 * 1024;

/** Creates the server; it is not listening yet. `routes` is asked at each request; undefined while the agent starts. */
export function createApiServer(routes: () => ApiRoutes | undefined, onFault: (error: unknown) => void): Server {
  return createServer((request, response) => {
    answer(routes(), request)
      .catch((error: unknown) => {
        onFault(error);
        return failure(500, 'the agent failed to answer; its log says why');
      })
      .then((reply) => send(request, response, reply), onFault);
  });
}

/** An answer that says what is wrong with the request; `code` where somebody may want to tell it from others. */
export function failure(status: FailureStatus, message: string, code?: string): ApiReply {
  const value = { apiVersion: 'bellbird/v1', kind: 'Error', ...(code === undefined ? {} : { code }), message };
  return { status, value, text: `error${code === undefined ? '' : `[${code}]`}: ${message}\n` };
}

async function answer(routes: ApiRoutes | undefined, request: IncomingMessage): Promise<ApiReply> {
  if (routes === undefined) return failure(503, 'the agent is starting');
  const url = new URL(request.url ?? '/', 'http://agent');
  const route = routes[`${request.method} ${url.pathname}`];
  if (route === undefined) {
    const known = Object.keys(routes).sort().join(', ');
    return failure(404, `there is no \`${request.method} ${url.pathname}\`; there are ${known}`);
  }
  const text = await readBody(request);
  if (text === undefined) return failure(413, `the body is too large; ${BODY_LIMIT} bytes are the limit`);
  const body = text === '' ? undefined : parseJson(text);
  if (text !== '' && body === undefined) return failure(400, 'the body is not JSON');
  return route({ query: url.searchParams, body });
}

/** Undefined if it is too large. It is read to its end all the same: whoever still writes would not read an answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= BODY_LIMIT) chunks.push(bytes);
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks).toString('utf8');
}

function send(request: IncomingMessage, response: ServerResponse, reply: ApiReply): void {
  const isText = reply.onlyAs !== undefined || request.headers.accept === 'text/plain';
  const content = isText ? reply.text : `${JSON.stringify(reply.value, undefined, 2)}\n`;
  const type = reply.onlyAs ?? (isText ? 'text/plain; charset=utf-8' : 'application/json');
  // One request per connection: an idle one would keep an agent that ends from ending.
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(content), connection: 'close' };
  response.writeHead(reply.status, headers);
  response.end(content);
}
