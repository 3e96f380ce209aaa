// What the numbers were measured on.

import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { run } from '../e2e/lab/command.ts';

/** One line about the machine. */
export function describeMachine(): string {
  const [first] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${gibibytes} GiB, ${distribution()}, Linux ${release()}`;
}

/** The load of the last minute: above about 1, somebody else was working too. */
export function describeLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}

/** The commit that was measured, with a mark if files differed from it. */
export function describeCommit(): string {
  try {
    const changed = run('git', 'status', '--porcelain', '--untracked-files=no') !== '';
    return `${run('git', 'rev-parse', '--short', 'HEAD').trim()}${changed ? ' with local changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

function distribution(): string {
  const text = readFileSync('/etc/os-release', 'utf8');
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? 'unknown distribution';
}
