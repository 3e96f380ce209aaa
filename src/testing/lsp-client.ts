// An editor as a test sees it: starts `bellbird lsp`, speaks JSON-RPC with it over stdio with framing of its own, and
// keeps what the server sends without being asked. Nothing of the server's library is used, so the two check each other.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord } from '../unknown.ts';

/** A JSON object, as it comes over the wire. */
export type Json = Readonly<Record<string, unknown>>;

/** A 0-based place in a document. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** How the client starts. */
export interface LspClientOptions {
  /** Folder that the editor has open. */
  readonly folder?: string;
  readonly capabilities?: Json;
  /** Command to start instead of the sources. */
  readonly command?: readonly string[];
}

/** An editor. */
export interface LspClient {
  readonly process: ChildProcessWithoutNullStreams;
  /** The answer to `initialize`. */
  readonly initialized: unknown;
  request(method: string, params: unknown): Promise<unknown>;
  /** Sends a request and right behind it that it is not wanted any more, in one piece. */
  requestAndCancel(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** Opens a document with version 1 and returns its URI. */
  open(path: string, text: string): string;
  /** Changes a document; each change replaces a range, or everything. */
  change(
    uri: string,
    version: number,
    changes: readonly { range?: { start: Place; end: Place }; text: string }[],
  ): void;
  /** The next diagnostics of a document that belong to this version, or any if it is undefined. */
  diagnostics(uri: string, version?: number): Promise<readonly Json[]>;
  /** Requests that the server made: method and parameters. */
  readonly asked: readonly { readonly method: string; readonly params: unknown }[];
  /** How many diagnostics were published so far. */
  published(): number;
  /** Ends the server as the protocol says, and gives its exit code. */
  stop(): Promise<number | null>;
  /** The exit code, once there is one. */
  readonly exit: Promise<number | null>;
}

/** An answer that is an error. */
export class LspError extends Error {
  readonly code: unknown;

  constructor(code: unknown, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts the server and goes through `initialize`. */
export async function startLspClient(options: LspClientOptions = {}): Promise<LspClient> {
  const [program = process.execPath, ...args] = options.command ?? [process.execPath, MAIN, 'lsp'];
  const child = spawn(program, args, { stdio: 'pipe' });
  child.stderr.pipe(process.stderr);
  const exit = new Promise<number | null>((resolve) => void child.on('exit', resolve));
  const wire = createWire(child);
  const initialized = await wire.request('initialize', {
    processId: process.pid,
    rootUri: options.folder === undefined ? null : pathToFileURL(options.folder).href,
    capabilities: options.capabilities ?? {},
  });
  wire.notify('initialized', {});
  return {
    ...{ process: child, initialized, exit },
    ...wire,
    open(path, text) {
      const uri = path.startsWith('/') ? pathToFileURL(path).href : path;
      wire.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'bellbird', version: 1, text } });
      return uri;
    },
    change: (uri, version, contentChanges) =>
      wire.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges }),
    async stop() {
      await wire.request('shutdown', undefined);
      wire.notify('exit', undefined);
      return exit;
    },
  };
}

const MAIN = join(import.meta.dirname, '../main.ts');

/** Requests and their answers, and what else comes. */
function createWire(child: ChildProcessWithoutNullStreams) {
  const waiting = new Map<unknown, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const asked: { method: string; params: unknown }[] = [];
  const published = createPublished();
  let lastId = 0;

  function send(...messages: readonly Json[]): void {
    const texts = messages.map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(texts.map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`).join(''));
  }

  function ask(toMessages: (id: number) => readonly Json[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      send(...toMessages(id));
    });
  }

  function receive(message: Json): void {
    const { id, method, params } = message;
    if (typeof method !== 'string') answer(message);
    else if (method === 'textDocument/publishDiagnostics' && isRecord(params)) published.add(params);
    else {
      asked.push({ method, params });
      if (id !== undefined) send({ id, result: null });
    }
  }

  function answer({ id, result, error }: Json): void {
    const found = waiting.get(id);
    waiting.delete(id);
    if (isRecord(error)) found?.reject(new LspError(error.code, String(error.message)));
    else found?.resolve(result);
  }

  child.stdin.on('error', () => undefined);
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the server ended with exit code ${code}`));
    waiting.clear();
  });
  child.stdout.on('data', createFrameReader(receive));
  return {
    asked,
    published: () => published.count(),
    notify: (method: string, params: unknown) => send({ method, params }),
    request: (method: string, params: unknown) => ask((id) => [{ id, method, params }]),
    requestAndCancel: (method: string, params: unknown) =>
      ask((id) => [
        { id, method, params },
        { method: '$/cancelRequest', params: { id } },
      ]),
    diagnostics: published.next,
  };
}

/** Diagnostics that were published; each is handed out once. */
function createPublished() {
  const diagnostics: Json[] = [];
  const watchers = new Set<() => void>();
  let count = 0;

  function take(uri: string, version: number | undefined): Json | undefined {
    const index = diagnostics.findIndex(
      (params) => params.uri === uri && (version === undefined || params.version === version),
    );
    return index < 0 ? undefined : diagnostics.splice(index, 1)[0];
  }

  return {
    count: () => count,
    add: (params: Json) => {
      diagnostics.push(params);
      count++;
      for (const watch of [...watchers]) watch();
    },
    next: (uri: string, version?: number) =>
      new Promise<readonly Json[]>((resolve) => {
        const look = (): void => {
          const found = take(uri, version);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(toJsonList(found.diagnostics));
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Takes bytes in pieces of any size and hands on whole messages. */
function createFrameReader(receive: (message: Json) => void): (bytes: Buffer) => void {
  let buffer: Buffer = Buffer.alloc(0);
  return (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const header = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(0, header)).toString())?.[1]);
      if (header < 0 || buffer.length < header + 4 + length) return;
      const message: unknown = JSON.parse(buffer.subarray(header + 4, header + 4 + length).toString());
      buffer = buffer.subarray(header + 4 + length);
      if (isRecord(message)) receive(message);
    }
  };
}

/** A list of JSON objects; anything else in it is left out. */
export function toJsonList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
