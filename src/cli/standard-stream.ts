// Standard output and standard error as plain descriptors. Node writes to files, terminals and pipes synchronously on
// Linux whichever way is taken, and building its stream objects is a tenth of the whole time of a short command.

import { writeSync } from 'node:fs';

/** Something to write text to. */
export interface StandardStream {
  write(text: string): void;
  readonly isTTY: boolean;
}

/** How long to wait for a reader that is slower than we are, where the pipe does not make us wait by itself. */
const RETRY_MS = 5;

/** The stream of a descriptor. `onBroken` is told when nothing can be written any more. */
export function standardStream(descriptor: 1 | 2, onBroken: (code: string | undefined) => void): StandardStream {
  return {
    write: (text) => {
      let rest: Uint8Array = Buffer.from(text);
      while (rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(descriptor, rest));
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
          if (code !== 'EAGAIN') return onBroken(code);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        }
      }
    },
    get isTTY() {
      return process.getBuiltinModule('node:tty').isatty(descriptor);
    },
  };
}
