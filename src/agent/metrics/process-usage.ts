// What a process uses of the machine, as the kernel says under /proc.

import { readdirSync } from 'node:fs';
import { readIfReadable } from '../files.ts';

/** Memory and time of a process. */
export interface ProcessUsage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** Linux shows times to programs in hundredths of a second, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100;

/** What a process uses; undefined if it cannot be seen. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  const [stat, status] = ['stat', 'status'].map((name) => readIfReadable(`/proc/${pid}/${name}`));
  return stat === undefined || status === undefined ? undefined : parseProcessUsage(stat, status);
}

/** The same from the texts of `/proc/PID/stat` and `/proc/PID/status`. */
export function parseProcessUsage(stat: string, status: string): ProcessUsage | undefined {
  // The name of the program stands in parentheses and may have spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined || Number.isNaN(user + system)) return undefined;
  return { residentBytes: Number(kibibytes) * 1_024, cpuSeconds: (user + system) / TICKS_PER_SECOND };
}

/** Open file descriptors of this process; undefined where the kernel does not say. */
export function countOpenFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
