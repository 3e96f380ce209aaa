// `bellbird check`: whether a policy is right. Needs no cluster and no network.

import type { Command } from 'commander';
import { loadPolicy } from '../../agent/load-policy.ts';
import { diagnosticsToJson } from '../../dsl/index.ts';
import type { CommandContext } from '../command.ts';
import {
  addDenyWarningsOption,
  addExamples,
  addOutputOption,
  addPolicyOption,
  DEFAULT_POLICY,
  type OutputForm,
  type PolicyOptions,
} from '../options.ts';
import { countDiagnostics, hasWarnings, reportDiagnostics } from '../policy-input.ts';

const examples = ['bellbird check edge.bell', 'bellbird check --deny-warnings -o json /etc/bellbird'];

/** Defines `check [--deny-warnings] [-o text|json] POLICY…`. */
export function defineCheck(command: Command, context: CommandContext): void {
  command.argument('[policy...]', `policy files and directories of *.bell files (default: ${DEFAULT_POLICY})`);
  addPolicyOption(command);
  addOutputOption(command);
  addDenyWarningsOption(command);
  addExamples(
    command,
    examples,
    '0 the policy is right, 1 it is refused (or has warnings, with --deny-warnings), 2 usage error',
  );
  command.action((paths: readonly string[], options: PolicyOptions & { readonly output: OutputForm }) => {
    const isDefault = command.getOptionValueSource('policy') === 'default';
    check([...paths, ...(isDefault && paths.length > 0 ? [] : options.policy)], options, context);
  });
}

function check(
  entries: readonly string[],
  options: { readonly output: OutputForm; readonly denyWarnings?: true },
  context: CommandContext,
): void {
  const loaded = loadPolicy(entries);
  const isRefused = loaded.policy === undefined || (options.denyWarnings === true && hasWarnings(loaded));
  if (isRefused) context.exit(1);
  if (options.output === 'json') {
    context.stdout.write(`${JSON.stringify(toResult(loaded), undefined, 2)}\n`);
    return;
  }
  reportDiagnostics(loaded, context);
  if (loaded.policy === undefined) return;
  context.stdout.write(`${loaded.policy.files.join(', ')}: ${countDiagnostics(loaded)}\n`);
}

function toResult({ policy, diagnostics, sources }: ReturnType<typeof loadPolicy>): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Check',
    ok: policy !== undefined,
    files: sources.map(({ path }) => path),
    diagnostics: diagnosticsToJson(diagnostics, sources),
  };
}
