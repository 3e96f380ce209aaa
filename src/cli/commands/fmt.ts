// `bellbird fmt`: policies in the one style there is, in place or as a difference. Looks at one file at a time: what is
// wrong with the meaning of a policy, and what is not supported yet, does not matter here.

import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { reasonOf } from '../../agent/directories.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../exit-code.ts';
import { type FormatReport, formatContent, reportsToJson, summarize, tellReport } from '../format-report.ts';
import {
  addExamples,
  addOutputOption,
  addPolicyOption,
  DEFAULT_POLICY,
  type PolicyOptions,
  policyPaths,
} from '../options.ts';
import { findPolicyFiles } from '../policy-paths.ts';
import { replaceFile } from '../replace-file.ts';

interface FmtOptions extends PolicyOptions {
  readonly check?: true;
  readonly output: 'text' | 'json';
}

const STDIN = '-';

const examples = ['bellbird fmt edge.bell', 'bellbird fmt --check policies/'];

/** Defines `fmt [--check] [-o text|json] POLICY…`. */
export function defineFmt(command: Command, context: CommandContext): void {
  command.argument(
    '[policy...]',
    `policy files, directories with *.bell files at any depth, or \`-\` for stdin to stdout (default: ${DEFAULT_POLICY})`,
  );
  addPolicyOption(command);
  command.addOption(new Option('--check', 'change nothing, tell what would change').helpGroup('Result:'));
  addOutputOption(command);
  addExamples(
    command,
    examples,
    '0 done, 1 a file is refused or unreadable (or would change, with --check), 2 usage error or a file cannot be written',
  );
  command.action((paths: readonly string[], options: FmtOptions) => {
    const entries = policyPaths(command, paths, options);
    if (entries.includes(STDIN)) formatStdin(entries, options, context);
    else formatFiles(entries, options, context);
  });
}

function formatFiles(entries: readonly string[], options: FmtOptions, context: CommandContext): void {
  const isCheck = options.check === true;
  const reports: FormatReport[] = [];
  for (const found of entries.flatMap(findFiles)) {
    const report = typeof found === 'string' ? formatFile(found, isCheck) : found;
    if (isTrouble(report, isCheck)) context.exit(1);
    if (options.output === 'text') tellReport(report, isCheck, context);
    reports.push(report);
  }
  if (options.output === 'text') context.stdout.write(summarize(reports, isCheck));
  else context.stdout.write(toText(reportsToJson(reports, isCheck)));
}

/** The paths of files, or what stands in the way. */
function findFiles(entry: string): readonly (string | FormatReport)[] {
  const failed = (message: string): FormatReport => ({ kind: 'failed', path: entry, message, isFile: false });
  try {
    const paths = findPolicyFiles(entry);
    return paths.length === 0 ? [failed(`no file in \`${entry}\` ends in .bell`)] : paths;
  } catch (error) {
    return [failed(`\`${entry}\` cannot be read: ${reasonOf(error)}`)];
  }
}

function formatFile(path: string, isCheck: boolean): FormatReport {
  const content = read(path);
  if (!Buffer.isBuffer(content)) return content;
  const report = formatContent(content, path);
  if (report.kind === 'changed' && !isCheck) write(path, report.after);
  return report;
}

function read(path: string): Buffer | FormatReport {
  try {
    return readFileSync(path);
  } catch (error) {
    return { kind: 'failed', path, message: `\`${path}\` cannot be read: ${reasonOf(error)}`, isFile: true };
  }
}

function write(path: string, text: string): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be written: ${reasonOf(error)}`);
  }
}

function formatStdin(entries: readonly string[], options: FmtOptions, context: CommandContext): void {
  if (entries.length > 1) throw new CliError('`-` stands for stdin and goes with no other policy');
  const isCheck = options.check === true;
  const report = formatContent(readFileSync(0), '<stdin>');
  if (isTrouble(report, isCheck)) context.exit(1);
  if (options.output === 'json') context.stdout.write(toText(reportsToJson([report], isCheck, true)));
  else if (isCheck || report.kind === 'refused' || report.kind === 'failed') tellReport(report, isCheck, context);
  else context.stdout.write(report.after);
}

/** Whether the command ends with 1 because of the file. */
function isTrouble({ kind }: FormatReport, isCheck: boolean): boolean {
  return kind === 'refused' || kind === 'failed' || (isCheck && kind === 'changed');
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
