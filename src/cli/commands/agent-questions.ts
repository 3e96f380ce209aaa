// `status`, `peers`, `routes`, `confirm`, `undrain` and `restart-bird`: what is asked of the running agent without arguments.

import type { Command } from 'commander';
import { askAndPrint } from '../ask.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import {
  addExamples,
  addOutputOption,
  addRuntimeDirOption,
  type DirectoryOptions,
  type OutputForm,
} from '../options.ts';

const EXIT_CODES = '0 done, 2 usage error or no agent running';

/** Defines `status`. */
export const defineStatus = question('/v1/status', ['bellbird status', 'bellbird status -o json | jq .problems']);

/** Defines `peers`. */
export const definePeers = question('/v1/peers', [
  'bellbird peers',
  'bellbird peers -o json --runtime-dir /run/bellbird',
]);

/** Defines `routes`. */
export const defineRoutes = question('/v1/routes', [
  'bellbird routes',
  "bellbird routes -o json | jq '.nodes[].withheld'",
]);

/** Defines `confirm`. */
export const defineConfirm = question('/v1/confirm', ['bellbird confirm', 'bellbird confirm -o json'], 'POST');

/** Defines `undrain`. */
export const defineUndrain = question('/v1/undrain', ['bellbird undrain', 'bellbird undrain -o json'], 'POST');

/** Defines `restart-bird`. */
export const defineRestartBird = question(
  '/v1/restart-bird',
  ['bellbird restart-bird', 'bellbird restart-bird --runtime-dir /run/bellbird'],
  'POST',
);

function question(path: string, examples: readonly string[], method: 'GET' | 'POST' = 'GET'): DefineCommand {
  return (command: Command, context: CommandContext) => {
    addOutputOption(command);
    addRuntimeDirOption(command);
    addExamples(command, examples, EXIT_CODES);
    command.action((options: DirectoryOptions & { readonly output: OutputForm }) =>
      askAndPrint({ method, path }, options, context),
    );
  };
}
