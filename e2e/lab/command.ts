// Runs the small programs a lab is made of (ip, vtysh): synchronously while building and cleaning up, so that clean-up
// also works inside an exit handler, and asynchronously where tests poll.

import { execFile, spawnSync } from 'node:child_process';

/** Runs a command to its end and returns its standard output; throws with its standard error if it fails. */
export function run(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return stdout;
  throw new Error(
    `\`${[command, ...args].join(' ')}\` failed: ${error?.message ?? (stderr.trim() || `exit ${status}`)}`,
  );
}

/** The same without blocking the event loop. */
export function query(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`\`${[command, ...args].join(' ')}\` failed: ${stderr.trim() || error.message}`));
    });
  });
}

/** True if a program of that name can be run. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v -- ${name}`], { stdio: 'ignore' }).status === 0;
}
