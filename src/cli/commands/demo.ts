// `bellbird demo`: a small fabric on this machine, with real BIRDs and real BGP, and nothing left behind.

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { messageOf } from '../../unknown.ts';
import { requireBirdImage } from '../bird-image.ts';
import type { CommandContext } from '../command.ts';
import { FIRST_CLUSTER, writeLabFiles } from '../demo/lab-files.ts';
import { ownName } from '../demo/own-name.ts';
import { createProcesses } from '../demo/processes.ts';
import { tellStory } from '../demo/story.ts';
import { addExamples } from '../options.ts';

const examples = ['bellbird demo', 'bellbird demo --save lab'];

/** Defines `demo [--save DIR]`. */
export function defineDemo(command: Command, context: CommandContext): void {
  command.addOption(
    new Option('--save <dir>', 'write its policy and its cluster into a folder instead of running it').helpGroup(
      'Mode:',
    ),
  );
  addExamples(command, examples, '0 done, 2 usage error, interrupted, or something did not come out as it should');
  command.action((options: { readonly save?: string }) =>
    options.save === undefined ? demonstrate(context) : save(options.save, context),
  );
}

/** The port of a saved policy: nothing listens there before somebody runs an agent. */
const SAVED_PORT = 1790;

function save(folder: string, { stdout }: CommandContext): void {
  writeLabFiles(resolve(folder), SAVED_PORT, FIRST_CLUSTER);
  stdout.write(`wrote ${folder}/demo.bell and ${folder}/cluster\n\n${nextCommands(folder)}`);
}

async function demonstrate(context: CommandContext): Promise<void> {
  const image = requireBirdImage();
  const { stdout, stderr } = context;
  stdout.write('Three nodes and two routers on loopback addresses: five BIRDs, real BGP, no root.\n\n');
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const processes = createProcesses();
  try {
    const print = (text: string) => void stdout.write(text);
    await tellStory({ processes, image, print, signal: interruption.signal });
  } catch (error) {
    stderr.write(`error: the demonstration ends early: ${messageOf(error)}\n`);
    context.exit(2);
    return;
  } finally {
    await processes.end();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
  stdout.write(`Everything that was started has ended, and its files are removed.\n\n`);
  stdout.write(`Try next:\n\n  ${ownName()} demo --save lab\n${nextCommands('lab')}`);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function nextCommands(folder: string): string {
  const files = `--policy ${folder}/demo.bell --cluster ${folder}/cluster`;
  return [
    `check ${folder}/demo.bell`,
    `plan ${files}`,
    `explain shop/checkout --node worker-3 ${files}`,
    `run --dry-run --node worker-1 ${files}`,
  ]
    .map((line) => `  ${ownName()} ${line}\n`)
    .join('');
}
