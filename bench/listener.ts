// The measuring thread's end of the raw BGP listener.

import { Worker } from 'node:worker_threads';
import { waitUntil } from '../e2e/lab/wait-until.ts';

/** One UPDATE with routes in it, by arrival. */
export interface UpdateSeen {
  /** Milliseconds since the epoch with a fraction, as `now` gives them. */
  readonly at: number;
  readonly announced: readonly string[];
  readonly withdrawn: readonly string[];
}

/** What the worker tells. `routes`: how many the peer has then, with those that graceful restart lets it keep. */
type Told = { readonly at: number; readonly routes: number } & (
  | ({ readonly kind: 'update' } & UpdateSeen)
  | { readonly kind: 'established' | 'closed' | 'end-of-rib' }
);

/** What happened at the peer from some moment on. */
export interface Watch {
  readonly updates: readonly UpdateSeen[];
  /** The fewest routes that it had at any time. */
  readonly fewestRoutes: number;
  readonly sessionsLost: number;
}

/** A listener that remembers every UPDATE. */
export interface Listener {
  readonly updates: readonly UpdateSeen[];
  /** When its session was established last. */
  readonly establishedAt: number | undefined;
  /** Prefixes that it was told last to use. */
  readonly held: ReadonlySet<string>;
  /** The first UPDATE after `since` that announces or withdraws the prefix. */
  waitFor(prefix: string, kind: 'announced' | 'withdrawn', since: number): Promise<UpdateSeen>;
  /** Resolves when it holds this many prefixes. */
  waitForCount(count: number): Promise<void>;
  /** Begins to watch; the result tells what has happened since. */
  watch(): () => Watch;
  close(): Promise<void>;
}

/** AS number of every listener. */
export const LISTENER_AS = 64601;

/** Starts listening on an address and port. */
export async function startListener(address: string, port: number): Promise<Listener> {
  const worker = new Worker(new URL('./listener-worker.ts', import.meta.url), {
    workerData: { address, port, as: LISTENER_AS },
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => resolve());
  });
  return new WorkerListener(worker);
}

class WorkerListener implements Listener {
  readonly updates: UpdateSeen[] = [];
  readonly held = new Set<string>();
  establishedAt: number | undefined;
  readonly #worker: Worker;
  #routes = 0;
  #wake: () => void = () => undefined;
  #watchers: ((told: Told) => void)[] = [];

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (told: Told) => this.#take(told));
  }

  async waitFor(prefix: string, kind: 'announced' | 'withdrawn', since: number): Promise<UpdateSeen> {
    const overdue = setTimeout(() => {
      throw new Error(`no UPDATE with ${prefix} ${kind} for 20 s`);
    }, 20_000);
    try {
      for (;;) {
        const found = this.updates.findLast((update) => update.at > since && update[kind].includes(prefix));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(overdue);
    }
  }

  async waitForCount(count: number): Promise<void> {
    await waitUntil({
      what: `${count} prefixes at the listener`,
      observe: () => this.held.size,
      until: (size) => size === count,
      timeoutMs: 60_000,
    });
  }

  watch(): () => Watch {
    const first = this.updates.length;
    let fewestRoutes = this.#routes;
    let sessionsLost = 0;
    this.#watchers.push(({ kind, routes }) => {
      fewestRoutes = Math.min(fewestRoutes, routes);
      if (kind === 'closed') sessionsLost += 1;
    });
    return () => ({ updates: this.updates.slice(first), fewestRoutes, sessionsLost });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(told: Told): void {
    this.#routes = told.routes;
    if (told.kind === 'established') this.establishedAt = told.at;
    if (told.kind === 'update') {
      this.updates.push(told);
      for (const prefix of told.withdrawn) this.held.delete(prefix);
      for (const prefix of told.announced) this.held.add(prefix);
    }
    for (const watcher of this.#watchers) watcher(told);
    this.#wake();
  }
}
