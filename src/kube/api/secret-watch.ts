// One Secret, followed by name: a list of that one object, a watch until the server ends it, and a list again. Both are asked
// with `fieldSelector=metadata.name=…`, which is what lets a right with `resourceNames` count for list and watch.
// Whatever fails is tried again, later and later up to a limit; what was read stays in memory meanwhile, and nowhere else.

import type { Buffer } from 'node:buffer';
import type { Clock } from '../../clock.ts';
import { isRecord } from '../../unknown.ts';
import { renderRule, ruleForSecrets } from '../rbac.ts';
import { decodeSecret, readKey, type SecretId, type SecretReading, type SecretValues, secretName } from '../secrets.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError, type ApiFailure } from './api-error.ts';
import { retryDelay } from './back-off.ts';
import { followPath, type WatchedPath } from './follow-watch.ts';
import { createIdleLimit } from './idle-limit.ts';
import { readVersion, type WatchEvent } from './watch-lines.ts';

/** A Secret that is being followed. */
export interface SecretWatch {
  /** Works until the signal is aborted. Rejects only for a defect of our own. */
  run(signal: AbortSignal): Promise<void>;
  read(key: string): SecretReading;
}

/** What a watch takes from outside. */
export interface SecretWatchOptions {
  readonly secret: SecretId;
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Resolves after the time, or when the signal is aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly onChange: () => void;
}

/** A server that works on a list of one object sends something within this. */
const IDLE_MS = 30_000;
/** A Secret has at most 1 MiB, and base64 adds a third. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** A watch that ends sooner, with nothing to show for it, counts as a failure. */
const SHORT_WATCH_MS = 5_000;

/** After how many failures in a row somebody is told: lost connections and lost places are everyday things. */
const PATIENCE: Readonly<Partial<Record<ApiFailure, number>>> = {
  unreachable: 3,
  stalled: 2,
  closed: 3,
  gone: 4,
  'too-new': 4,
  throttled: 3,
  server: 3,
};

/** Creates a watch that has not started. */
export function createSecretWatch(options: SecretWatchOptions): SecretWatch {
  return new LoopingSecretWatch(options);
}

/** What is known: nothing yet, that there is no such Secret, or its values. */
type Known = { readonly values: SecretValues | undefined } | undefined;

class LoopingSecretWatch implements SecretWatch {
  readonly #options: SecretWatchOptions;
  readonly #watched: WatchedPath;
  #known: Known;
  #trouble: string | undefined;
  #attempts = 0;
  /** Failures in a row without an answer between them. */
  #failures = 0;

  constructor(options: SecretWatchOptions) {
    const { namespace, name } = options.secret;
    this.#options = options;
    this.#watched = {
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`,
      selectors: { fieldSelector: `metadata.name=${name}` },
    };
  }

  read(key: string): SecretReading {
    if (this.#known === undefined) return { kind: 'unread', message: this.#trouble };
    const reading = readKey({ ...this.#options.secret, key }, this.#known.values);
    return reading.kind === 'found' ? { ...reading, trouble: this.#trouble } : reading;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(await this.#list(signal), signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof ApiError)) throw error;
        await this.#fail(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { api, clock, secret } = this.#options;
    const idle = createIdleLimit(clock, IDLE_MS, signal);
    try {
      const { path, selectors } = this.#watched;
      const onBytes = () => idle.touch();
      const body = await api.get({ path, query: selectors, signal: idle.signal, compressed: false, onBytes });
      const { version, items } = readSecretList(await readWhole(body));
      const found = items.map(decodeSecret).find((item) => item?.id.name === secret.name);
      if (signal.aborted) return version;
      this.#learn({ values: found?.values });
      return version;
    } finally {
      idle.end();
    }
  }

  async #follow(version: string, signal: AbortSignal): Promise<void> {
    const { api, clock, random } = this.#options;
    const openedAt = clock.elapsed();
    let hasNews = false;
    const onEvent = (event: WatchEvent) => {
      hasNews = true;
      if (event.kind !== 'bookmark' && !signal.aborted) this.#take(event.kind, event.value);
    };
    const nothing = () => {};
    const context = { api, clock, random, onBytes: nothing, onOpen: nothing, onPause: nothing, onEvent };
    await followPath(this.#watched, version, context, signal);
    if (!hasNews && clock.elapsed() - openedAt < SHORT_WATCH_MS) {
      throw new ApiError('closed', 'the watch ended as soon as it began');
    }
    this.#attempts = 0;
  }

  #take(kind: 'upserted' | 'deleted', value: unknown): void {
    const found = decodeSecret(value);
    // A server that ignores selectors must not slip another Secret in.
    if (found?.id.name === this.#options.secret.name) {
      this.#learn({ values: kind === 'deleted' ? undefined : found.values });
    }
  }

  #learn(known: Known): void {
    const before = this.#known;
    this.#known = known;
    const isSame = before !== undefined && this.#trouble === undefined && sameValues(before.values, known?.values);
    this.#trouble = undefined;
    this.#failures = 0;
    if (!isSame) this.#options.onChange();
  }

  async #fail(error: ApiError, signal: AbortSignal): Promise<void> {
    const { api, random, wait, onChange } = this.#options;
    this.#attempts++;
    this.#failures++;
    if (this.#failures >= (PATIENCE[error.failure] ?? 1)) {
      const before = this.#trouble;
      this.#trouble = this.#describe(error);
      if (before !== this.#trouble) onChange();
    }
    if (error.failure === 'unauthorized') api.renew();
    await wait(retryDelay(error, this.#attempts, random()), signal);
  }

  #describe({ failure, message }: ApiError): string {
    const { secret, api } = this.#options;
    const name = `the Secret ${secretName(secret)}`;
    if (failure === 'forbidden') {
      const rule = renderRule(ruleForSecrets([secret.name]));
      return `no right to read ${name}: ${message}; add this rule to the Role in namespace ${secret.namespace}: ${rule}`;
    }
    const silent = failure === 'unreachable' || failure === 'stalled';
    // Without the words of the network, which differ from one try to the next.
    return silent
      ? `${name} cannot be read: the API server ${api.server} does not answer`
      : `${name} cannot be read: ${message}`;
  }
}

async function readWhole(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > BODY_LIMIT) throw new ApiError('broken', 'the list of one Secret never ends');
    pieces.push(piece);
  }
  return pieces.map((piece) => piece.toString('latin1')).join('');
}

/** Names, base64 and versions are ASCII; what else there is matters to nobody here. */
function readSecretList(text: string): { readonly version: string; readonly items: readonly unknown[] } {
  const list = parse(text);
  const version = readVersion(list);
  if (!isRecord(list) || list.kind !== 'SecretList' || version === undefined || !('items' in list)) {
    // The answer itself is not quoted: it could hold what it should not.
    throw new ApiError('broken', 'the answer is no SecretList');
  }
  return { version, items: Array.isArray(list.items) ? list.items : [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sameValues(a: SecretValues | undefined, b: SecretValues | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every(([key, value]) => b.has(key) && b.get(key) === value);
}
