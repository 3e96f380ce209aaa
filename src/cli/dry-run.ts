// `run --dry-run`: everything the agent does for its node, up to the parser of the embedded BIRD, without touching a
// running BIRD or the runtime directory.

import { tmpdir } from 'node:os';
import { createFactsReader } from '../agent/gateways.ts';
import { runSystemIp } from '../agent/loop-rules.ts';
import { checkKernel } from '../agent/node-kernel.ts';
import { renderPlan } from '../agent/render-plan.ts';
import { readSecrets } from '../agent/secrets.ts';
import { type BirdImage, parseConfigText, renderBirdConfig, renderBirdConfigRedacted } from '../bgp/index.ts';
import {
  buildDesiredState,
  buildPlan,
  createEngine,
  type DesiredState,
  type Plan,
  resolveForNode,
} from '../engine/index.ts';
import { readManifestSecrets, type SecretReading, type SecretRef, secretName } from '../kube/index.ts';
import { messageOf } from '../unknown.ts';
import { withBird } from './bird-image.ts';
import { findCluster, planFor, readClusterOrReport, requireNode } from './cluster-input.ts';
import type { CommandContext } from './command.ts';
import { clusterAccess, loadKubeApi } from './live-cluster.ts';
import type { ClusterOptions, OutputForm, PolicyOptions } from './options.ts';
import { reportPlanWarnings } from './plan-warnings.ts';
import { loadPolicyOrReport } from './policy-input.ts';

/** What a dry run is told. */
export interface DryRunOptions extends PolicyOptions, ClusterOptions {
  readonly node: string;
  readonly image: BirdImage;
  readonly output: OutputForm;
}

/** Prints the routes and the configuration of BIRD for one node, and whether BIRD takes it. */
export async function runDry(options: DryRunOptions, context: CommandContext): Promise<void> {
  const { node: name } = options;
  const policy = loadPolicyOrReport(options.policy, options.denyWarnings === true, context);
  const snapshot = await readClusterOrReport(options, context, planFor(policy === undefined ? [] : [policy]));
  if (policy === undefined || snapshot === undefined) return;
  requireNode(snapshot, name);
  const node = snapshot.nodes.get(name);
  if (node === undefined) return;
  const engine = createEngine(policy, snapshot, { nodes: [name] });
  const plan = buildPlan(engine, [name]);
  reportPlanWarnings(plan.warnings, options.denyWarnings === true, context);
  const desired = buildDesiredState(
    policy,
    resolveForNode(policy, node, createFactsReader()()),
    engine.decisions(name),
  );
  if (desired === undefined) return context.exit(1);
  await warnOfKernel(desired, context);
  await letBirdParse(desired, options, context);
  print(plan, renderBirdConfigRedacted(desired), options.output, context);
}

/** What the policy wants of the kernel and could not do here; elsewhere it may. */
async function warnOfKernel({ speaker }: DesiredState, { stderr }: CommandContext): Promise<void> {
  const refusal = checkKernel(speaker);
  if (refusal !== undefined) stderr.write(`warning[${refusal.code}]: ${refusal.message}\nhelp: ${refusal.help}\n`);
  if (speaker.loopProtection === undefined) return;
  const failure = await runSystemIp(['-V'], '').then(() => undefined, messageOf);
  if (failure === undefined) return;
  stderr.write(`warning[loop-protection-failed]: \`loop-protection\` does not work here: ${failure}\n`);
}

async function letBirdParse(
  desired: DesiredState,
  options: DryRunOptions,
  { stderr, exit }: CommandContext,
): Promise<void> {
  const refs = desired.peers.flatMap(({ password }) => (password?.kind === 'secret' ? [password] : []));
  const readSecret = await openSecrets(options, refs);
  const sources = { env: process.env, readSecret, kept: new Map<string, string>() };
  const { passwords, missing, warnings } = readSecrets(desired.peers, sources);
  for (const { peer, message } of missing) {
    stderr.write(`warning[password-missing]: peer ${peer}: its session is not opened: ${message}\n`);
  }
  for (const { peer, code, message } of warnings) stderr.write(`warning[${code}]: peer ${peer}: ${message}\n`);
  const text = renderBirdConfig(desired, { secrets: passwords });
  const parsed = await withBird(parseConfigText(text, options.image, process.env.XDG_RUNTIME_DIR || tmpdir()));
  if (parsed.kind === 'accepted') return;
  exit(1);
  for (const { line, message } of parsed.errors) {
    const place = line === undefined ? '' : `line ${line}: `;
    stderr.write(`error[configuration-refused]: BIRD does not take the configuration: ${place}${message}\n`);
  }
}

/** How Secrets of the cluster are read, once. */
async function openSecrets(
  options: ClusterOptions,
  refs: readonly SecretRef[],
): Promise<(ref: SecretRef) => SecretReading> {
  const place = findCluster(options);
  if (refs.length === 0) return () => ({ kind: 'unread', message: undefined });
  if (place.kind === 'manifests') return readManifestSecrets(place.path);
  const read = await (await loadKubeApi()).readLiveSecrets(clusterAccess(place.context), refs);
  return (ref) => {
    const reading = read(ref);
    const isUnread = reading.kind === 'unread' && reading.message === undefined;
    return isUnread ? { kind: 'unread', message: `the Secret ${secretName(ref)} cannot be read` } : reading;
  };
}

function print(plan: Plan, configuration: string, output: OutputForm, { stdout }: CommandContext): void {
  const value = { apiVersion: 'bellbird/v1', kind: 'DryRun', plan, configuration };
  stdout.write(
    output === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : `${renderPlan(plan)}\n${configuration}`,
  );
}
