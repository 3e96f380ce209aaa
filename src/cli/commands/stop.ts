// `bellbird stop`: ends the agent; with `--withdraw` BIRD too, so that peers drop the routes.

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type AgentAnswer, askAgent } from '../../agent/api-client.ts';
import { resolveDirectories } from '../../agent/directories.ts';
import { removeLoopRules, renderRulesLeft } from '../../agent/loop-rules.ts';
import { type BirdImage, birdPaths, openBird } from '../../bgp/index.ts';
import { systemClock } from '../../clock.ts';
import { requireBirdImage, withBird } from '../bird-image.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import {
  addExamples,
  addOutputOption,
  addRuntimeDirOption,
  type DirectoryOptions,
  type OutputForm,
} from '../options.ts';

interface StopOptions extends DirectoryOptions {
  readonly withdraw?: true;
  readonly output: OutputForm;
}

const examples = ['bellbird stop', 'bellbird stop --withdraw'];

/** Defines `stop [--withdraw]`. */
export function defineStop(command: Command, context: CommandContext): void {
  command.addOption(
    new Option('--withdraw', 'end BIRD as well: sessions close and peers drop the routes at once').helpGroup('Mode:'),
  );
  addOutputOption(command);
  addRuntimeDirOption(command);
  addExamples(command, examples, '0 done, 2 usage error or nothing running');
  command.action((options: StopOptions) => stop(options, context));
}

async function stop(options: StopOptions, context: CommandContext): Promise<void> {
  const { runtime } = resolveDirectories(options, process.env);
  const withdraw = options.withdraw === true;
  const question = { method: 'POST', path: '/v1/stop', body: { withdraw }, form: options.output } as const;
  const answer = await askAgent(runtime, question);
  if (answer.kind === 'answer') {
    print(answer, context);
    return;
  }
  // An agent that was stopped before has left its BIRD behind, with the routes.
  if (!withdraw || !(await withBird(endBird(runtime, requireBirdImage())))) throw new CliError(answer.refusal);
  const failure = await removeLoopRules();
  const rulesLeft = failure === undefined ? null : renderRulesLeft(failure);
  const value = { apiVersion: 'bellbird/v1', kind: 'Stopped', withdraw, rulesLeft };
  if (rulesLeft !== null) context.stderr.write(`note: ${rulesLeft}\n`);
  context.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(value, undefined, 2)}\n`
      : 'no agent was running; its BIRD has ended, and peers have dropped the routes\n',
  );
}

/** A result on stdout; a failure, and what is to be noted, on stderr. */
function print(
  { status, body }: Pick<Extract<AgentAnswer, { kind: 'answer' }>, 'body' | 'status'>,
  { stdout, stderr, exit }: CommandContext,
): void {
  if (status !== 200) {
    stderr.write(body);
    exit(2);
    return;
  }
  const [result = '', ...notes] = body.split(/^(?=note: )/m);
  stdout.write(result);
  stderr.write(notes.join(''));
}

/** Ends a BIRD that runs without an agent; false if none does. */
async function endBird(directory: string, image: BirdImage): Promise<boolean> {
  if (!existsSync(birdPaths(directory).socket)) return false;
  const bird = await openBird({ directory, image, clock: systemClock });
  if (bird.state() !== 'running') return false;
  await bird.stop({ withdraw: true });
  return true;
}
