// One connection to BIRD's control socket. Commands wait in a queue and go out one at a time, so that a reply always
// belongs to the command that was written last. A connection that misses a time limit is given up as a whole: a late
// reply could otherwise be taken for the next one's.

import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { BirdError, ioCode, messageOf } from './bird-error.ts';
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
  const queue = createCommandQueue(await openSocket(path), options);
  try {
    const greeting = await queue.greeting;
    const version = versionInGreeting(greeting);
    if (version === undefined) throw new BirdError('bird-not-answering', `what listens at ${path} is not BIRD`);
    return { version, command: queue.command, closed: queue.closed, close: queue.close };
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
      const message = isAbsent ? `no BIRD listens at ${path}` : `${path} cannot be used: ${messageOf(error)}`;
      reject(new BirdError(isAbsent ? 'bird-not-running' : 'bird-not-answering', message, { cause: error }));
    });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function createCommandQueue(socket: Socket, options: ConnectOptions) {
  const reader = createReplyReader();
  const defaultLimit = options.timeLimitMs ?? 30_000;
  const waiting: Waiting[] = [];
  let failure: BirdError | undefined;
  let timer: { cancel(): void } | undefined;

  // The first of the queue is on its way; the others are not written yet.
  const sendFirst = () => {
    const first = waiting[0];
    if (first === undefined) return;
    timer = options.clock.after(first.timeLimitMs, () =>
      fail(
        new BirdError(
          'bird-not-answering',
          first.text === ''
            ? `what listens there has not greeted as BIRD for ${first.timeLimitMs} ms`
            : `BIRD has not answered \`${first.text}\` for ${first.timeLimitMs} ms`,
        ),
      ),
    );
    if (first.text !== '') socket.write(`${first.text}\n`);
  };
  const fail = (error: BirdError) => {
    failure ??= error;
    timer?.cancel();
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  const takeReply = (reply: Reply) => {
    timer?.cancel();
    waiting.shift()?.resolve(reply);
    sendFirst();
  };
  const enqueue = (text: string, timeLimitMs: number) =>
    new Promise<Reply>((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      waiting.push({ text, timeLimitMs, resolve, reject });
      if (waiting.length === 1) sendFirst();
    });

  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    for (const reply of reader.push(text)) takeReply(reply);
  });
  socket.on('error', (error) => fail(new BirdError('bird-connection-closed', messageOf(error), { cause: error })));
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      fail(new BirdError('bird-connection-closed', 'BIRD closed the control socket'));
      resolve();
    });
  });
  return {
    // The greeting is the reply to nothing: it takes the first place in the queue.
    greeting: enqueue('', options.greetingLimitMs ?? defaultLimit),
    closed,
    close: () => fail(new BirdError('bird-connection-closed', 'the connection to BIRD was closed')),
    command: (text: string, timeLimitMs = defaultLimit): Promise<Reply> => {
      const reason = whyNotSendable(text);
      if (reason !== undefined) return Promise.reject(new BirdError('command-refused', reason));
      return enqueue(text, timeLimitMs);
    },
  };
}
