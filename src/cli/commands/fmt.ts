// `bellbird fmt`: policies in the one style there is, in place or as a difference. Looks at one file at a time: what is
// wrong with the meaning of a policy, and what is not supported yet, does not matter here.

import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { reasonOf } from '../../agent/directories.ts';
import { count } from '../../agent/table.ts';
import { formatPolicy, renderDiagnostics } from '../../dsl/index.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import { renderLineDiff } from '../line-diff.ts';
import { addExamples, addPolicyOption, DEFAULT_POLICY, type PolicyOptions } from '../options.ts';
import { findPolicyFiles } from '../policy-paths.ts';
import { replaceFile } from '../replace-file.ts';
import { isColored } from '../terminal.ts';

interface FmtOptions extends PolicyOptions {
  readonly check?: true;
}

/** What became of one file. */
type Outcome = 'changed' | 'unchanged' | 'refused';

const STDIN = '-';

const examples = ['bellbird fmt edge.bell', 'bellbird fmt --check policies/'];

/** Defines `fmt [--check] POLICY…`. */
export function defineFmt(command: Command, context: CommandContext): void {
  command.argument(
    '[policy...]',
    `policy files, directories with *.bell files at any depth, or \`-\` for stdin to stdout (default: ${DEFAULT_POLICY})`,
  );
  addPolicyOption(command);
  command.addOption(new Option('--check', 'change nothing, tell what would change').helpGroup('Result:'));
  addExamples(
    command,
    examples,
    '0 done, 1 a file is refused or unreadable (or would change, with --check), 2 usage error or a file cannot be written',
  );
  command.action((paths: readonly string[], options: FmtOptions) => {
    const isDefault = command.getOptionValueSource('policy') === 'default';
    const entries = [...paths, ...(isDefault && paths.length > 0 ? [] : options.policy)];
    if (entries.includes(STDIN)) formatStdin(entries, options, context);
    else formatFiles(entries, options, context);
  });
}

function formatFiles(entries: readonly string[], options: FmtOptions, context: CommandContext): void {
  const outcomes = entries
    .flatMap((entry) => findFiles(entry, context))
    .map((path) => formatFile(path, options, context));
  const number = (outcome: Outcome) => outcomes.filter((own) => own === outcome).length;
  const changed = `${count(number('changed'), 'file')} ${options.check === true ? 'would be formatted' : 'formatted'}`;
  const refused = number('refused') > 0 ? `, ${number('refused')} refused` : '';
  if (outcomes.length > 0) context.stdout.write(`${changed}, ${number('unchanged')} unchanged${refused}\n`);
}

function findFiles(entry: string, context: CommandContext): readonly string[] {
  try {
    const paths = findPolicyFiles(entry);
    if (paths.length === 0) complain(`no file in \`${entry}\` ends in .bell`, context);
    return paths;
  } catch (error) {
    complain(`\`${entry}\` cannot be read: ${reasonOf(error)}`, context);
    return [];
  }
}

function formatFile(path: string, { check }: FmtOptions, context: CommandContext): Outcome {
  const before = read(path, context);
  if (before === undefined) return 'refused';
  const after = format(before, path, context);
  if (after === undefined) return 'refused';
  if (isSame(before, after)) return 'unchanged';
  if (check === true) {
    tellDifference(before, after, path, context);
    return 'changed';
  }
  try {
    replaceFile(path, after);
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be written: ${reasonOf(error)}`);
  }
  context.stdout.write(`formatted ${path}\n`);
  return 'changed';
}

function formatStdin(entries: readonly string[], { check }: FmtOptions, context: CommandContext): void {
  if (entries.length > 1) throw new CliError('`-` stands for stdin and goes with no other policy');
  const name = '<stdin>';
  const before = readFileSync(0);
  const after = format(before, name, context);
  if (after === undefined) return;
  if (check !== true) context.stdout.write(after);
  else if (!isSame(before, after)) tellDifference(before, after, name, context);
}

function read(path: string, context: CommandContext): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    complain(`\`${path}\` cannot be read: ${reasonOf(error)}`, context);
    return undefined;
  }
}

/** The formatted text; undefined, with the reason told, if there is none. */
function format(content: Buffer, path: string, context: CommandContext): string | undefined {
  const result = formatPolicy(content, path);
  if (result.kind === 'formatted') return result.text;
  context.exit(1);
  if (result.why === 'unsound') complain(result.message, context);
  else
    context.stderr.write(renderDiagnostics(result.diagnostics, result.sources, { color: isColored(context.stderr) }));
  return undefined;
}

/** Compares bytes: a byte-order mark or a `\r` is a difference. */
function isSame(before: Buffer, after: string): boolean {
  return before.equals(Buffer.from(after));
}

function tellDifference(before: Buffer, after: string, path: string, { exit, stdout }: CommandContext): void {
  exit(1);
  stdout.write(renderLineDiff(before.toString(), after, path, isColored(stdout)));
}

function complain(message: string, { exit, stderr }: CommandContext): void {
  exit(1);
  stderr.write(`error: ${message}\n`);
}
