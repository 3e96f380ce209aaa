// `bellbird explain`: why something is, or is not, advertised: in the cluster that is named, else by the running agent.

import { type Command, Option } from 'commander';
import { askAgent } from '../../agent/api-client.ts';
import { resolveDirectories } from '../../agent/directories.ts';
import { createEngine, type ExplainQuery, renderExplanation } from '../../engine/index.ts';
import { readClusterOrReport, requireNode } from '../cluster-input.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import {
  addClusterOption,
  addContextOption,
  addExamples,
  addNodeOption,
  addOutputOption,
  addPolicyOption,
  addRuntimeDirOption,
  type ClusterOptions,
  type DirectoryOptions,
  type OutputForm,
  type PolicyOptions,
} from '../options.ts';
import { loadPolicyOrReport } from '../policy-input.ts';

interface ExplainOptions extends PolicyOptions, ClusterOptions, DirectoryOptions {
  readonly node?: string;
  readonly peer?: string;
  readonly output: OutputForm;
}

const examples = [
  'bellbird explain shop/checkout --node worker-2 --policy edge.bell --cluster cluster.yaml',
  'bellbird explain 198.51.100.10 --peer tor-a',
];

/** Defines `explain SUBJECT [--node N] [--peer P]`. */
export function defineExplain(command: Command, context: CommandContext): void {
  command.argument('<subject>', 'a service (namespace/name), an address or a prefix');
  addPolicyOption(command);
  addClusterOption(command, ' (default: ask the running agent)');
  addContextOption(command);
  addNodeOption(command, 'only this node (default: every node, or that of the agent)');
  command.addOption(new Option('--peer <name>', 'only what this peer is offered').helpGroup('Input:'));
  addOutputOption(command);
  addRuntimeDirOption(command);
  addExamples(
    command,
    examples,
    '0 explained, 1 policy refused, 2 usage error, nothing known by that name, cluster unreadable, node unknown or no agent running',
  );
  command.action((subject: string, options: ExplainOptions) => {
    const isPolicyGiven = command.getOptionValueSource('policy') !== 'default';
    return options.cluster === undefined && options.context === undefined && !isPolicyGiven
      ? explainByAgent(subject, options, context)
      : explainCluster(subject, options, context);
  });
}

async function explainCluster(subject: string, options: ExplainOptions, context: CommandContext): Promise<void> {
  const { node, output, peer } = options;
  const policy = loadPolicyOrReport(options.policy, false, context);
  const snapshot = await readClusterOrReport(options, context);
  if (policy === undefined || snapshot === undefined) return;
  if (node !== undefined) requireNode(snapshot, node);
  const query: ExplainQuery = {
    subject,
    ...(node === undefined ? {} : { node }),
    ...(peer === undefined ? {} : { peer }),
  };
  const explanation = createEngine(policy, snapshot).explain(query);
  if (explanation.kind === 'nothing-found') {
    const help = 'a service is written `namespace/name`; `bellbird plan` shows services, prefixes and peers';
    throw new CliError({ code: explanation.kind, message: explanation.message, help });
  }
  context.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ apiVersion: 'bellbird/v1', ...explanation, kind: 'Explanation' }, undefined, 2)}\n`
      : renderExplanation(explanation),
  );
}

async function explainByAgent(subject: string, options: ExplainOptions, context: CommandContext): Promise<void> {
  const { node, output, peer } = options;
  const { runtime } = resolveDirectories(options, process.env);
  const query = new URLSearchParams({
    subject,
    ...(node === undefined ? {} : { node }),
    ...(peer === undefined ? {} : { peer }),
  });
  const answer = await askAgent(runtime, { method: 'GET', path: `/v1/explain?${query}`, form: output });
  if (answer.kind === 'no-agent') {
    const { code, message } = answer.refusal;
    const help =
      'name a cluster with `--cluster kube` or `--cluster PATH` and a policy with `--policy PATH`, or a running agent with `--runtime-dir DIR`';
    throw new CliError({ code, message, help });
  }
  if (answer.status !== 200) context.exit(2);
  (answer.status === 200 ? context.stdout : context.stderr).write(answer.body);
}
