// Runs the tests of a policy. Every cluster is read once and gets one engine, which all tests about it share; the files
// are read side by side, the rest is arithmetic.

import type { Expectation, Policy, PolicyTest } from '../../dsl/index.ts';
import {
  createEngine,
  createExpectationJudge,
  type Engine,
  type ExpectationJudge,
  type ExpectationVerdict,
  type Explanation,
  type Finding,
  type NodeOutcome,
  resolveForNode,
  type Snapshot,
} from '../../engine/index.ts';
import { readManifests, type SourceProblem } from '../../kube/index.ts';
import type { ExpectationResult, TestReport, TestResult, TestStatus } from './test-report.ts';

/** More than this explains nothing better. */
const SUBJECTS_EXPLAINED = 3;
const ENTRIES_SHOWN = 8;

/** What a cluster was read as, from the paths of a test's fixtures. */
export type ReadFixtures = (
  paths: readonly string[],
) => Promise<{ readonly snapshot: Snapshot; readonly problems: readonly SourceProblem[] }>;

/** Runs these tests of the policy, each against its fixtures unless `read` knows better. */
export async function runTests(
  policy: Policy,
  tests: readonly PolicyTest[],
  read: ReadFixtures = readManifests,
): Promise<TestReport> {
  const start = performance.now();
  const clusters = new Map<string, Promise<TestCluster>>();
  for (const test of tests) {
    const key = clusterKey(test);
    if (!clusters.has(key)) clusters.set(key, readCluster(policy, test, read));
  }
  const results: TestResult[] = [];
  for (const test of tests) {
    const cluster = await clusters.get(clusterKey(test));
    if (cluster !== undefined) results.push(runTest(test, cluster));
  }
  return { results, durationMs: performance.now() - start };
}

/** The cluster of a test: all its fixtures together. */
interface TestCluster {
  readonly problems: readonly SourceProblem[];
  readonly engine: Engine;
  readonly judge: ExpectationJudge;
}

// Order matters: of an object that stands in two files the first one counts.
function clusterKey({ fixtures }: PolicyTest): string {
  return JSON.stringify(fixtures.map(({ path }) => path));
}

async function readCluster(policy: Policy, { fixtures }: PolicyTest, read: ReadFixtures): Promise<TestCluster> {
  const { snapshot, problems } = await read([...new Set(fixtures.map(({ path }) => path))]);
  const engine = createEngine(policy, snapshot);
  return { problems, engine, judge: createJudge(policy, snapshot, engine) };
}

function createJudge(policy: Policy, snapshot: Snapshot, engine: Engine): ExpectationJudge {
  const outcomes = new Map<string, NodeOutcome>();
  return createExpectationJudge({
    names: engine.nodes(),
    outcome: (name) => {
      const known = outcomes.get(name);
      if (known !== undefined) return known;
      const node = snapshot.nodes.get(name);
      const sessions =
        node === undefined ? { speaker: undefined, peers: [], problems: [] } : resolveForNode(policy, node);
      const outcome = { decisions: engine.decisions(name), sessions };
      outcomes.set(name, outcome);
      return outcome;
    },
  });
}

function runTest(test: PolicyTest, { problems, engine, judge }: TestCluster): TestResult {
  const start = performance.now();
  const expectations =
    problems.length > 0 ? [] : test.expectations.map((expectation) => runOne(expectation, engine, judge));
  const status = problems.length > 0 ? 'broken' : statusOf(expectations.map(({ verdict }) => verdict));
  return { test, status, problems, expectations, durationMs: performance.now() - start };
}

function statusOf(verdicts: readonly ExpectationVerdict[]): TestStatus {
  if (verdicts.some(({ kind }) => kind === 'unknown-node')) return 'broken';
  return verdicts.every(({ kind }) => kind === 'met') ? 'passed' : 'failed';
}

function runOne(expectation: Expectation, engine: Engine, judge: ExpectationJudge): ExpectationResult {
  const verdict = judge(expectation);
  return {
    expectation,
    verdict,
    ...(verdict.kind === 'unmet'
      ? explain(verdict.findings, expectation, engine)
      : { explanations: [], notExplained: 0 }),
  };
}

/** Explains each prefix for all nodes together, so that those with the same answer share it. */
function explain(
  findings: readonly Finding[],
  { to }: Expectation,
  engine: Engine,
): Pick<ExpectationResult, 'explanations' | 'notExplained'> {
  const nodesOf = new Map<string, string[]>();
  for (const { subjects, nodes } of findings) {
    for (const subject of subjects) nodesOf.set(subject, [...(nodesOf.get(subject) ?? []), ...nodes]);
  }
  const peer = to?.kind === 'peer' ? { peer: to.name } : {};
  const explained = [...nodesOf].slice(0, SUBJECTS_EXPLAINED).map(([subject, nodes]) => {
    const explanation = engine.explain({ subject, nodes: nodes.sort(), ...peer });
    return explanation.kind === 'nothing-found' ? { explanation, omitted: 0 } : shorten(explanation);
  });
  const notExplained = Math.max(0, nodesOf.size - SUBJECTS_EXPLAINED);
  return {
    explanations: explained.map(({ explanation }) => explanation),
    notExplained: explained.reduce((sum, { omitted }) => sum + omitted, notExplained),
  };
}

// What contains the prefix, or is inside of it, explains it only where the prefix itself is nothing.
function shorten(explanation: Explanation): { readonly explanation: Explanation; readonly omitted: number } {
  const own = explanation.entries.filter(({ prefix }) => prefix === explanation.subject);
  const entries = own.length > 0 ? own : explanation.entries;
  return {
    explanation: { ...explanation, entries: entries.slice(0, ENTRIES_SHOWN) },
    omitted: Math.max(0, entries.length - ENTRIES_SHOWN),
  };
}
