// `bellbird test`: runs the `test` blocks of a policy against the clusters that stand beside it. Touches nothing.

import { type Command, Option } from 'commander';
import { loadPolicy } from '../../agent/load-policy.ts';
import { count } from '../../agent/table.ts';
import type { PolicyTest } from '../../dsl/index.ts';
import { planEverything } from '../../kube/index.ts';
import { readLive } from '../cluster-input.ts';
import type { CommandContext } from '../command.ts';
import { CliError, type ExitCode } from '../exit-code.ts';
import {
  addContextOption,
  addDenyWarningsOption,
  addExamples,
  addOutputOption,
  addPolicyOption,
  DEFAULT_POLICY,
  type OutputForm,
  type PolicyOptions,
  policyPaths,
} from '../options.ts';
import { hasWarnings, reportDiagnostics } from '../policy-input.ts';
import { isColored } from '../terminal.ts';
import { renderJson } from '../test-reporters/json.ts';
import { renderJunit } from '../test-reporters/junit.ts';
import { renderSpec } from '../test-reporters/spec.ts';
import { renderTap } from '../test-reporters/tap.ts';
import { type ReadFixtures, runTests } from '../test-runner/run-tests.ts';
import { countStatuses, type TestReport } from '../test-runner/test-report.ts';
import { watchTests } from '../test-runner/watch-tests.ts';

type ReporterName = 'spec' | 'tap' | 'junit';

interface TestOptions extends PolicyOptions {
  readonly filter: readonly string[];
  readonly reporter: ReporterName;
  readonly output: OutputForm;
  readonly live?: true;
  readonly context?: string;
  readonly watch?: true;
}

const examples = [
  'bellbird test edge.bell',
  'bellbird test --reporter junit --filter checkout /etc/bellbird > tests.xml',
];

/** Defines `test [--live] [--watch] [--filter TEXT] [--reporter spec|tap|junit] [-o text|json] POLICY…`. */
export function defineTest(command: Command, context: CommandContext): void {
  command.argument('[policy...]', `policy files and directories of *.bell files (default: ${DEFAULT_POLICY})`);
  addPolicyOption(command);
  addFilterOption(command);
  command.addOption(
    new Option('--live', 'against the live cluster, in the place of those that the tests name').helpGroup('Input:'),
  );
  addContextOption(command);
  command.addOption(
    new Option('-w, --watch', 'run again whenever the policy or a cluster of its tests changes').helpGroup('Input:'),
  );
  command.addOption(
    new Option('-r, --reporter <name>', 'form of the text: for people, or for CI systems')
      .choices(['spec', 'tap', 'junit'] satisfies readonly ReporterName[])
      .default('spec')
      .helpGroup('Result:'),
  );
  addOutputOption(command);
  addDenyWarningsOption(command);
  addExamples(
    command,
    examples,
    '0 every test passed, 1 an expectation failed or the policy is refused, 2 usage error, cluster unreadable or node unknown',
  );
  command.action((paths: readonly string[], options: TestOptions) => {
    if (options.output === 'json' && command.getOptionValueSource('reporter') !== 'default') {
      throw new CliError('`--reporter` is a form of text and does not go with `-o json`');
    }
    if (options.context !== undefined && options.live !== true) {
      throw new CliError('`--context` names a live cluster: add `--live`');
    }
    return test(policyPaths(command, paths, options), options, context);
  });
}

function addFilterOption(command: Command): void {
  const given: string[] = [];
  command.addOption(
    new Option('-f, --filter <text>', 'only tests with this text in their name (repeatable)')
      .argParser((text: string) => {
        given.push(text);
        return given;
      })
      .default([], 'every test')
      .helpGroup('Input:'),
  );
}

async function test(entries: readonly string[], options: TestOptions, context: CommandContext): Promise<void> {
  const runOnce = () => runPolicyTests(entries, options, context);
  context.exit(options.watch === true ? await watchTests(entries, runOnce, context) : await runOnce());
}

/** One run, printed. */
async function runPolicyTests(
  entries: readonly string[],
  options: TestOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const loaded = loadPolicy(entries);
  reportDiagnostics(loaded, context);
  const { policy } = loaded;
  if (policy === undefined) return 1;
  const tests = policy.tests.filter(({ name }) => isWanted(name, options.filter));
  if (tests.length === 0 && options.filter.length > 0) throw noTestMatches(policy.tests, options.filter);
  if (tests.length === 0) context.stderr.write('note: the policy has no `test`\n');
  const report = await runTests(policy, tests, options.live === true ? await readLiveOnce(options.context) : undefined);
  context.stdout.write(render(report, options, context));
  if (report.results.some(({ problems }) => problems.length > 0)) {
    context.stderr.write('note: a test whose cluster cannot be read as a whole is not run\n');
  }
  const isDenied = options.denyWarnings === true && hasWarnings(loaded);
  const { failed, broken } = countStatuses(report);
  return broken > 0 ? 2 : failed > 0 || isDenied ? 1 : 0;
}

/** One reading for all tests of a run. */
async function readLiveOnce(context: string | undefined): Promise<ReadFixtures> {
  const cluster = await readLive(planEverything(), context);
  return () => Promise.resolve(cluster);
}

function isWanted(name: string, filter: readonly string[]): boolean {
  return filter.length === 0 || filter.some((text) => name.includes(text));
}

/** A filter that leaves nothing over would let a misspelt one pass. */
function noTestMatches(tests: readonly PolicyTest[], filter: readonly string[]): CliError {
  const texts = filter.map((text) => JSON.stringify(text)).join(' or ');
  return new CliError(`none of ${count(tests.length, 'test')} has ${texts} in its name`);
}

function render(report: TestReport, { output, reporter }: TestOptions, { stdout }: CommandContext): string {
  if (output === 'json') return renderJson(report);
  switch (reporter) {
    case 'spec':
      return renderSpec(report, isColored(stdout));
    case 'tap':
      return renderTap(report);
    case 'junit':
      return renderJunit(report);
  }
}
