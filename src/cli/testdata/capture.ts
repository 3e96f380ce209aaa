// Runs the command line in this process, for commands that leave streams and process alone.

import { run } from '../cli.ts';

/** Exit code and what a command wrote. */
export async function capture(...args: readonly string[]) {
  let out = '';
  let err = '';
  const code = await run(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  });
  return { code, out, err };
}
