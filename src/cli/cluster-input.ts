// The cluster as one-shot commands take it: manifests, read once.

import { listNames } from '../agent/list-names.ts';
import type { Snapshot } from '../engine/index.ts';
import { readManifests } from '../kube/index.ts';
import type { CommandContext } from './command.ts';
import { CliError } from './exit-code.ts';

/**
 * Reads the cluster. What cannot be read is left out, told on stderr, and makes the exit code 2. Undefined if nothing
 * could be read at all.
 */
export async function readClusterOrReport(
  where: string | undefined,
  context: CommandContext,
): Promise<Snapshot | undefined> {
  const path = requireManifests(where);
  const { snapshot, problems } = await readManifests([path]);
  for (const problem of problems)
    context.stderr.write(`error[manifest-unreadable]: ${problem.where}: ${problem.message}\n`);
  if (problems.length === 0) return snapshot;
  context.exit(2);
  if (snapshot.nodes.size + snapshot.services.size + snapshot.endpointSlices.size === 0) return undefined;
  context.stderr.write('note: what cannot be read was left out of the result\n');
  return snapshot;
}

/** The path of the manifests that `--cluster` names. Throws for the live cluster, which is not supported yet. */
export function requireManifests(where: string | undefined): string {
  if (where !== undefined && where !== 'kube') return where;
  const given = where === undefined ? '`--cluster` is `kube` by default, and that' : '`--cluster kube`';
  throw new CliError({
    code: 'not-yet-supported',
    message: `${given} cannot be read yet`,
    help: 'name a file or folder of manifests with `--cluster PATH`; `kubectl get nodes,services,endpointslices -A -o yaml` writes one',
  });
}

/** Throws unless the cluster has the node. */
export function requireNode(snapshot: Snapshot, node: string): void {
  if (snapshot.nodes.has(node)) return;
  const names = [...snapshot.nodes.keys()];
  throw new CliError({
    code: 'unknown-node',
    message: `the cluster has no node \`${node}\``,
    help:
      names.length === 0 ? 'add Node objects to the manifests; there are none' : `choose one of ${listNames(names)}`,
  });
}
