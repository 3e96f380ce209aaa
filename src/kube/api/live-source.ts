// The Kubernetes API as a Source: one list-watch for each resource that the plan names, put together to one stream. The first
// snapshot comes when every list is complete; after it come changes, never more than what is different.
// Nothing is called before that, and nothing after `stop`. A failure changes nothing: what is known stays.

import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { snapshotOf } from '../../engine/snapshot.ts';
import type { Source, SourceObserver, SourceProblem } from '../source.ts';
import { trimObject } from '../trim.ts';
import type { WatchPlan } from '../watch-plan.ts';
import { renderTarget } from '../watch-target.ts';
import type { ApiClient } from './api-client.ts';
import { createListWatch, type ListWatch, type ListWatchOptions } from './list-watch.ts';
import type { ListWatchStatus } from './list-watch-status.ts';
import { createTroubles } from './troubles.ts';

/** A live cluster. */
export interface LiveSource extends Source {
  /** How it is, for `status`, metrics and log. */
  status(): LiveStatus;
}

/** How a live source is. */
export interface LiveStatus {
  readonly server: string;
  /** The first snapshot is complete. */
  readonly ready: boolean;
  /** When the quietest of the watches last heard from the server, milliseconds since 1970; absent before all of them have. */
  readonly lastContact: number | undefined;
  readonly watches: readonly ListWatchStatus[];
  /** What is not asked for, in sentences. */
  readonly unseen: readonly string[];
}

/** What a live source takes from outside. */
export interface LiveSourceOptions {
  readonly plan: WatchPlan;
  /** Closed by `stop`. */
  readonly api: ApiClient;
  /** Versions that an earlier life of the agent knew, by `renderTarget`: a server that lags behind them is not believed. */
  readonly known?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly wait?: ListWatchOptions['wait'];
  /** Told of everything that keeps the API from being read; absent: the observer is, as of any problem. */
  readonly onTrouble?: (problem: SourceProblem) => void;
  /** All is well again after problems that were reported; `since` is when they began. */
  readonly onRecovered?: (since: number) => void;
}

/** Creates a source; nothing is read before `start`. */
export function createLiveSource(options: LiveSourceOptions): LiveSource {
  return new ApiSource(options);
}

/** Waits, and keeps the process alive meanwhile. */
export async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await delay(delayMs, undefined, { signal }).catch(() => {});
}

class ApiSource implements LiveSource {
  readonly #options: LiveSourceOptions;
  readonly #stop = new AbortController();
  #observer: SourceObserver | undefined;
  #watches: readonly ListWatch[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #ready = false;

  constructor(options: LiveSourceOptions) {
    this.#options = options;
  }

  start(observer: SourceObserver): void {
    this.#observer = observer;
    this.#watches = this.#createWatches();
    const runs = this.#watches.map((watch) => watch.run(this.#stop.signal));
    this.#running = Promise.allSettled(runs);
    // A defect of our own must not look like a quiet cluster.
    for (const run of runs) run.catch(rethrow);
    this.#snapshotWhenComplete();
  }

  async stop(): Promise<void> {
    this.#observer = undefined;
    this.#stop.abort();
    await this.#running;
    await this.#options.api.close();
  }

  status(): LiveStatus {
    const watches = this.#watches.map((watch) => watch.status());
    const contacts = watches.flatMap(({ lastContact }) => lastContact ?? []);
    return {
      server: this.#options.api.server,
      ready: this.#ready,
      lastContact: contacts.length === watches.length && contacts.length > 0 ? Math.min(...contacts) : undefined,
      watches,
      unseen: this.#options.plan.unseen,
    };
  }

  #createWatches(): readonly ListWatch[] {
    const { plan, api, clock = systemClock, random = Math.random, wait = waitFor } = this.#options;
    const onProblem: SourceObserver['onProblem'] = (problem) => this.#observer?.onProblem(problem);
    const troubles = createTroubles(() => api.server, {
      onProblem: this.#options.onTrouble ?? onProblem,
      onRecovered: (since) => this.#options.onRecovered?.(since),
    });
    return plan.targets.map((target) =>
      createListWatch({
        target,
        api,
        known: this.#options.known?.[renderTarget(target)],
        trim: (object) => trimObject(object, plan.keep),
        clock,
        random,
        wait,
        observer: {
          onChanges: (changes) => {
            if (!this.#ready) this.#snapshotWhenComplete();
            else if (changes.length > 0) this.#observer?.onChanges(changes);
          },
          onProblem,
          onProblemOver: (problem) => this.#observer?.onProblemOver?.(problem),
          onTrouble: (trouble) => troubles.update(target, trouble),
        },
      }),
    );
  }

  #snapshotWhenComplete(): void {
    if (this.#ready || !this.#watches.every((watch) => watch.status().synced)) return;
    this.#ready = true;
    this.#observer?.onSnapshot(snapshotOf(this.#watches.flatMap((watch) => [...watch.objects()])));
  }
}

function rethrow(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
