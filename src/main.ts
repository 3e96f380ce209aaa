// Entry of the executable: runs the command line and leaves its exit code to the process.

import { run } from './cli/cli.ts';
import { standardStream } from './cli/standard-stream.ts';

// A reader that stops early (`bellbird … | head`) is no failure.
const stdout = standardStream(1, (code) => process.exit(code === 'EPIPE' ? 0 : 2));
// An agent whose log nobody reads any more goes on.
const stderr = standardStream(2, () => undefined);

void run(process.argv.slice(2), { stdout, stderr }).then((code) => {
  // Set rather than exit: whatever a command left running ends first.
  process.exitCode = code;
});
