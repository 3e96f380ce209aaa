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

/** A listener that remembers every UPDATE. */
export interface Listener {
  readonly updates: readonly UpdateSeen[];
  /** Prefixes that it was told last to use. */
  readonly held: ReadonlySet<string>;
  /** The first UPDATE after `since` that announces or withdraws the prefix. */
  waitFor(prefix: string, kind: 'announced' | 'withdrawn', since: number): Promise<UpdateSeen>;
  /** Resolves when it holds this many prefixes. */
  waitForCount(count: number): Promise<void>;
  close(): Promise<void>;
}

/** AS number of every listener. */
export const LISTENER_AS = 64601;

/** Starts listening on an address and port. */
export async function startListener(address: string, port: number): Promise<Listener> {
  const updates: UpdateSeen[] = [];
  const held = new Set<string>();
  let wake: () => void = () => undefined;
  const worker = new Worker(new URL('./listener-worker.ts', import.meta.url), {
    workerData: { address, port, as: LISTENER_AS },
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => resolve());
  });
  worker.on('message', (update: UpdateSeen) => {
    updates.push(update);
    for (const prefix of update.withdrawn) held.delete(prefix);
    for (const prefix of update.announced) held.add(prefix);
    wake();
  });
  const next = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const find = (prefix: string, kind: 'announced' | 'withdrawn', since: number): UpdateSeen | undefined =>
    updates.findLast((update) => update.at > since && update[kind].includes(prefix));
  return {
    updates,
    held,
    waitFor: async (prefix, kind, since) => {
      const overdue = setTimeout(() => {
        throw new Error(`no UPDATE with ${prefix} ${kind} for 20 s`);
      }, 20_000);
      try {
        for (;;) {
          const found = find(prefix, kind, since);
          if (found !== undefined) return found;
          await next();
        }
      } finally {
        clearTimeout(overdue);
      }
    },
    waitForCount: async (count) => {
      await waitUntil({
        what: `${count} prefixes at the listener`,
        observe: () => held.size,
        until: (size) => size === count,
        timeoutMs: 60_000,
      });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
