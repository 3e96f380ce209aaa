// `bellbird history`: the last changes that the running agent made, each with its causes.

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

interface HistoryOptions extends DirectoryOptions {
  readonly output: OutputForm;
  readonly last: number;
}

const examples = ['bellbird history', "bellbird history --last 100 -o json | jq '.changes[].causes'"];

/** Defines `history [--last N]`. */
export function defineHistory(command: Command, context: CommandContext): void {
  command.addOption(
    new Option('--last <count>', 'how many changes; the agent remembers 200')
      .argParser(readCount)
      .default(20)
      .helpGroup('Result:'),
  );
  addOutputOption(command);
  addRuntimeDirOption(command);
  addExamples(command, examples, '0 done, 2 usage error or no agent running');
  command.action(({ last, ...options }: HistoryOptions) =>
    askAndPrint({ method: 'GET', path: `/v1/history?limit=${last}` }, options, context),
  );
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1.');
}
