import { relative } from 'node:path';
import { isSea } from 'node:sea';

/** How this program is called from here, so that a printed command can be pasted: `dist/bellbird`, for example. */
export function ownName(): string {
  const entry = process.argv[1];
  if (!isSea() && entry !== undefined) return `node ${nearest(entry)}`;
  const onPath = (process.env.PATH ?? '').split(':').some((folder) => process.execPath === `${folder}/bellbird`);
  return onPath ? 'bellbird' : nearest(process.execPath);
}

/** The shorter way to a file: relative where it lies below the working directory. */
function nearest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere.includes('/') ? fromHere : `./${fromHere}`;
}
