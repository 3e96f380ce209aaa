// One run of an exec plugin, as a process group of its own: what the plugin starts ends with it when it takes too long.
// Edge: child processes.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../clock.ts';
import { printable } from '../../dsl/printable.ts';
import { messageOf } from '../../unknown.ts';

/** What to run, as the kubeconfig says it. */
export interface ExecSettings {
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Told where the plugin is missing. */
  readonly installHint: string | undefined;
}

/** A run that has begun. */
export interface PluginRun {
  /** What the plugin wrote; rejects with an Error that names it. */
  readonly output: Promise<string>;
  /** Ends it, with all that it started. */
  end(why: string): void;
}

/** A credential has a few kilobytes. */
const OUTPUT_LIMIT = 1024 * 1024;
/** What a plugin leaves running may hold its output open for longer than the plugin lives. */
const CLOSE_MS = 1_000;
const WORDS_LIMIT = 300;

/** Starts the plugin. */
export function runPlugin(settings: ExecSettings, clock: Clock): PluginRun {
  const { command, args, env, installHint } = settings;
  const name = `the exec plugin \`${printable(command)}\``;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const written = { output: '', words: '' };
  const kill = () => killGroup(child);
  const end = (why: string) => {
    kill();
    reject(new Error(`${name} ${why}`));
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.output += text;
    if (written.output.length > OUTPUT_LIMIT) end('writes without end, and was killed');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.words = (written.words + text).slice(-WORDS_LIMIT);
  });
  const settle = (code: number | null) => {
    if (code === 0) resolve(written.output);
    else reject(new Error(`${name} failed (${code ?? 'killed'})${afterColon(written.words)}`));
  };
  child.once('error', (error) => {
    reject(new Error(`${name} cannot be started: ${messageOf(error)}${afterColon(installHint ?? '')}`));
  });
  child.once('close', settle);
  child.once('exit', (code) => clock.after(CLOSE_MS, () => settle(code)));
  // Whoever ends without waiting leaves nothing behind.
  process.once('exit', kill);
  const output = promise.finally(() => {
    process.off('exit', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  });
  return { output, end };
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function afterColon(words: string): string {
  const line = printable(words.replace(/\s+/g, ' ').trim());
  return line === '' ? '' : `: ${line}`;
}
