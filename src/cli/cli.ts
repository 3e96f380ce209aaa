// The command line: the table of commands, dispatch, and the exit code of whatever happens.

import { Command, CommanderError } from 'commander';
import type { CommandContext, CommandEntry, Streams } from './command.ts';
import { CliError, type ExitCode } from './exit-code.ts';

const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run the agent of this node',
    load: async () => (await import('./commands/run.ts')).defineRun,
  },
  {
    name: 'check',
    summary: 'tell whether a policy is right, and what is wrong with it',
    load: async () => (await import('./commands/check.ts')).defineCheck,
  },
  {
    name: 'fmt',
    summary: 'format policies in the one style there is, or tell what would change',
    load: async () => (await import('./commands/fmt.ts')).defineFmt,
  },
  {
    name: 'test',
    summary: 'run the tests of a policy against the clusters that stand beside it',
    load: async () => (await import('./commands/test.ts')).defineTest,
  },
  {
    name: 'plan',
    summary: 'print the routes that a policy advertises from each node, and to which peers',
    load: async () => (await import('./commands/plan.ts')).definePlan,
  },
  {
    name: 'explain',
    summary: 'say why a service, an address or a prefix is advertised, or why not',
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'snapshot',
    summary: 'print the live cluster as manifests, only what decisions read of it',
    load: async () => (await import('./commands/snapshot.ts')).defineSnapshot,
  },
  {
    name: 'status',
    summary: 'print the state of the running agent, and what is wrong with it',
    load: async () => (await import('./commands/agent-questions.ts')).defineStatus,
  },
  {
    name: 'peers',
    summary: 'print the BGP sessions of the running agent',
    load: async () => (await import('./commands/agent-questions.ts')).definePeers,
  },
  {
    name: 'routes',
    summary: 'print the routes of the running agent, and whether BIRD has them',
    load: async () => (await import('./commands/agent-questions.ts')).defineRoutes,
  },
  {
    name: 'history',
    summary: 'print the last changes that the running agent made, and why',
    load: async () => (await import('./commands/history.ts')).defineHistory,
  },
  {
    name: 'confirm',
    summary: 'keep a policy that is on trial, and let go the withdrawals that the guard holds',
    load: async () => (await import('./commands/agent-questions.ts')).defineConfirm,
  },
  {
    name: 'drain',
    summary: 'take the traffic of this node away, and leave its sessions up',
    load: async () => (await import('./commands/drain.ts')).defineDrain,
  },
  {
    name: 'undrain',
    summary: 'announce the routes of a drained node again',
    load: async () => (await import('./commands/agent-questions.ts')).defineUndrain,
  },
  {
    name: 'restart-bird',
    summary: 'restart the BIRD of the running agent; peers with graceful restart keep the routes',
    load: async () => (await import('./commands/agent-questions.ts')).defineRestartBird,
  },
  {
    name: 'birdc',
    summary: 'give one command to the BIRD of the running agent',
    load: async () => (await import('./commands/birdc.ts')).defineBirdc,
  },
  {
    name: 'stop',
    summary: 'end the running agent, and with --withdraw its BIRD and the routes',
    load: async () => (await import('./commands/stop.ts')).defineStop,
  },
  {
    name: 'generate',
    summary: 'write the files to install it: a systemd unit, RBAC roles, a DaemonSet',
    load: async () => (await import('./commands/generate.ts')).defineGenerate,
  },
  {
    name: 'demo',
    summary: 'show it all at work: three nodes and two routers on this machine',
    load: async () => (await import('./commands/demo.ts')).defineDemo,
  },
  {
    name: 'lsp',
    summary: 'serve an editor: the language server, on stdin and stdout',
    load: async () => (await import('./commands/lsp.ts')).defineLsp,
  },
  {
    name: 'version',
    summary: 'print the versions of bellbird, its BIRD and its Node.js',
    load: async () => (await import('./commands/version.ts')).defineVersion,
  },
];

/** Runs one command line (without the program's own name) and returns its exit code. Never rejects. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  // The gravest of several findings counts.
  const exit = (code: ExitCode): void => {
    if (code > exitCode) exitCode = code;
  };
  // What a command waits for, such as the end of another process, need not keep ours alive; it ends when it is done.
  const hold = setInterval(() => undefined, LONGEST_INTERVAL_MS);
  try {
    const words = args[0] === VERSION_OPTION ? ['version', ...args.slice(1)] : args;
    const program = await buildProgram(words, { stdout: streams.stdout, stderr: streams.stderr, exit });
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, streams);
  } finally {
    clearInterval(hold);
  }
}

/** What every other program prints its version for. */
const VERSION_OPTION = '--version';

/** Timers of Node count with 31 bits. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

async function buildProgram(args: readonly string[], context: CommandContext) {
  const program = configureCommand(new Command('bellbird'), context)
    .description('Advertises Kubernetes service IPs over BGP from bare-metal nodes.')
    .usage('<command> [options]')
    .helpCommand(false)
    .option(VERSION_OPTION, 'print the versions, as `bellbird version` does')
    // What follows a command is the command's: `birdc` passes words that look like options on.
    .enablePositionalOptions();
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 findings, 2 usage error or trouble with the system.\n`bellbird <command> --help` explains a command.',
  );
  for (const entry of commands) {
    const command = configureCommand(program.command(entry.name), context).summary(entry.summary);
    command.description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`);
    if (args[0] === entry.name) (await entry.load())(command, context);
  }
  return program;
}

function configureCommand(command: Command, streams: Streams): Command {
  return command
    .exitOverride()
    .showHelpAfterError(`help: see \`bellbird ${command.name() === 'bellbird' ? '' : `${command.name()} `}--help\``)
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
}

/** Tells the user about a failure, and what it means for the exit code. */
function reportFailure(error: unknown, { stderr }: Streams): ExitCode {
  // commander has already printed its message; anything but asked-for help is a usage error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CliError) {
    stderr.write(error.message);
    return error.exitCode;
  }
  stderr.write(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 2;
}
