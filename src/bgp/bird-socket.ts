// One connection to BIRD's control socket. Commands wait in a queue and go out one at a time, so that a reply always
// belongs to the command that was written last. A connection that misses a time limit is given up as a whole: a late
// reply could otherwise be taken for the next one's.

import { createConnection, type Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { BirdError, type BirdErrorCode, ioCode, ioMessageOf } from './bird-error.ts';
import { createReplyReader, type Reply, versionInGreeting } from './bird-reply.ts';

/** BIRD drops a connection that sends more than this in one line, without a reply. */
const LONGEST_COMMAND = 1000;

/** A connection over which BIRD has greeted. */
export interface BirdSocket {
  /** The version that BIRD greeted with. */
  readonly version: string;
  /** Sends one command and resolves with its reply, errors of BIRD's included. Rejects with BirdError. */
  command(text: string, timeLimitMs?: number): Promise<Reply>;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** How to connect. */
export interface ConnectOptions {
  readonly clock: Clock;
  /** Time limit for each command; default 30 s, as a huge configuration takes seconds. */
  readonly timeLimitMs?: number;
  /** Time limit for the greeting; default the same. */
  readonly greetingLimitMs?: number;
}

interface Waiting {
  readonly text: string;
  readonly timeLimitMs: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: BirdError) => void;
}

/** Connects and waits for the greeting. Rejects with `bird-not-running` if nobody listens at `path`. */
export async function connectBird(path: string, options: ConnectOptions): Promise<BirdSocket> {
  const queue = new CommandQueue(await openSocket(path), options);
  try {
    const greeting = await queue.greeting;
    const version = versionInGreeting(greeting);
    if (version === undefined) throw new BirdError('bird-not-answering', `what listens at ${path} is not BIRD`);
    return {
      version,
      command: (text, timeLimitMs) => queue.command(text, timeLimitMs),
      closed: queue.closed,
      close: () => queue.close(),
    };
  } catch (error) {
    queue.close();
    if (!(error instanceof BirdError) || error.message.includes(path)) throw error;
    throw new BirdError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** Why a text cannot be sent as a command; undefined if it can. */
export function whyNotSendable(text: string): string | undefined {
  if (/[\r\n\0]/.test(text)) return 'a command is one line';
  if (Buffer.byteLength(text) >= LONGEST_COMMAND) return `a command has less than ${LONGEST_COMMAND} bytes`;
  if (text.trim() === '') return 'the command is empty';
  // BIRD's own client answers these itself: BIRD would never reply.
  return /^\s*(help\b|\?)/.test(text) ? 'BIRD itself has no help; `bellbird birdc --help` names its manual' : undefined;
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', (error) => {
      const isAbsent = ['ENOENT', 'ECONNREFUSED'].includes(ioCode(error) ?? '');
      const message = isAbsent ? `no BIRD listens at ${path}` : `${path} cannot be used: ${ioMessageOf(error)}`;
      reject(new BirdError(isAbsent ? 'bird-not-running' : 'bird-not-answering', message, { cause: error }));
    });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** Commands that wait for their replies. The first is on its way; the others are not written yet. */
class CommandQueue {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #waiting: Waiting[] = [];
  #failure: BirdError | undefined;
  #timer: Timer | undefined;
  /** The reply to nothing: it takes the first place in the queue. */
  readonly greeting: Promise<Reply>;
  readonly closed: Promise<void>;

  constructor(socket: Socket, { clock, timeLimitMs = 30_000, greetingLimitMs = timeLimitMs }: ConnectOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#limitMs = timeLimitMs;
    const reader = createReplyReader();
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      for (const reply of reader.push(text)) this.#takeReply(reply);
    });
    socket.on('error', (error) => this.#fail('bird-connection-closed', ioMessageOf(error), error));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#fail('bird-connection-closed', 'BIRD closed the control socket');
        resolve();
      });
    });
    this.greeting = this.#enqueue('', greetingLimitMs);
  }

  command(text: string, timeLimitMs = this.#limitMs): Promise<Reply> {
    const reason = whyNotSendable(text);
    if (reason !== undefined) return Promise.reject(new BirdError('command-refused', reason));
    return this.#enqueue(text, timeLimitMs);
  }

  close(): void {
    this.#fail('bird-connection-closed', 'the connection to BIRD was closed');
  }

  #enqueue(text: string, timeLimitMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ text, timeLimitMs, resolve, reject });
      if (this.#waiting.length === 1) this.#sendFirst();
    });
  }

  #sendFirst(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const { text, timeLimitMs } = first;
    const what = text === '' ? 'what listens there has not greeted as BIRD' : `BIRD has not answered \`${text}\``;
    this.#timer = this.#clock.after(timeLimitMs, () =>
      this.#fail('bird-not-answering', `${what} for ${timeLimitMs} ms`),
    );
    if (text !== '') this.#socket.write(`${text}\n`);
  }

  #takeReply(reply: Reply): void {
    this.#timer?.cancel();
    this.#waiting.shift()?.resolve(reply);
    this.#sendFirst();
  }

  #fail(code: BirdErrorCode, message: string, cause?: Error): void {
    this.#failure ??= new BirdError(code, message, cause && { cause });
    this.#timer?.cancel();
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
