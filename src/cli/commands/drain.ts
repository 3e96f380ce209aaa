// `bellbird drain` and `undrain`: takes the traffic of this node away, and back again, without ending a session.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { askAndPrint } from '../ask.ts';
import type { CommandContext } from '../command.ts';
import {
  addExamples,
  addOutputOption,
  addRuntimeDirOption,
  type DirectoryOptions,
  type OutputForm,
} from '../options.ts';

interface DrainOptions extends DirectoryOptions {
  readonly wait: number;
  readonly force?: true;
  readonly output: OutputForm;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Defines `drain [--wait D] [--force]`. */
export function defineDrain(command: Command, context: CommandContext): void {
  command.addOption(
    new Option('--wait <duration>', 'how long routes are sent with graceful-shutdown before they are withdrawn')
      .argParser(readDuration)
      .default(10_000, '10s')
      .helpGroup('Mode:'),
  );
  command.addOption(
    new Option('--force', 'also if addresses are lost that no other node announces').helpGroup('Mode:'),
  );
  addOutputOption(command);
  addRuntimeDirOption(command);
  addExamples(
    command,
    ['bellbird drain', 'bellbird drain --wait 1m --force'],
    '0 done, 1 refused because addresses would be lost, 2 usage error or no agent running',
  );
  command.action(({ wait, force, ...options }: DrainOptions) =>
    askAndPrint({ method: 'POST', path: '/v1/drain', body: { waitMs: wait, force: force === true } }, options, context),
  );
}

/** `10s`, as the policy language writes it. */
function readDuration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined) throw new InvalidArgumentError('Write for example `30s` or `2m`.');
  return Number(number) * factor;
}
