// One resource, kept up to date for as long as it takes: a list, then watches from where the last one ended, and a list again
// when the server no longer knows that place. Whatever fails is tried again, later and later up to a limit; what is known
// stays as it is meanwhile.
// An empty list that would take everything away, or that comes out of a cache, is believed only after a second, consistent
// read. Edge: apart from the observer nothing is called; time and chance come from outside.

import type { Clock } from '../../clock.ts';
import type { ClusterObject } from '../../engine/objects.ts';
import type { Change } from '../../engine/snapshot.ts';
import { resources } from '../resources.ts';
import type { SourceProblem } from '../source.ts';
import type { WatchTarget } from '../watch-target.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError, type ApiFailure } from './api-error.ts';
import { retryDelay } from './back-off.ts';
import { followWatch } from './follow-watch.ts';
import { createItemDecoder, type DecodeItem } from './item-decoder.ts';
import type { ListWatchStatus, Trouble } from './list-watch-status.ts';
import { type CompleteList, createObjectStore, type ObjectStore } from './object-store.ts';
import { type ReadMode, readList } from './read-list.ts';
import { compareVersions } from './versions.ts';
import type { WatchEvent } from './watch-lines.ts';

/** A resource that is being followed. */
export interface ListWatch {
  /** Works until the signal is aborted; never calls the observer afterwards. Rejects only for a defect of our own. */
  run(signal: AbortSignal): Promise<void>;
  /** What is known now. */
  objects(): Iterable<ClusterObject>;
  status(): ListWatchStatus;
}

/** Who is told. */
export interface ListWatchObserver {
  /** After every list and every batch of events; empty if a list changed nothing. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** An object that cannot be read. */
  readonly onProblem: (problem: SourceProblem) => void;
  /** An object that was reported can be read. */
  readonly onProblemOver: (problem: SourceProblem) => void;
  /** After every failed request, and with undefined when requests work again. */
  readonly onTrouble: (trouble: Trouble | undefined) => void;
}

/** What a list-watch takes from outside. */
export interface ListWatchOptions {
  readonly target: WatchTarget;
  readonly api: ApiClient;
  /** Version that was known before, in an earlier life: nothing older is taken, unless the server has gone back itself. */
  readonly known: string | undefined;
  /** Cuts an object down to what the policy can ask for. */
  readonly trim: (object: ClusterObject) => ClusterObject;
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Resolves after the time, or when the signal is aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly observer: ListWatchObserver;
}

/** A watch that ends sooner, with nothing to show for it, counts as a failure. */
const SHORT_WATCH_MS = 5_000;
/** How long an empty list that would take something away waits for its second read. */
const CONFIRM_MS = 1_000;
/** After so many watches that brought nothing, something on the way seems to keep them back: lists stand in for them. */
const FRUITLESS_LIMIT = 3;
/** Lists that find nothing new become rarer, up to one in so many watches: about one an hour where all is quiet. */
const FRUITLESS_MOST = 36;
/** Everything is listed again after about so long, as an insurance against events that were lost. */
const RELIST_MS = 6 * 3_600_000;

/** Creates a list-watch that has not started. */
export function createListWatch(options: ListWatchOptions): ListWatch {
  return new LoopingListWatch(options);
}

class LoopingListWatch implements ListWatch {
  readonly #options: ListWatchOptions;
  readonly #store: ObjectStore;
  readonly #decode: DecodeItem;
  readonly #counts = { lists: 0, watches: 0, events: 0, bookmarks: 0, changes: 0, bytes: 0, failures: 0 };
  #target: WatchTarget;
  #state: ListWatchStatus['state'] = 'starting';
  #synced = false;
  /** Everything up to this version is known. */
  #position: string | undefined;
  #relist = true;
  /** The next list must not come out of a cache. */
  #doubtful = false;
  #relistAt = 0;
  #lastContact: number | undefined;
  #lastEvent: number | undefined;
  #lastBookmark: number | undefined;
  readonly #failuresBy: Partial<Record<ApiFailure, number>> = {};
  #trouble: Trouble | undefined;
  /** How often each thing went wrong since something last went well: a long outage is no reason to be slow with what follows. */
  readonly #inARow = new Map<ApiFailure, number>();
  /** How many watches in a row brought nothing. */
  #fruitless = 0;
  /** How many of them a list stands in for. */
  #fruitlessLimit = FRUITLESS_LIMIT;
  #openedAt: number | undefined;
  #batch: Change[] = [];

