// `bellbird plan`: what a policy advertises in a cluster, or what it changes against another policy. Touches nothing.

import { type Command, Option } from 'commander';
import { diffPolicies } from '../../agent/diff-policies.ts';
import { renderDiff } from '../../agent/render-diff.ts';
import { renderPlan } from '../../agent/render-plan.ts';
import type { Policy } from '../../dsl/index.ts';
import { buildPlan, createEngine, resolveForNode, type Snapshot } from '../../engine/index.ts';
import { planFor, readClusterOrReport, requireNode } from '../cluster-input.ts';
import type { CommandContext } from '../command.ts';
import {
  addClusterOption,
  addContextOption,
  addDenyWarningsOption,
  addExamples,
  addNodeOption,
  addOutputOption,
  addPolicyOption,
  addRuntimeDirOption,
  type ClusterOptions,
  type OutputForm,
  type PolicyOptions,
} from '../options.ts';
import { reportPlanWarnings } from '../plan-warnings.ts';
import { loadPolicyOrReport } from '../policy-input.ts';
import { readRunningPolicy } from '../running-policy.ts';

interface PlanOptions extends PolicyOptions, ClusterOptions {
  readonly node?: string;
  readonly against?: string;
  readonly runtimeDir?: string;
  readonly output: OutputForm;
}

const examples = [
  'bellbird plan --policy edge.bell',
  'bellbird plan --policy new.bell --against edge.bell --cluster cluster.yaml --node worker-1',
  'bellbird plan --policy new.bell --against running',
];

/** Defines `plan [--node N] [--against POLICY]`. */
export function definePlan(command: Command, context: CommandContext): void {
  addPolicyOption(command);
  addClusterOption(command);
  addContextOption(command);
  addNodeOption(command, 'only this node (default: every node of the cluster)');
  command.addOption(
    new Option(
      '--against <policy>',
      'print the difference from this policy file or directory instead, or from what the agent here runs: `running`',
    ).helpGroup('Input:'),
  );
  addRuntimeDirOption(command);
  addOutputOption(command);
  addDenyWarningsOption(command);
  addExamples(
    command,
    examples,
    '0 done, 1 policy refused, a node without an AS number, or a difference with --against, 2 usage error, cluster unreadable or node unknown',
  );
  command.action((options: PlanOptions) => plan(options, context));
}

async function plan(options: PlanOptions, context: CommandContext): Promise<void> {
  const denyWarnings = options.denyWarnings === true;
  const policy = loadPolicyOrReport(options.policy, denyWarnings, context);
  const running = options.against === 'running' ? await readRunningPolicy(options) : undefined;
  const against = running?.policy ?? loadAgainst(options.against, context);
  const read = [policy, against].filter((each) => each !== undefined);
  // The agent's own cluster, so that only the policy makes a difference.
  const cluster = running === undefined ? options : { cluster: running.cluster, ...options };
  const snapshot = await readClusterOrReport(cluster, context, planFor(read));
  if (policy === undefined || snapshot === undefined || (options.against !== undefined && against === undefined))
    return;
  const only = options.node ?? running?.node;
  if (only !== undefined) requireNode(snapshot, only);
  const nodes = only === undefined ? [...snapshot.nodes.keys()] : [only];
  if (running !== undefined && running.held > 0) {
    context.stderr.write(`note: the guard of the agent holds withdrawals (${running.held}): \`bellbird status\`\n`);
  }
  const engine = createEngine(policy, snapshot, { nodes });
  const result = buildPlan(engine, nodes);
  reportPlanWarnings(result.warnings, denyWarnings, context);
  if (hasNodeWithoutSpeaker(policy, snapshot, nodes)) context.exit(1);
  if (against === undefined) {
    context.stdout.write(options.output === 'json' ? toText(result) : renderPlan(result));
    return;
  }
  const difference = diffPolicies(against, engine, snapshot, nodes);
  if (difference.nodes.length > 0) context.exit(1);
  context.stdout.write(options.output === 'json' ? toText(difference) : renderDiff(difference));
}

function loadAgainst(path: string | undefined, context: CommandContext): Policy | undefined {
  return path === undefined || path === 'running' ? undefined : loadPolicyOrReport([path], false, context);
}

/** A node whose AS number is missing would announce nothing new: that is a finding, not a warning. */
function hasNodeWithoutSpeaker(policy: Policy, snapshot: Snapshot, nodes: readonly string[]): boolean {
  return nodes.some((name) => {
    const node = snapshot.nodes.get(name);
    return node !== undefined && resolveForNode(policy, node).speaker === undefined;
  });
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
