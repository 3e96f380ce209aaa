// A lab: a unique name, a private folder, and the list of what has to be undone. Clean-up is synchronous and runs in
// reverse order when the test ends, when it fails, and when the process is interrupted or exits; namespaces that a
// killed run left behind are removed by the next one. BELLBIRD_KEEP=1 keeps the folder with its logs.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One lab of one test file. */
export interface Lab {
  /** Unique among all runs on this machine; short enough to be part of other names. */
  readonly name: string;
  /** For configurations, sockets and logs; gone after the test. */
  readonly folder: string;
  /** Remembers something to undo; the last one remembered is undone first. */
  onClose(undo: () => void): void;
  /** Undoes everything. A second call does nothing. */
  close(): void;
}

/** What all lab names begin with, followed by the process id of their owner. */
export const LAB_PREFIX = 'bellbird-e2e-';

const open = new Set<Lab>();
let signalsWatched = false;
let count = 0;

/** Opens a lab. Close it in `after`; whatever else ends the process closes it as well. */
export function openLab(): Lab {
  watchSignals();
  const undos: (() => void)[] = [];
  const name = `${LAB_PREFIX}${process.pid}-${++count}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const lab: Lab = {
    name,
    folder,
    onClose: (undo) => undos.push(undo),
    close: () => {
      open.delete(lab);
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) attempt(undo);
      if (process.env.BELLBIRD_KEEP === undefined) rmSync(folder, { recursive: true, force: true });
      else console.error(`kept ${folder}`);
    },
  };
  open.add(lab);
  return lab;
}

/** A folder inside the lab's, made if it is not there. */
export function labFolder(lab: Lab, ...names: readonly string[]): string {
  const folder = join(lab.folder, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** One step that cannot be undone must not keep the others from being undone. */
function attempt(undo: () => void): void {
  try {
    undo();
  } catch (error) {
    console.error(`clean-up: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function watchSignals(): void {
  if (signalsWatched) return;
  signalsWatched = true;
  process.on('exit', closeAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      closeAll();
      process.kill(process.pid, signal);
    });
  }
}

function closeAll(): void {
  for (const lab of [...open]) lab.close();
}
