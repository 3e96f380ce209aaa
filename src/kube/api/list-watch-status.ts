// What one list-watch has done and how it is: for `status`, metrics and log.

import type { WatchTarget } from '../watch-target.ts';
import type { ApiFailure } from './api-error.ts';

/** How one list-watch is. */
export interface ListWatchStatus {
  readonly target: WatchTarget;
  readonly state: 'starting' | 'listing' | 'watching' | 'waiting' | 'stopped';
  /** A complete list has been read. */
  readonly synced: boolean;
  readonly objects: number;
  /** Everything up to this version is known; absent before the first list. */
  readonly version: string | undefined;
  /** When anything last came from the server, milliseconds since 1970. */
  readonly lastContact: number | undefined;
  /** When the last event came, bookmarks not included. */
  readonly lastEvent: number | undefined;
  readonly lastBookmark: number | undefined;
  /** A watch is open: the server has answered it, and it has not ended. */
  readonly connected: boolean;
  /** Absent while all is well. */
  readonly trouble: Trouble | undefined;
  readonly counts: ListWatchCounts;
}

/** What goes wrong, and since when. */
export interface Trouble {
  readonly failure: ApiFailure;
  readonly message: string;
  readonly doing: 'list' | 'watch';
  /** A complete list had been read before. */
  readonly synced: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly attempts: number;
}

/** Totals since the start. */
export interface ListWatchCounts {
  readonly lists: number;
  readonly watches: number;
  /** Bookmarks not included. */
  readonly events: number;
  readonly bookmarks: number;
  /** Events that changed something the engine reads. */
  readonly changes: number;
  /** Received, as they came over the network. */
  readonly bytes: number;
  readonly failures: number;
  /** The same by cause. */
  readonly failuresBy: Readonly<Partial<Record<ApiFailure, number>>>;
}
