// What a run of tests came to: plain data that every reporter is made from.

import type { Expectation, PolicyTest } from '../../dsl/index.ts';
import type { ExpectationVerdict, Explanation, NothingFound } from '../../engine/index.ts';
import type { SourceProblem } from '../../kube/index.ts';

/** One run. Tests stand in the order of the policy. */
export interface TestReport {
  readonly results: readonly TestResult[];
  readonly durationMs: number;
}

/** What one test came to. */
export interface TestResult {
  readonly test: PolicyTest;
  readonly status: TestStatus;
  /** What of its cluster cannot be read; if anything, no expectation was judged. */
  readonly problems: readonly SourceProblem[];
  readonly expectations: readonly ExpectationResult[];
  readonly durationMs: number;
}

/** `broken`: the test says nothing, as its cluster cannot be read or lacks a node it names. */
export type TestStatus = 'passed' | 'failed' | 'broken';

/** What one expectation came to, with the decisions behind it where it is not met. */
export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly verdict: ExpectationVerdict;
  readonly explanations: readonly (Explanation | NothingFound)[];
  /** How many more explanations there would be. */
  readonly notExplained: number;
}

/** How many tests came to what. */
export function countStatuses({ results }: TestReport): Readonly<Record<TestStatus, number>> {
  const number = (wanted: TestStatus) => results.filter(({ status }) => status === wanted).length;
  return { passed: number('passed'), failed: number('failed'), broken: number('broken') };
}
