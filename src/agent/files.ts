// Small file operations that several parts of the agent share.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file in one step, so that nobody ever reads half of it, and piece by piece, so that whatever else there is to do
 * goes on in between.
 */
export async function writePieces(path: string, pieces: Iterable<string>, mode: number): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      for (const piece of pieces) await file.appendFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The same for a text of a few lines, which is on the disk when this returns. Throws if it cannot be; the file is as it was. */
export function writeSmallFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.new`;
  try {
    writeFileSync(temporary, text, { mode, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The content of a text file; undefined where it cannot be read. */
export function readIfReadable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
