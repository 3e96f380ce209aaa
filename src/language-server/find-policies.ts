// The policy files of a workspace folder. Bounded: an editor may be opened on a whole home directory.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MAX_DIRECTORIES = 2000;

/** Paths of the `*.bell` files below a folder, nearest first; hidden folders and node_modules are left out. */
export function findPolicies(folder: string): readonly string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let index = 0; index < folders.length && index < MAX_DIRECTORIES; index++) {
    const current = folders[index] ?? folder;
    for (const entry of entriesOf(current)) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) folders.push(join(current, entry.name));
      else if (entry.name.endsWith('.bell')) found.push(join(current, entry.name));
    }
  }
  return found;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
