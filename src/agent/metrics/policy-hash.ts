// One short name for the text of a policy, by which nodes with different policies can be told apart.

import { createHash } from 'node:crypto';
import type { PolicyText } from '../last-good.ts';

/** SHA-256 of the files in hexadecimal: of their names and contents, in the order of names. */
export function hashPolicy({ files }: PolicyText): string {
  const names = Object.keys(files).sort();
  return createHash('sha256')
    .update(JSON.stringify(names.map((name) => [name, files[name]])))
    .digest('hex');
}
