// What goes wrong around BIRD, as far as somebody can do something about it.

import { messageOf } from '../unknown.ts';

/** Stable codes of what can go wrong with BIRD itself; a refused configuration is a result, not an error. */
export type BirdErrorCode =
  | 'bird-not-running'
  | 'bird-not-answering'
  | 'bird-connection-closed'
  | 'bird-start-failed'
  | 'bird-binary-missing'
  | 'bird-binary-damaged'
  | 'command-refused'
  | 'directory-unsafe'
  | 'directory-not-writable'
  | 'file-system-noexec'
  | 'foreign-config'
  | 'path-too-long';

/** Trouble with BIRD, its files or its socket. The message says what happened; what to do about it belongs to the code. */
export class BirdError extends Error {
  readonly code: BirdErrorCode;

  constructor(code: BirdErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.name = 'BirdError';
    this.code = code;
  }
}

/** Node's code of an I/O error, such as `ENOENT`; undefined for anything else. */
export function ioCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The message of anything that was thrown; of an I/O error the system's words, such as `permission denied`. */
export function ioMessageOf(error: unknown): string {
  const message = messageOf(error);
  // Node writes `EACCES: permission denied, open '/path'`; the path stands in the message around it.
  return /^E[A-Z0-9]+: ([^,]+), \w+/.exec(message)?.[1] ?? message;
}
