// Runs the command line as a user would: a process of its own, from source.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '../../main.ts');
const environment = { ...process.env, NO_COLOR: '1' };

/** Variables of the environment besides those of the test. */
export type Environment = Readonly<Record<string, string>>;

/** Outcome of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end in a folder, with a text on its stdin. */
export function bellbird(args: readonly string[], cwd: string, env: Environment = {}, input = ''): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd,
    encoding: 'utf8',
    timeout: 20_000,
    input,
    env: { ...environment, ...env },
  });
  return { status, stdout, stderr };
}

/** A command that runs until it is told to end. */
export interface RunningCommand {
  readonly process: ChildProcess;
  /** What it has written to stderr so far. */
  stderr(): string;
  /** Resolves when stderr matches; rejects when the command ends before. */
  says(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code, null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends a signal and resolves with the exit code, null if the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command in a folder. */
export function startBellbird(args: readonly string[], cwd: string, env: Environment = {}): RunningCommand {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...environment, ...env },
  });
  let text = '';
  let onText = () => {};
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    onText();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    ended,
    stderr: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        onText = () => {
          if (pattern.test(text)) resolve();
        };
        onText();
        void ended.then(() => reject(new Error(`it ended without saying ${pattern}:\n${text}`)));
      }),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
