// `bellbird birdc`: one command to the BIRD of the running agent.

import type { Command } from 'commander';
import { askAndPrint } from '../ask.ts';
import type { CommandContext } from '../command.ts';
import {
  addExamples,
  addOutputOption,
  addRuntimeDirOption,
  type DirectoryOptions,
  type OutputForm,
} from '../options.ts';

const examples = ['bellbird birdc show protocols all', 'bellbird birdc show route count'];

/** Defines `birdc COMMAND…`. */
export function defineBirdc(command: Command, context: CommandContext): void {
  command.argument('<words...>', 'the command, as the manual of BIRD 2 has it');
  addOutputOption(command);
  addRuntimeDirOption(command);
  addExamples(command, examples, '0 done, 1 BIRD answered with an error, 2 usage error or no agent running');
  // Words that look like options belong to BIRD once its command has begun.
  command.passThroughOptions();
  command.action((words: readonly string[], options: DirectoryOptions & { readonly output: OutputForm }) =>
    askAndPrint({ method: 'POST', path: '/v1/birdc', body: { command: words.join(' ') } }, options, context),
  );
}
