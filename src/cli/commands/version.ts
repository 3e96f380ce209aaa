// `bellbird version`: which bellbird, BIRD and Node.js this is, and under which licences they come.

import { type Command, Option } from 'commander';
import { readEmbeddedLicenses } from '../../build-info.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import { addExamples, addOutputOption, type OutputForm } from '../options.ts';
import { collectVersions, renderVersions } from '../version-info.ts';

const examples = ['bellbird version', 'bellbird version --licenses | less'];

/** Defines `version [--licenses] [-o text|json]`. */
export function defineVersion(command: Command, { stdout }: CommandContext): void {
  command.addOption(new Option('--licenses', 'print the licences of everything in this executable').helpGroup('Mode:'));
  addOutputOption(command);
  addExamples(command, examples, '0 done, 2 usage error');
  command.action((options: { readonly output: OutputForm; readonly licenses?: true }) => {
    if (options.licenses === true) stdout.write(licenses());
    else if (options.output === 'json') stdout.write(`${JSON.stringify(collectVersions(), undefined, 2)}\n`);
    else stdout.write(renderVersions(collectVersions()));
  });
}

function licenses(): string {
  const text = readEmbeddedLicenses();
  if (text === undefined)
    throw new CliError('the licence texts are put together by the build; run `npm run build` first');
  return text;
}
