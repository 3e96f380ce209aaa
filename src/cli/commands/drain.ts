// `bellbird drain` and `undrain`: takes the traffic of this node away, and back again, without ending a session.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { LONGEST_WAIT_MS } from '../../agent/drain-api.ts';
import { parseDuration } from '../../dsl/duration.ts';
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

/** Defines `drain [--wait D] [--force]`. */
export function defineDrain(command: Command, context: CommandContext): void {
  command.addOption(
    new Option(
      '--wait <duration>',
      'how long routes are sent with graceful-shutdown before they are withdrawn, at most 24h',
    )
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
  const duration = parseDuration(text);
  if (duration === undefined) throw new InvalidArgumentError('Write for example `30s` or `2m`.');
  if (duration > LONGEST_WAIT_MS) throw new InvalidArgumentError('At most `24h`.');
  return duration;
}
