// Small file operations that several parts of the agent share.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file in one step, so that nobody ever reads half of it. */
export function writeAtomic(path: string, content: string, mode: number): void {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, content, { mode, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The content of a text file; undefined where it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
