// The contract between the dispatcher and the commands. A command lives in `commands/<command>.ts` and is loaded only
// when it is the one that was asked for, so that `version` does not pay for the parser.

import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';

/** Where a command writes: results to stdout, everything else to stderr. `process` is one. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What a command's action gets besides its arguments and options. */
export interface CommandContext extends Streams {
  /** Sets the exit code, 0 unless called; the highest of several counts. */
  readonly exit: (code: ExitCode) => void;
}

/** Adds arguments, options, examples and the action to a command that has its name and summary already. */
export type DefineCommand = (command: Command, context: CommandContext) => void;

/** A row of the table of commands. */
export interface CommandEntry {
  readonly name: string;
  /** One clause for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
}
