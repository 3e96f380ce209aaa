// Tells when something in a set of directories may have changed. Says so once per burst of events and never says what:
// whoever listens reads again and compares.

import { watch } from 'chokidar';
import type { Clock, Timer } from '../clock.ts';

/** A running watch. */
export interface FileWatch {
  /** Watches these directories (not what lies below their folders) from now on, and no others. */
  follow(directories: readonly string[]): void;
  close(): Promise<void>;
}

/** Editors and volume mounts replace files in several steps; wait this long for the last one. */
const SETTLE_MS = 100;
/** File systems that send no events (network, some containers) are looked at this often. */
const LOOK_AGAIN_MS = 15_000;

/** Starts with nothing to watch; `onChange` is called after each burst and every 15 s besides. */
export function createFileWatch(clock: Clock, onChange: () => void): FileWatch {
  const watcher = watch([], { ignoreInitial: true, depth: 0, ignorePermissionErrors: true });
  let followed = new Set<string>();
  let timer: Timer | undefined;
  let isSettling = false;
  let isClosed = false;
  const wait = (delay: number) => {
    timer?.cancel();
    timer = clock.after(delay, () => {
      isSettling = false;
      if (!isClosed) wait(LOOK_AGAIN_MS);
      onChange();
    });
  };
  // Later events of a burst do not push the time back: a busy folder must not starve the policy.
  const settle = () => {
    if (isClosed || isSettling) return;
    isSettling = true;
    wait(SETTLE_MS);
  };
  watcher.on('all', settle);
  // Events that cannot be had are made up for by looking again.
  watcher.on('error', () => {});
  wait(LOOK_AGAIN_MS);
  return {
    follow: (directories) => {
      const wanted = new Set(directories);
      const added = [...wanted].filter((path) => !followed.has(path));
      const removed = [...followed].filter((path) => !wanted.has(path));
      if (added.length > 0) watcher.add(added);
      if (removed.length > 0) watcher.unwatch(removed);
      followed = wanted;
    },
    close: async () => {
      isClosed = true;
      timer?.cancel();
      await watcher.close();
    },
  };
}
