// Runs tests again whenever the policy, or a manifest that a test names, is no longer what it was at the last run.
// Ends with the signal that ends any program; the exit code is that of the last run.

import { dirname, resolve } from 'node:path';
import { loadPolicy } from '../../agent/load-policy.ts';
import { createFileWatch } from '../../agent/watch-files.ts';
import { systemClock } from '../../clock.ts';
import { listManifests, lookUpVersion } from '../../kube/index.ts';
import type { Streams } from '../command.ts';
import { CliError, type ExitCode } from '../exit-code.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the tests of these policies until a signal comes. */
export async function watchTests(
  entries: readonly string[],
  runOnce: () => Promise<ExitCode>,
  { stderr }: Streams,
): Promise<ExitCode> {
  let last: ExitCode = 0;
  let seen: string | undefined;
  let looking = Promise.resolve();
  const watch = createFileWatch(systemClock, () => {
    looking = looking.then(look);
  });
  const look = async (): Promise<void> => {
    // What changes while the tests run is seen at the next look.
    const { fingerprint, directories } = await lookAround(entries);
    watch.follow(directories);
    if (fingerprint === seen) return;
    if (seen !== undefined) stderr.write('\nsomething changed, so here is another run\n\n');
    seen = fingerprint;
    last = await runOnce().catch((error: unknown) => report(error, stderr));
    stderr.write('note: watching for changes; Ctrl+C ends\n');
  };
  const ended = nextSignal();
  looking = looking.then(look);
  await Promise.race([ended, looking.then(() => ended)]);
  await watch.close();
  return last;
}

/** What the result of a run depends on, and the directories where it lies. */
async function lookAround(
  entries: readonly string[],
): Promise<{ readonly fingerprint: string; readonly directories: readonly string[] }> {
  const { policy, text, directories } = loadPolicy(entries);
  const fixtures = new Set(policy?.tests.flatMap((test) => test.fixtures.map(({ path }) => path)));
  const found = await Promise.all([...fixtures].map(lookAtFixture));
  return {
    fingerprint: JSON.stringify([text.files, found.map(({ versions }) => versions)]),
    directories: [...directories, ...found.map(({ directory }) => directory)],
  };
}

async function lookAtFixture(path: string): Promise<{ readonly versions: unknown; readonly directory: string }> {
  const listing = await listManifests(path);
  if (listing.kind !== 'files') return { versions: [path, listing.kind], directory: resolve(dirname(path)) };
  const versions = await Promise.all(listing.files.map(async (file) => [file, await lookUpVersion(file)]));
  return { versions, directory: resolve(listing.folder ? path : dirname(path)) };
}

/** Keeps the process alive until it is told to end. */
function nextSignal(): Promise<void> {
  return new Promise((done) => {
    const alive = setInterval(() => {}, 1 << 30);
    const end = () => {
      clearInterval(alive);
      for (const signal of SIGNALS) process.off(signal, end);
      done();
    };
    for (const signal of SIGNALS) process.on(signal, end);
  });
}

function report(error: unknown, stderr: Streams['stderr']): ExitCode {
  if (!(error instanceof CliError)) throw error;
  stderr.write(error.message);
  return error.exitCode;
}
