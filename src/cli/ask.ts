// Puts a question to the running agent and prints its answer: a result on stdout, a failure on stderr.

import { type AgentQuestion, askAgent } from '../agent/api-client.ts';
import { resolveDirectories } from '../agent/directories.ts';
import type { CommandContext } from './command.ts';
import { CliError } from './exit-code.ts';
import type { DirectoryOptions, OutputForm } from './options.ts';

/** Asks, and prints. Throws where no agent answers. */
export async function askAndPrint(
  question: Omit<AgentQuestion, 'form'>,
  options: DirectoryOptions & { readonly output: OutputForm },
  { stdout, stderr, exit }: CommandContext,
): Promise<void> {
  const { runtime } = resolveDirectories(options, process.env);
  const answer = await askAgent(runtime, { ...question, form: options.output });
  if (answer.kind === 'no-agent') throw new CliError(answer.refusal);
  if (answer.status === 200) {
    stdout.write(answer.body);
    return;
  }
  stderr.write(answer.body);
  // 409: the question was understood, and the answer is a finding.
  exit(answer.status === 409 ? 1 : 2);
}
