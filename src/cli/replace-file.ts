// Rewriting a user's file.

import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the content of a file in one step, so that nobody ever reads half of it. Its mode and owner stay; a symbolic
 * link stays one, and the file it leads to is replaced. Throws if the file cannot be written, which then is as it was.
 */
export function replaceFile(path: string, content: string): void {
  const target = realpathSync(path);
  const { mode, uid, gid } = statSync(target);
  // Hidden and without the ending of a policy, for whoever watches the directory.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
  try {
    writeFileSync(temporary, content, { mode: 0o600, flush: true });
    const own = statSync(temporary);
    if (own.uid !== uid || own.gid !== gid) chownSync(temporary, uid, gid);
    chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
