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
  readonly status: 200 | 400 | 404 | 409 | 500 | 503;
  readonly value: unknown;
  readonly text: string;
}

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

/** An answer that says what is wrong with the request. */
export function failure(status: 400 | 404 | 409 | 500 | 503, message: string): ApiReply {
  return { status, value: { apiVersion: 'bellbird/v1', kind: 'Error', message }, text: `error: ${message}\n` };
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
  const body = text === '' ? undefined : parseJson(text);
  if (text !== '' && body === undefined) return failure(400, 'the body is not JSON');
  return route({ query: url.searchParams, body });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT) throw new Error('the body of a request is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(request: IncomingMessage, response: ServerResponse, reply: ApiReply): void {
  const isText = request.headers.accept === 'text/plain';
  const content = isText ? reply.text : `${JSON.stringify(reply.value, undefined, 2)}\n`;
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  // One request per connection: an idle one would keep an agent that ends from ending.
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(content), connection: 'close' };
  response.writeHead(reply.status, headers);
  response.end(content);
}