  constructor(options: ListWatchOptions) {
    this.#options = options;
    this.#target = options.target;
    this.#position = options.known;
    this.#store = createObjectStore(resources[options.target.resource].objectKind);
    const { onProblem, onProblemOver } = options.observer;
    this.#decode = createItemDecoder(options.target, options.trim, onProblem, onProblemOver);
  }

  objects(): Iterable<ClusterObject> {
    return this.#store.objects();
  }

  status(): ListWatchStatus {
    return {
      target: this.#target,
      state: this.#state,
      synced: this.#synced,
      objects: this.#store.size,
      version: this.#synced ? this.#position : undefined,
      lastContact: this.#lastContact,
      lastEvent: this.#lastEvent,
      lastBookmark: this.#lastBookmark,
      connected: this.#state === 'watching' && this.#openedAt !== undefined,
      trouble: this.#trouble,
      counts: { ...this.#counts, failuresBy: { ...this.#failuresBy } },
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const started = clock.elapsed();
      try {
        if (this.#relist || this.#position === undefined) await this.#list(signal);
        else await this.#watch(this.#position, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof ApiError)) throw error;
        // Trying to connect is waiting, too.
        const opened = this.#openedAt !== undefined;
        const waited = opened ? 0 : clock.elapsed() - started;
        this.#judgeWatch();
        // A resource of which an API server has seen no event since its start gets no bookmarks either: such a silence is no
        // failure. The next request tells whether anybody is there.
        if (opened && error.failure === 'stalled') this.#countFruitless();
        else await this.#fail(error, waited, signal);
      }
    }
    this.#state = 'stopped';
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const mode = this.#mode();
    const first = await this.#read(mode, signal);
    const doubtful = first.objects.size === 0 && (mode.kind !== 'consistent' || this.#store.size > 0);
    const list = doubtful ? await this.#readAgain(signal) : first;
    if (signal.aborted) return;
    this.#relist = false;
    this.#doubtful = false;
    this.#synced = true;
    this.#position = list.version;
    this.#relistAt = this.#options.clock.elapsed() + RELIST_MS * (0.75 + this.#options.random() / 2);
    const changes = this.#store.replace(list);
    if (this.#fruitless >= this.#fruitlessLimit) {
      this.#fruitlessLimit = changes.length > 0 ? FRUITLESS_LIMIT : Math.min(2 * this.#fruitlessLimit, FRUITLESS_MOST);
      this.#fruitless = 0;
    }
    this.#pass(changes);
  }

  #countFruitless(): void {
    this.#fruitless++;
    if (this.#fruitless >= this.#fruitlessLimit) this.#relist = true;
  }

  /** Never older than what is known, as long as the server can promise that. */
  #mode(): ReadMode {
    if (this.#doubtful) return { kind: 'consistent' };
    return this.#position === undefined ? { kind: 'cached' } : { kind: 'not-older', version: this.#position };
  }

  async #read(mode: ReadMode, signal: AbortSignal): Promise<CompleteList> {
    const { api, clock } = this.#options;
    const onBytes = (count: number) => this.#contact(count);
    const list = await readList(this.#target, mode, { api, clock, decode: this.#decode, onBytes }, signal);
    this.#counts.lists++;
    return list;
  }

  async #readAgain(signal: AbortSignal): Promise<CompleteList> {
    if (this.#store.size > 0) await this.#options.wait(CONFIRM_MS, signal);
    return await this.#read({ kind: 'consistent' }, signal);
  }

  async #watch(version: string, signal: AbortSignal): Promise<void> {
    const { api, clock, random } = this.#options;
    this.#counts.watches++;
    this.#state = 'watching';
    this.#openedAt = undefined;
    const started = clock.elapsed();
    const eventsBefore = this.#counts.events + this.#counts.bookmarks;
    await followWatch(
      this.#target,
      version,
      {
        api,
        clock,
        random,
        onBytes: (count) => this.#contact(count),
        onOpen: () => this.#opened(),
        onEvent: (event) => this.#take(event),
        onPause: () => this.#flush(signal),
      },
      signal,
    );
    if (signal.aborted) return;
    if (clock.elapsed() >= this.#relistAt) this.#relist = true;
    const silent = this.#counts.events + this.#counts.bookmarks === eventsBefore;
    if (silent && clock.elapsed() - started < SHORT_WATCH_MS) {
      throw new ApiError('closed', 'the API server ended the watch as soon as it had begun');
    }
  }

  #opened(): void {
    this.#openedAt = this.#options.clock.elapsed();
    this.#contact(0);
    this.#recover();
  }

  /** A watch that ran for a while was a success, however it ended. */
  #judgeWatch(): void {
    const opened = this.#openedAt;
    this.#openedAt = undefined;
    if (opened !== undefined && this.#options.clock.elapsed() - opened >= SHORT_WATCH_MS) this.#succeed();
  }

  #succeed(): void {
    this.#inARow.clear();
  }

  #take(event: WatchEvent): void {
    this.#succeed();
    this.#fruitless = 0;
    this.#fruitlessLimit = FRUITLESS_LIMIT;
    this.#advance(event);
    if (event.kind === 'bookmark') {
      this.#counts.bookmarks++;
      this.#lastBookmark = this.#options.clock.now();
      return;
    }
    this.#counts.events++;
    this.#lastEvent = this.#options.clock.now();
    const { key, stored } = this.#decode(event.value, event.kind === 'deleted');
    if (key === undefined) return;
    const change =
      event.kind === 'deleted' ? this.#store.remove(key, event.version) : stored && this.#store.upsert(key, stored);
    if (change !== undefined) this.#batch.push(change);
  }

