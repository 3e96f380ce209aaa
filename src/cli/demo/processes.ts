// Everything the demonstration starts, and its end: whatever happens, nothing is left running and no file behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { currentAccount } from '../../agent/account.ts';
import { askAgent } from '../../agent/api-client.ts';
import { canHoldBird } from '../../agent/directories.ts';
import { readIfReadable } from '../../agent/files.ts';

/** The private folder of one demonstration and the processes that use it. */
export interface Processes {
  readonly folder: string;
  /** Starts an agent of this very program. */
  startAgent(name: string, args: readonly string[]): void;
  /** The runtime directory of an agent. */
  runtimeDirectory(name: string): string;
  /** What an agent has said so far. */
  output(name: string): string;
  /** Ends everything that runs from the folder, agents in good order, and removes it. */
  end(): Promise<void>;
}

/** How long an agent may take to end with its BIRD, in milliseconds, before both are killed. */
const PATIENCE_MS = 3_000;

/** Creates the folder. */
export function createProcesses(): Processes {
  const places = [tmpdir(), process.env.XDG_RUNTIME_DIR, currentAccount().home].filter((place) => place !== undefined);
  const folder = mkdtempSync(join(places.find(canHoldBird) ?? tmpdir(), 'bellbird-demo-'));
  const agents = new Map<string, ChildProcess>();
  const directory = (name: string) => join(folder, name, 'run');
  const outputFile = (name: string) => join(folder, `${name}.log`);
  const endNow = () => {
    for (const child of agents.values()) kill(child);
    killBirds(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  // Also where the process ends without coming back here, as when a reader closes the pipe it prints to.
  process.on('exit', endNow);
  return {
    folder,
    startAgent: (name, args) => {
      const [command, ...first] = ownCommand();
      const folders = ['--runtime-dir', directory(name), '--state-dir', join(folder, name, 'state')];
      const output = openSync(outputFile(name), 'w', 0o600);
      // A process group of its own: Ctrl-C is for the demonstration, which ends the agents in order.
      const child = spawn(command, [...first, 'run', ...args, ...folders], {
        detached: true,
        stdio: ['ignore', output, output],
      });
      agents.set(name, child);
    },
    runtimeDirectory: directory,
    output: (name) => readIfReadable(outputFile(name)) ?? '',
    end: async () => {
      await Promise.all([...agents].map(([name, child]) => endAgent(directory(name), child)));
      endNow();
      process.off('exit', endNow);
    },
  };
}

/** This program as a command: the executable itself, or Node with the entry file. */
export function ownCommand(): readonly [string, ...string[]] {
  const entry = process.argv[1];
  return isSea() || entry === undefined ? [process.execPath] : [process.execPath, entry];
}

async function endAgent(runtimeDirectory: string, child: ChildProcess): Promise<void> {
  const question = { method: 'POST', path: '/v1/stop', body: { withdraw: true }, form: 'text' } as const;
  await Promise.race([askAgent(runtimeDirectory, question), timeout(PATIENCE_MS)]);
  kill(child);
}

/** Kills every BIRD that was started from the folder, whoever started it and however its agent ended. */
function killBirds(folder: string): void {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (executableOf(name)?.startsWith(`${folder}/`) === true) tryKill(Number(name));
  }
}

function executableOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** A process that ended by itself meanwhile is as good as killed. */
function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

function timeout(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
