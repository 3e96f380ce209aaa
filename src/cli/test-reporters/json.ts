// For programs: everything a run found, in the shape that `-o json` promises.

import { renderPlace } from '../../dsl/index.ts';
import type { ExpectationResult, TestReport, TestResult } from '../test-runner/test-report.ts';
import { countStatuses } from '../test-runner/test-report.ts';

/** Renders a report as one JSON object. */
export function renderJson(report: TestReport): string {
  const counts = countStatuses(report);
  const value = {
    apiVersion: 'bellbird/v1',
    kind: 'TestReport',
    ok: counts.failed + counts.broken === 0,
    ...counts,
    durationMs: report.durationMs,
    tests: report.results.map(toTest),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function toTest({ test, status, problems, expectations, durationMs }: TestResult): unknown {
  return {
    name: test.name,
    at: renderPlace(test.at),
    status,
    clusters: test.fixtures.map(({ path }) => path),
    durationMs,
    problems: problems.map(({ where, message }) => ({ where, message })),
    expectations: expectations.map(toExpectation),
  };
}

function toExpectation({ expectation, verdict, explanations }: ExpectationResult): unknown {
  return {
    text: expectation.text,
    at: renderPlace(expectation.at),
    verdict: verdict.kind,
    ...(verdict.kind === 'unknown-node' ? { node: verdict.node ?? null, nodes: verdict.known } : {}),
    ...(verdict.kind === 'unmet'
      ? { findings: verdict.findings.map(({ nodes, computed }) => ({ nodes, computed })), explanations }
      : {}),
  };
}
