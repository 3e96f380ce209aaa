// One watch request, from its start to its end: hands on every event in the order it came.

import type { Clock } from '../../clock.ts';
import { resourcePath } from '../resources.ts';
import type { WatchTarget } from '../watch-target.ts';
import type { ApiClient } from './api-client.ts';
import { createIdleLimit } from './idle-limit.ts';
import { selectors } from './read-list.ts';
import { createLineSplitter, readWatchEvent, type WatchEvent } from './watch-lines.ts';

/** What a watch needs from outside. */
export interface WatchContext {
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly onBytes: (count: number) => void;
  /** The server has accepted the watch. */
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
  /** Everything that came together has been handed on: a good moment to pass changes on together. */
  readonly onPause: () => void;
}

/** An API server begins to answer a watch at once. */
const OPEN_MS = 30_000;

/** Bookmarks come about every minute: where nothing comes for longer, nobody is there. */
const IDLE_MS = 100_000;

/** Watches end after five to ten minutes, spread out so that those of a cluster do not end together. */
const TIMEOUT_S = 300;

/** What is watched, in the words of a request. */
export interface WatchedPath {
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
}

/** Follows changes after `version` until the server ends the watch; throws an ApiError if it ends in any other way. */
export function followWatch(
  target: WatchTarget,
  version: string,
  context: WatchContext,
  signal: AbortSignal,
): Promise<void> {
  const path = resourcePath(target.resource, target.namespace);
  return followPath({ path, selectors: selectors(target) }, version, context, signal);
}

/** The same for a path. */
export async function followPath(
  watched: WatchedPath,
  version: string,
  context: WatchContext,
  signal: AbortSignal,
): Promise<void> {
  const { api, clock, onBytes, onOpen, onEvent, onPause } = context;
  const idle = createIdleLimit(clock, OPEN_MS, signal);
  const splitter = createLineSplitter();
  const onLine = (line: string) => {
    const event = readWatchEvent(line);
    if (event !== undefined) onEvent(event);
  };
  try {
    const body = await api.get({
      path: watched.path,
      query: watchQuery(watched, version, context.random()),
      signal: idle.signal,
      compressed: false,
      isWatch: true,
      onBytes: (count) => {
        idle.touch();
        onBytes(count);
      },
    });
    idle.allow(IDLE_MS);
    onOpen();
    for await (const chunk of body) {
      try {
        splitter.write(chunk, onLine);
      } finally {
        onPause();
      }
    }
  } finally {
    idle.end();
  }
}

function watchQuery(watched: WatchedPath, version: string, chance: number): Readonly<Record<string, string>> {
  return {
    ...watched.selectors,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(TIMEOUT_S + Math.floor(chance * TIMEOUT_S)),
  };
}
