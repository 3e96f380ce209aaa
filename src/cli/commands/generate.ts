// `bellbird generate`: the files with which bellbird is installed.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { loadPolicy } from '../../agent/load-policy.ts';
import type { ListenAddress } from '../../agent/metrics/listen-address.ts';
import type { Policy } from '../../dsl/index.ts';
import { messageOf } from '../../unknown.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import { capabilitiesOf, packagesOf } from '../generate/capabilities.ts';
import { renderDaemonSet } from '../generate/daemonset-manifests.ts';
import { rbacManifests } from '../generate/rbac-manifests.ts';
import { renderSystemdUnit } from '../generate/systemd-unit.ts';
import { encodeYaml } from '../generate/yaml.ts';
import { addClusterOption, addExamples, addMetricsOption, addPolicyOption, type PolicyOptions } from '../options.ts';
import { loadPolicyOrReport } from '../policy-input.ts';

interface GenerateOptions extends PolicyOptions {
  readonly cluster?: string;
  readonly namespace: string;
  readonly image: string;
  readonly metrics?: ListenAddress;
  readonly events?: true;
}

const examples = [
  'bellbird generate systemd > /etc/systemd/system/bellbird.service',
  'bellbird generate daemonset deploy --policy edge.bell --image images.example.org/bellbird:0.1.0',
];

/** Defines `generate systemd|rbac|daemonset [FOLDER]`. */
export function defineGenerate(command: Command, context: CommandContext): void {
  command.addArgument(
    new Argument('<what>', 'a unit of systemd, RBAC roles, or a kustomize base').choices([
      'systemd',
      'rbac',
      'daemonset',
    ]),
  );
  command.argument('[folder]', 'where the files of `daemonset` go; it must not have them yet');
  addPolicyOption(command);
  addClusterOption(command, ' (for systemd)');
  command.addOption(
    new Option('--namespace <name>', 'namespace of the service account and the DaemonSet')
      .default('bellbird')
      .helpGroup('Result:'),
  );
  command.addOption(
    new Option('--image <image>', 'image of the DaemonSet').default('bellbird:latest').helpGroup('Result:'),
  );
  addMetricsOption(command, 'where the agent serves metrics (for systemd and daemonset)', 'Result:');
  command.addOption(
    new Option('--events', 'let the agent write Events on Services, with the right that this takes').helpGroup(
      'Result:',
    ),
  );
  addExamples(command, examples, '0 done, 1 policy refused, 2 usage error, or files that cannot be written');
  command.action((what: string, folder: string | undefined, options: GenerateOptions) =>
    generate(what, folder, options, context),
  );
}

function generate(what: string, folder: string | undefined, options: GenerateOptions, context: CommandContext): void {
  if (what !== 'daemonset' && folder !== undefined) {
    throw new CliError(`\`generate ${what}\` writes to stdout and takes no folder`);
  }
  if (what === 'systemd') {
    generateUnit(options, context);
    return;
  }
  const policy = loadPolicyOrReport(options.policy, false, context);
  if (policy === undefined) return;
  const rbac = rbacManifests(policy, options.namespace, wishesOf(options));
  if (what === 'rbac') context.stdout.write(encodeYaml(rbac));
  else if (folder === undefined)
    throw new CliError('name the folder for the files: `bellbird generate daemonset FOLDER`');
  else {
    const { image, namespace } = options;
    writeFiles(
      folder,
      renderDaemonSet({
        namespace,
        image,
        rbac,
        ...wishesOf(options),
        policy: collectPolicy(policy, options.policy),
        capabilities: capabilitiesOf(policy),
        packages: packagesOf(policy),
      }),
    );
    context.stderr.write(`note: \`kubectl apply -k ${folder}\` installs it\n`);
  }
}

/** What the agent is to do besides. */
function wishesOf({ events, metrics }: GenerateOptions) {
  return { events: events === true, metrics };
}

/** The policy may be on its way to the node still: then the unit is for one that needs nothing special. */
function generateUnit(options: GenerateOptions, context: CommandContext): void {
  const isHere = options.policy.some((path) => existsSync(path));
  const policy = isHere ? loadPolicyOrReport(options.policy, false, context) : undefined;
  if (isHere && policy === undefined) return;
  // systemd starts it in `/`, wherever it is made.
  const entries = options.policy.map((path) => resolve(path));
  const cluster = options.cluster === undefined || options.cluster === 'kube' ? undefined : resolve(options.cluster);
  const capabilities = capabilitiesOf(policy);
  context.stdout.write(renderSystemdUnit({ policy: entries, cluster, capabilities, ...wishesOf(options) }));
  if (isHere) return;
  const paths = options.policy.map((path) => `\`${path}\``).join(', ');
  context.stderr.write(
    `note: there is no ${paths} here: a policy with \`install routes\` or \`loop-protection\` needs a unit made from it\n`,
  );
}

/** The texts of a policy as the keys of a ConfigMap, which has no folders. */
function collectPolicy({ files }: Policy, entries: readonly string[]): Readonly<Record<string, string>> {
  const texts = loadPolicy(entries).text.files;
  if (new Set(files.map(dirname)).size > 1) {
    throw new CliError('a ConfigMap has no folders: put all files of the policy into one');
  }
  return Object.fromEntries(files.map((path) => [basename(path), texts[path] ?? '']));
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const there = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (there !== undefined) {
    throw new CliError(`\`${join(folder, there)}\` is there already and is not overwritten; name another folder`);
  }
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  } catch (error) {
    throw new CliError(`cannot write to \`${folder}\`: ${messageOf(error)}`);
  }
}