  /** Versions only grow: a late event moves nothing. */
  #advance({ kind, version }: WatchEvent): void {
    const order = this.#position === undefined ? 1 : (compareVersions(version, this.#position) ?? 1);
    if (order > 0) this.#position = version;
    if (order >= 0 || kind !== 'bookmark') return;
    this.#doubtful = true;
    throw new ApiError('gone', 'the API server has been put back to an older state');
  }

  #flush(signal: AbortSignal): void {
    const changes = this.#batch;
    this.#batch = [];
    if (changes.length > 0 && !signal.aborted) this.#pass(changes);
  }

  #pass(changes: readonly Change[]): void {
    this.#counts.changes += changes.length;
    this.#options.observer.onChanges(changes);
  }

  #contact(bytes: number): void {
    this.#counts.bytes += bytes;
    this.#lastContact = this.#options.clock.now();
  }

  #recover(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#options.observer.onTrouble(undefined);
  }

  async #fail(error: ApiError, waited: number, signal: AbortSignal): Promise<void> {
    const { api, clock, random, wait, observer } = this.#options;
    const attempts = (this.#inARow.get(error.failure) ?? 0) + 1;
    this.#inARow.set(error.failure, attempts);
    this.#counts.failures++;
    this.#failuresBy[error.failure] = (this.#failuresBy[error.failure] ?? 0) + 1;
    this.#adapt(error, attempts);
    const doing = this.#state === 'listing' ? 'list' : 'watch';
    this.#state = 'waiting';
    const since = this.#trouble?.since ?? clock.now();
    this.#trouble = {
      failure: error.failure,
      message: error.message,
      doing,
      synced: this.#synced,
      since,
      attempts: (this.#trouble?.attempts ?? 0) + 1,
    };
    observer.onTrouble(this.#trouble);
    if (error.failure === 'unauthorized') api.renew();
    await wait(retryDelay(error, attempts, random(), waited), signal);
  }

  /** What the next request must do differently. */
  #adapt({ failure, message }: ApiError, attempts: number): void {
    switch (failure) {
      case 'gone':
        // The second time in a row, a cache is not asked again.
        this.#doubtful ||= attempts > 1 || this.#state === 'listing';
        this.#relist = true;
        break;
      case 'too-new':
        this.#doubtful = true;
        this.#relist = true;
        break;
      case 'rejected':
        // Field selectors other than the name came later, and are told off in other words in every few versions.
        if (/field (label|selector)/.test(message)) this.#target = { ...this.#target, fieldSelector: undefined };
        // Servers before 1.19 do not know every way to ask.
        this.#doubtful = true;
        this.#relist = true;
        break;
      case 'broken':
      case 'closed':
      case 'stalled':
        this.#countFruitless();
        break;
      default:
    }
  }
}
