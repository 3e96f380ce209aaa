// `bellbird run`: the agent of one node; with `--dry-run`, what it would do.

import { hostname } from 'node:os';
import { type Command, Option } from 'commander';
import { resolveDirectories } from '../../agent/directories.ts';
import { createLog, type Log, type LogLevel } from '../../agent/log.ts';
import type { ListenAddress } from '../../agent/metrics/listen-address.ts';
import { createPlannedSource } from '../../agent/planned-source.ts';
import { renderRefusal } from '../../agent/refusal.ts';
import { runAgent } from '../../agent/run-agent.ts';
import type { ClusterChoice, Signals } from '../../agent/run-options.ts';
import { commit, version } from '../../build-info.ts';
import { systemClock } from '../../clock.ts';
import { createManifestSecrets, createManifestSource } from '../../kube/index.ts';
import { requireBirdImage } from '../bird-image.ts';
import { findCluster } from '../cluster-input.ts';
import type { CommandContext } from '../command.ts';
import { runDry } from '../dry-run.ts';
import { CliError } from '../exit-code.ts';
import { clusterAccess, clusterUnreadable, loadKubeApi, reachCluster } from '../live-cluster.ts';
import {
  addClusterOption,
  addContextOption,
  addDenyWarningsOption,
  addExamples,
  addMetricsOption,
  addNodeOption,
  addOutputOption,
  addPolicyOption,
  addRuntimeDirOption,
  addStateDirOption,
  type ClusterOptions,
  type DirectoryOptions,
  type OutputForm,
  type PolicyOptions,
} from '../options.ts';
import { reportDiagnostics } from '../policy-input.ts';
import { isColored, isTerminal } from '../terminal.ts';

/** The options of `run`. */
export interface RunCommandOptions extends PolicyOptions, ClusterOptions, DirectoryOptions {
  readonly node?: string;
  readonly dryRun?: true;
  readonly output: OutputForm;
  readonly metrics?: ListenAddress;
  readonly events?: true;
  readonly logFormat: 'auto' | 'json' | 'text';
  readonly logLevel: LogLevel;
}

const examples = [
  'bellbird run --policy /etc/bellbird',
  'bellbird run --dry-run --policy edge.bell --cluster cluster.yaml --node worker-1',
];

/** Defines `run [--dry-run]`. */
export function defineRun(command: Command, context: CommandContext): void {
  addPolicyOption(command);
  addClusterOption(command, '; followed for changes (default: kube)');
  addContextOption(command);
  addNodeOption(command, 'the node this is (default: $NODE_NAME, then the host name)');
  command.addOption(
    new Option(
      '--dry-run',
      'check the policy, print routes and BIRD configuration, let BIRD parse it, and exit',
    ).helpGroup('Mode:'),
  );
  addDenyWarningsOption(command);
  addOutputOption(command);
  addMetricsOption(command, 'serve metrics for Prometheus here too, over HTTP without access control', 'Metrics:');
  command.addOption(
    new Option('--events', 'write Events on Services whose addresses this node announces, or no longer').helpGroup(
      'Events:',
    ),
  );
  addRuntimeDirOption(command);
  addStateDirOption(command);
  command.addOption(
    new Option('--log-format <form>', 'form of the log on stderr; auto: text on a terminal, else JSON')
      .choices(['auto', 'json', 'text'])
      .default('auto')
      .helpGroup('Log:'),
  );
  command.addOption(
    new Option('--log-level <level>', 'what is logged')
      .choices(['debug', 'info', 'warn', 'error'])
      .default('info')
      .helpGroup('Log:'),
  );
  addExamples(
    command,
    examples,
    '0 ended as asked, 1 policy refused and no earlier one to go on with, 2 usage error, cluster unreadable, node unknown (--dry-run), or trouble with port, socket or file system',
  );
  command.action((options: RunCommandOptions) => run(options, context));
}

async function run(options: RunCommandOptions, context: CommandContext): Promise<void> {
  const node = options.node ?? process.env.NODE_NAME ?? hostname();
  const image = requireBirdImage();
  if (options.dryRun === true) return runDry({ ...options, node, image }, context);
  const cluster = await chooseCluster(options, node);
  const result = await runAgent({
    node,
    policy: options.policy,
    denyWarnings: options.denyWarnings === true,
    cluster,
    metrics: options.metrics,
    directories: resolveDirectories(options, process.env),
    image,
    version,
    commit,
    env: process.env,
    clock: systemClock,
    log: createAgentLog(options, context),
    signals: processSignals(),
    onRefusal: (refusal) => context.stderr.write(renderRefusal(refusal)),
    onRefusedPolicy: (loaded) => reportDiagnostics(loaded, context),
  });
  context.exit(result);
}

/** What talks to a live cluster is loaded here, before anything else runs, and only for one. */
async function chooseCluster(options: RunCommandOptions, node: string): Promise<ClusterChoice> {
  const place = findCluster(options);
  if (place.kind === 'manifests') {
    const { path } = place;
    if (options.events === true)
      throw new CliError('`--events` needs a live cluster: manifests have nobody to read Events');
    return { name: path, open: () => createManifestSource(path), openSecrets: () => createManifestSecrets(path) };
  }
  const { context } = place;
  const { openEventWriter, openLiveSecrets, openLiveSource } = await loadKubeApi();
  return {
    name: 'kube',
    open: (log) =>
      createPlannedSource({
        node,
        log,
        open: ({ plan, ...rest }) => orUnreadable(() => openLiveSource({ ...reachCluster(plan, context), ...rest })),
      }),
    openSecrets: () => orUnreadable(() => openLiveSecrets(clusterAccess(context))),
    ...(options.events === true && {
      openEvents: () => orUnreadable(() => openEventWriter(clusterAccess(context))),
    }),
  };
}

function orUnreadable<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw clusterUnreadable(error);
  }
}

function createAgentLog({ logFormat, logLevel }: RunCommandOptions, { stderr }: CommandContext): Log {
  const automatic = isTerminal(stderr) ? 'text' : 'json';
  return createLog({
    format: logFormat === 'auto' ? automatic : logFormat,
    level: logLevel,
    color: isColored(stderr),
    write: (line) => stderr.write(line),
  });
}

/** SIGTERM and SIGINT end the agent and leave BIRD running; SIGHUP reads the policy again. */
function processSignals(): Signals {
  return {
    onStop: (callback) => {
      process.on('SIGTERM', callback);
      process.on('SIGINT', callback);
    },
    onReload: (callback) => {
      process.on('SIGHUP', callback);
    },
  };
}
