// Long-running programs of a lab: routers, monitors and agents, on the machine itself or inside a namespace.
// Their output goes to a file in the lab's folder; they end with the lab at the latest.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import type { Namespace } from './namespace.ts';

/** How a program is started. */
export interface DaemonOptions {
  /** Names its log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly namespace?: Namespace | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that was started. */
export interface Daemon {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Everything it has written so far. */
  output(): string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Sends the signal and resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program. `ip netns exec` replaces itself by it, so the process id is the program's own. */
export function startDaemon(lab: Lab, options: DaemonOptions): Daemon {
  const log = join(lab.folder, `${options.name}.log`);
  const descriptor = openSync(log, 'a');
  const inside = options.namespace === undefined ? [] : ['ip', 'netns', 'exec', options.namespace.name];
  const [command = options.command, ...args] = [...inside, options.command, ...options.args];
  const child = spawn(command, args, {
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  closeSync(descriptor);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`cannot start ${command}`);
  lab.onClose(() => child.kill('SIGKILL'));
  return {
    pid,
    process: child,
    output: () => readFileSync(log, 'utf8'),
    ended,
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
