// Options that several commands share, with one text and one meaning everywhere.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ListenAddress, parseListenAddress } from '../agent/metrics/listen-address.ts';

/** Form of the result. */
export type OutputForm = 'text' | 'json';

/** What `--policy` and `--deny-warnings` give. */
export interface PolicyOptions {
  readonly policy: readonly string[];
  readonly denyWarnings?: true;
}

/** What `--cluster` and `--context` give. */
export interface ClusterOptions {
  readonly cluster?: string;
  readonly context?: string;
}

/** What `--runtime-dir` and `--state-dir` give. */
export interface DirectoryOptions {
  readonly runtimeDir?: string;
  readonly stateDir?: string;
}

/** Where the policy is unless an option says otherwise. */
export const DEFAULT_POLICY = '/etc/bellbird';

/** Adds `--policy`; the values start at the default and are replaced by the first one given. */
export function addPolicyOption(command: Command): Command {
  const given: string[] = [];
  return command.addOption(
    new Option('-p, --policy <path>', 'policy file, or directory of *.bell files (repeatable)')
      .argParser((path: string) => {
        given.push(path);
        return given;
      })
      .default([DEFAULT_POLICY], DEFAULT_POLICY)
      .helpGroup('Input:'),
  );
}

/** The policies that are named as arguments and by `--policy`, whose default counts only where none is named. */
export function policyPaths(command: Command, paths: readonly string[], { policy }: PolicyOptions): readonly string[] {
  const isDefault = command.getOptionValueSource('policy') === 'default';
  return isDefault && paths.length > 0 ? paths : [...paths, ...policy];
}

/** Adds `--deny-warnings`. */
export function addDenyWarningsOption(command: Command): Command {
  return command.addOption(new Option('--deny-warnings', 'exit with 1 if there is any warning').helpGroup('Result:'));
}

/** Adds `--cluster`. */
export function addClusterOption(command: Command, remark = ' (default: kube)'): Command {
  const kube = "`kube` for that of $KUBECONFIG, the pod's own, or that of ~/.kube/config";
  const text = `where the cluster is: ${kube}; or a file or folder of manifests${remark}`;
  return command.addOption(new Option('-c, --cluster <where>', text).helpGroup('Input:'));
}

/** Adds `--context`. */
export function addContextOption(command: Command): Command {
  const text = 'context of the kubeconfig, for a live cluster (default: its current one)';
  return command.addOption(new Option('--context <name>', text).helpGroup('Input:'));
}

/** Adds `--node`. */
export function addNodeOption(command: Command, text: string): Command {
  return command.addOption(new Option('-n, --node <name>', text).helpGroup('Input:'));
}

/** Adds `-o text|json`, and more forms where a command has them. */
export function addOutputOption(command: Command, more: readonly string[] = []): Command {
  return command.addOption(
    new Option('-o, --output <form>', 'form of the result')
      .choices(['text', 'json', ...more])
      .default('text')
      .helpGroup('Result:'),
  );
}

/** Adds `--runtime-dir`. */
export function addRuntimeDirOption(command: Command): Command {
  return command.addOption(
    new Option('--runtime-dir <dir>', 'sockets and BIRD (default: /run/bellbird, or under $XDG_RUNTIME_DIR)').helpGroup(
      'Folders:',
    ),
  );
}

/** Adds `--state-dir`. */
export function addStateDirOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--state-dir <dir>',
      'what outlives the agent (default: /var/lib/bellbird, or under $XDG_STATE_HOME)',
    ).helpGroup('Folders:'),
  );
}

/** Adds `--metrics`. */
export function addMetricsOption(command: Command, text: string, group: string): Command {
  return command.addOption(
    new Option('--metrics <address:port>', text).argParser(parseMetricsAddress).helpGroup(group),
  );
}

function parseMetricsAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError('It is an address and a port, such as 127.0.0.1:7475 or [::1]:7475.');
}

/** Adds two examples and, a line each, the meaning of the exit codes below the options: `0 done, 1 refused, 2 …`. */
export function addExamples(command: Command, examples: readonly string[], exitCodes: string): Command {
  const lines = examples.map((example) => `  ${example}\n`).join('');
  const codes = exitCodes.split(/, (?=\d )/).map((code) => `  ${code}\n`);
  return command.addHelpText('after', `\nExamples:\n${lines}\nExit codes:\n${codes.join('').trimEnd()}`);
}
