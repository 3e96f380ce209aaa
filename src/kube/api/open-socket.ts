// One TCP connection, as soon as the network lets it through. A lost packet must not cost the seconds that TCP waits before it
// sends another one, and a name that cannot be looked up now may be one that was looked up before.
// Edge: TCP and DNS. What is open is probed by TCP itself after every second of silence and given up after three: a server
// sends what was lost during an outage later and later, so its old connection is soon the slowest way to hear of it.

import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';

/** Where to connect to. */
export interface SocketTarget {
  readonly host: string;
  readonly port: number;
}

/** Opens a connection; rejects with an Error that says why there is none. */
export type OpenSocket = (target: SocketTarget) => Promise<Socket>;

/** What it takes from outside; other functions in tests. */
export interface SocketEdges {
  readonly connect: (target: SocketTarget) => Socket;
  /** All addresses of a name, the best one first. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
}

/** TCP itself sends the next SYN after one second, then after two, then four. */
const NEXT_TRY_MS = 700;
/** So soon the next one of several addresses is tried. */
const NEXT_ADDRESS_MS = 250;
const CONNECT_LIMIT_MS = 2_100;
const LOOKUP_LIMIT_MS = 10_000;
/** How long a name that was looked up before may take. */
const KNOWN_LOOKUP_LIMIT_MS = 300;
const KEEP_ALIVE = { enable: true, initialDelay: 1_000, interval: 1_000, count: 2 } as const;

/** Creates an opener, which remembers the addresses of names. */
export function createSocketOpener({ connect: dial, lookup: look }: SocketEdges = systemEdges): OpenSocket {
  const resolve = createResolver(look);
  return async ({ host, port }) => {
    const targets = (await resolve(host)).map((address) => ({ host: address, port }));
    const socket = await new Race(host, targets, dial).winner;
    // Whoever uses it listens too; until then an error must not end the process.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    socket.setKeepAlive(KEEP_ALIVE);
    return socket;
  };
}

const systemEdges: SocketEdges = {
  connect: ({ host, port }) => connect({ host, port }),
  lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
};

/** Several attempts side by side, of which the first that succeeds counts. */
class Race {
  readonly winner: Promise<Socket>;
  readonly #outcome = Promise.withResolvers<Socket>();
  readonly #targets: readonly SocketTarget[];
  readonly #dial: SocketEdges['connect'];
  readonly #open = new Set<Socket>();
  readonly #errors = new Map<SocketTarget, Error>();
  readonly #limit: NodeJS.Timeout;
  #next: NodeJS.Timeout | undefined;
  #tried = 0;

  constructor(host: string, targets: readonly SocketTarget[], dial: SocketEdges['connect']) {
    this.winner = this.#outcome.promise;
    this.#targets = targets;
    this.#dial = dial;
    this.#limit = setTimeout(() => {
      this.#fail(new Error(`connecting to ${host} took more than ${CONNECT_LIMIT_MS / 1_000} s`));
    }, CONNECT_LIMIT_MS);
    this.#try();
  }

  #try(): void {
    const target = this.#targets[this.#tried % this.#targets.length];
    if (target === undefined) {
      this.#fail(new Error('the name has no address'));
      return;
    }
    this.#tried++;
    clearTimeout(this.#next);
    this.#next = setTimeout(() => this.#try(), this.#tried < this.#targets.length ? NEXT_ADDRESS_MS : NEXT_TRY_MS);
    const socket = this.#dial(target);
    this.#open.add(socket);
    const onError = (error: Error) => this.#lose(target, error);
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      this.#open.delete(socket);
      this.#end();
      this.#outcome.resolve(socket);
    });
  }

  #lose(target: SocketTarget, error: Error): void {
    this.#errors.set(target, error);
    if (this.#errors.size < this.#targets.length) {
      if (this.#tried < this.#targets.length) this.#try();
      return;
    }
    const errors = [...this.#errors.values()];
    this.#fail(errors.length === 1 ? error : new AggregateError(errors));
  }

  #fail(error: Error): void {
    this.#end();
    this.#outcome.reject(error);
  }

  #end(): void {
    clearTimeout(this.#limit);
    clearTimeout(this.#next);
    for (const socket of this.#open) socket.destroy();
    this.#open.clear();
  }
}

/** Looks names up; where that fails or takes long, an answer from before stands in. TLS tells whether it still holds. */
function createResolver(look: SocketEdges['lookup']): (host: string) => Promise<readonly string[]> {
  const known = new Map<string, readonly string[]>();
  // One at a time: a name server that does not answer keeps a thread busy for each.
  const running = new Map<string, Promise<readonly string[]>>();
  const ask = async (host: string) => {
    try {
      const addresses = await look(host);
      known.set(host, addresses);
      return addresses;
    } finally {
      running.delete(host);
    }
  };
  return async (host) => {
    if (isIP(host) > 0) return [host];
    const answer = running.get(host) ?? ask(host);
    running.set(host, answer);
    const before = known.get(host);
    const limited = withLimit(answer, host, before === undefined ? LOOKUP_LIMIT_MS : KNOWN_LOOKUP_LIMIT_MS);
    return before === undefined ? await limited : await limited.catch(() => before);
  };
}

async function withLimit<T>(work: Promise<T>, host: string, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`looking up ${host} took more than ${limitMs / 1_000} s`)), limitMs);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
