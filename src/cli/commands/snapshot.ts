// `bellbird snapshot`: a cluster as manifests, only what decisions read of it, to plan and test with somewhere else.

import type { Command } from 'commander';
import type { Snapshot } from '../../engine/index.ts';
import { type ApiObject, encodeObject } from '../../kube/index.ts';
import { readClusterOrReport } from '../cluster-input.ts';
import type { CommandContext } from '../command.ts';
import { encodeYaml } from '../generate/yaml.ts';
import {
  addClusterOption,
  addContextOption,
  addExamples,
  addOutputOption,
  type ClusterOptions,
  type OutputForm,
} from '../options.ts';

interface SnapshotOptions extends ClusterOptions {
  readonly output: OutputForm;
}

const examples = [
  'bellbird snapshot > cluster.yaml',
  'bellbird snapshot --cluster kubectl-output.yaml -o json > cluster.json',
];

/** Defines `snapshot`. */
export function defineSnapshot(command: Command, context: CommandContext): void {
  addClusterOption(command);
  addContextOption(command);
  addOutputOption(command);
  addExamples(command, examples, '0 printed, 2 usage error or cluster unreadable');
  command.action((options: SnapshotOptions) => snapshot(options, context));
}

async function snapshot(options: SnapshotOptions, context: CommandContext): Promise<void> {
  const read = await readClusterOrReport(options, context);
  if (read === undefined) return;
  const objects = sortedObjects(read);
  if (options.output === 'json') {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    context.stdout.write(`${JSON.stringify(list, undefined, 2)}\n`);
    return;
  }
  context.stdout.write(encodeYaml(objects));
}

/** Nodes, services, slices, each by name, so that two snapshots of one cluster are the same text. */
function sortedObjects({ nodes, services, endpointSlices }: Snapshot): readonly ApiObject[] {
  return [nodes, services, endpointSlices].flatMap((objects) =>
    [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => encodeObject(object)),
  );
}
