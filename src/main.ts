// Entry of the executable: runs the command line and leaves its exit code to the process.

import { run } from './cli/cli.ts';

// A reader that stops early (`bellbird … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

void run(process.argv.slice(2), process).then((code) => {
  // Set rather than exit: output still in a pipe is written out first.
  process.exitCode = code;
});
