// `bellbird check`: whether a policy is right. Needs no cluster and no network.

import { type Command, Option } from 'commander';
import { checkPolicyFiles } from '../../agent/load-policy.ts';
import { count } from '../../agent/table.ts';
import { type Checked, diagnosticsToJson } from '../../dsl/index.ts';
import { renderGithub } from '../check-reports/github.ts';
import { toSarif } from '../check-reports/sarif.ts';
import type { CommandContext } from '../command.ts';
import { fixPolicy } from '../fix-policy.ts';
import {
  addDenyWarningsOption,
  addExamples,
  addOutputOption,
  addPolicyOption,
  DEFAULT_POLICY,
  type PolicyOptions,
  policyPaths,
} from '../options.ts';
import { countDiagnostics, hasWarnings, reportDiagnostics } from '../policy-input.ts';

type CheckForm = 'text' | 'json' | 'github' | 'sarif';

interface CheckOptions extends PolicyOptions {
  readonly output: CheckForm;
  readonly fix?: true;
}

const examples = ['bellbird check edge.bell', 'bellbird check --deny-warnings -o json /etc/bellbird'];

/** Defines `check [--fix] [--deny-warnings] [-o text|json|github|sarif] POLICY…`. */
export function defineCheck(command: Command, context: CommandContext): void {
  command.argument('[policy...]', `policy files and directories of *.bell files (default: ${DEFAULT_POLICY})`);
  addPolicyOption(command);
  command.addOption(
    new Option('--fix', 'apply the repairs that are certain, and tell what is left').helpGroup('Result:'),
  );
  addOutputOption(command, ['github', 'sarif']);
  addDenyWarningsOption(command);
  addExamples(
    command,
    examples,
    '0 the policy is right, 1 it is refused (or has warnings, with --deny-warnings), 2 usage error or a file cannot be written',
  );
  command.action((paths: readonly string[], options: CheckOptions) =>
    check(policyPaths(command, paths, options), options, context),
  );
}

function check(entries: readonly string[], options: CheckOptions, context: CommandContext): void {
  const checked = options.fix === true ? fix(entries, context) : checkPolicyFiles(entries);
  if (!checked.isRight || (options.denyWarnings === true && hasWarnings(checked))) context.exit(1);
  if (options.output === 'text') reportText(checked, context);
  else context.stdout.write(render(checked, options.output));
}

/** Repairs the policy and says so on stderr, where it does not mix with a result for other programs. */
function fix(entries: readonly string[], { stderr }: CommandContext): Checked {
  const { repairs, checked } = fixPolicy(entries);
  for (const repair of repairs) stderr.write(`fixed ${repair}\n`);
  if (repairs.length > 0) stderr.write(`${count(repairs.length, 'repair')} made\n`);
  return checked;
}

function reportText(checked: Checked, context: CommandContext): void {
  reportDiagnostics(checked, context);
  if (!checked.isRight) return;
  const files = checked.sources.map(({ path }) => path);
  context.stdout.write(`${files.join(', ')}: ${countDiagnostics(checked)}\n`);
}

function render(checked: Checked, form: Exclude<CheckForm, 'text'>): string {
  const { diagnostics, sources } = checked;
  switch (form) {
    case 'json':
      return toText(toResult(checked));
    case 'github':
      return renderGithub(diagnostics, sources);
    case 'sarif':
      return toText(toSarif(diagnostics, sources));
  }
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function toResult({ isRight, diagnostics, sources }: Checked): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Check',
    ok: isRight,
    files: sources.map(({ path }) => path),
    diagnostics: diagnosticsToJson(diagnostics, sources),
  };
}
