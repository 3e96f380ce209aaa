// Notices that something under a path may have changed. What changed is found out by looking, never taken from the
// notice: editors, `git checkout` and mounted ConfigMaps replace files in many ways.

import { watch } from 'chokidar';
import { messageOf } from '../unknown.ts';

/** Ends a watch; nothing is noticed after the promise resolves. */
export interface PathWatch {
  close(): Promise<void>;
}

/** Who is told. */
export interface PathObserver {
  /** The path that was noticed: below the watched one, or itself. */
  readonly onNotice: (path: string) => void;
  /** Everything from now on is noticed. */
  readonly onReady: () => void;
  /** The system does not let it watch, for example because it is out of inotify watches. */
  readonly onFailure: (message: string) => void;
}

/** How to watch; replaced in tests. */
export type WatchPath = (path: string, observer: PathObserver) => PathWatch;

/** Watches a file, or a folder without its subfolders, whether or not it is there yet. */
export const watchPath: WatchPath = (path, observer) => {
  const watcher = watch(path, { ignoreInitial: true, depth: 0, atomic: false });
  watcher.on('all', (_event, noticed) => observer.onNotice(noticed));
  watcher.on('ready', observer.onReady);
  watcher.on('error', (error) => observer.onFailure(messageOf(error)));
  return watcher;
};
