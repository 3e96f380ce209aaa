// Which files a command that works on single files takes from a path on its command line.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A file itself, or every `*.bell` file of a directory and the directories in it, in lexical order. Hidden names are
 * left out, and so are links to directories, which could lead in circles.
 */
export function findPolicyFiles(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return listDirectory(path);
}

function listDirectory(path: string): readonly string[] {
  const entries = readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const own = join(path, entry.name);
    if (entry.isDirectory()) return listDirectory(own);
    return entry.name.endsWith('.bell') && statSync(own, { throwIfNoEntry: false })?.isFile() === true ? [own] : [];
  });
}
