// One complete list of a resource: request after request until the last page. Objects are decoded and cut down to what the
// engine reads while the bytes come in.
//
// Which state the API server answers with is chosen by the caller:
//   cached      resourceVersion=0: what the server's watch cache has. Costs etcd nothing. Servers before 1.34 ignore `limit`
//               here and send everything in one answer, newer ones may send pages; both are read as they come.
//   not-older   resourceVersionMatch=NotOlderThan: from the watch cache too, but never older than what was seen before.
//               Without `limit`, which would make the server ask etcd.
//   consistent  no version: as of now, in pages. The fall-back when the others are refused, and the second opinion.

import type { Clock } from '../../clock.ts';
import type { ObjectKey } from '../../engine/objects.ts';
import { isRecord } from '../../unknown.ts';
import { resourcePath, resourceType } from '../resources.ts';
import type { WatchTarget } from '../watch-target.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { createIdleLimit } from './idle-limit.ts';
import type { DecodeItem } from './item-decoder.ts';
import { createListParser } from './list-parser.ts';
import type { CompleteList, StoredObject } from './object-store.ts';
import { readVersion } from './watch-lines.ts';

/** How fresh a list must be. */
export type ReadMode =
  | { readonly kind: 'cached' }
  | { readonly kind: 'not-older'; readonly version: string }
  | { readonly kind: 'consistent' };

/** What a list needs from outside. */
export interface ReadContext {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly decode: DecodeItem;
  readonly onBytes: (count: number) => void;
}

/** Objects per page; about 500 kB of Services. */
export const PAGE_SIZE = 500;

/** A server that works on a list sends something within this. */
const IDLE_MS = 30_000;

/** Reads a list to its end; throws an ApiError. */
export async function readList(
  target: WatchTarget,
  mode: ReadMode,
  context: ReadContext,
  signal: AbortSignal,
): Promise<CompleteList> {
  try {
    return await readPages(target, firstQuery(mode), context, signal);
  } catch (error) {
    // The pages went on for longer than etcd keeps the version they are of: one answer with everything cannot expire.
    if (!(error instanceof PageExpired)) throw error;
    return await readPages(target, {}, context, signal);
  }
}

class PageExpired extends Error {}

function firstQuery(mode: ReadMode): Readonly<Record<string, string>> {
  switch (mode.kind) {
    case 'cached':
      return { resourceVersion: '0', limit: String(PAGE_SIZE) };
    case 'not-older':
      return { resourceVersion: mode.version, resourceVersionMatch: 'NotOlderThan' };
    case 'consistent':
      return { limit: String(PAGE_SIZE) };
  }
}

async function readPages(
  target: WatchTarget,
  first: Readonly<Record<string, string>>,
  context: ReadContext,
  signal: AbortSignal,
): Promise<CompleteList> {
  const objects = new Map<ObjectKey, StoredObject>();
  const unreadable = new Set<ObjectKey>();
  const collect = (value: unknown) => {
    const { key, stored } = context.decode(value);
    if (stored !== undefined && key !== undefined) objects.set(key, stored);
    else if (key !== undefined) unreadable.add(key);
  };
  let query = first;
  for (;;) {
    const page = await readPage(target, query, context, signal, collect);
    if (page.next === undefined) return { version: page.version, objects, unreadable };
    query = { limit: String(PAGE_SIZE), continue: page.next };
  }
}

interface Page {
  readonly version: string;
  readonly next: string | undefined;
}

async function readPage(
  target: WatchTarget,
  query: Readonly<Record<string, string>>,
  { api, clock, onBytes }: ReadContext,
  signal: AbortSignal,
  onItem: (value: unknown) => void,
): Promise<Page> {
  const idle = createIdleLimit(clock, IDLE_MS, signal);
  const parser = createListParser(onItem);
  try {
    const body = await api.get({
      path: resourcePath(target.resource, target.namespace),
      query: { ...selectors(target), ...query },
      signal: idle.signal,
      compressed: true,
      onBytes: (count) => {
        idle.touch();
        onBytes(count);
      },
    });
    for await (const chunk of body) parser.write(chunk);
    return readEnvelope(parser.end(), target);
  } catch (error) {
    const expired = error instanceof ApiError && error.failure === 'gone' && 'continue' in query;
    throw expired ? new PageExpired() : error;
  } finally {
    idle.end();
  }
}

/** The parts of a query that say which objects are meant; the same for list and watch. */
export function selectors(target: WatchTarget): Readonly<Record<string, string>> {
  return {
    ...(target.labelSelector === undefined ? {} : { labelSelector: target.labelSelector }),
    ...(target.fieldSelector === undefined ? {} : { fieldSelector: target.fieldSelector }),
  };
}

// Whatever answers 200 on the way (a captive portal, a proxy) must not be taken for an empty cluster.
function readEnvelope(envelope: unknown, target: WatchTarget): Page {
  const kind = `${resourceType(target.resource).kind}List`;
  const version = readVersion(envelope);
  if (!isRecord(envelope) || envelope.kind !== kind || version === undefined || !('items' in envelope)) {
    throw new ApiError('broken', `the answer is no ${kind}`);
  }
  const { metadata } = envelope;
  const next = isRecord(metadata) && typeof metadata.continue === 'string' ? metadata.continue : '';
  return { version, next: next === '' ? undefined : next };
}
