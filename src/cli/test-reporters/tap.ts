// The Test Anything Protocol, version 13, as Node's test runner writes it: one line for each test, details as YAML.

import { stringify } from 'yaml';
import { renderPlace } from '../../dsl/index.ts';
import { countStatuses, type TestReport, type TestResult } from '../test-runner/test-report.ts';
import { failuresOf, renderFailure } from './failure-text.ts';

/** Renders a report as TAP. */
export function renderTap(report: TestReport): string {
  const { results, durationMs } = report;
  const { passed, failed, broken } = countStatuses(report);
  const counts = [
    `# tests ${results.length}`,
    `# pass ${passed}`,
    `# fail ${failed + broken}`,
    `# duration_ms ${durationMs.toFixed(3)}`,
  ];
  return `TAP version 13\n${results.map(renderResult).join('')}1..${results.length}\n${counts.join('\n')}\n`;
}

function renderResult(result: TestResult, index: number): string {
  const { test, status, durationMs } = result;
  const failures = failuresOf(result);
  const details = {
    duration_ms: Number(durationMs.toFixed(3)),
    location: renderPlace(test.at),
    ...(failures.length === 0
      ? {}
      : { failureType: failures[0]?.code, error: failures.map(renderFailure).join('\n').trimEnd() }),
  };
  const name = escapeName(test.name);
  const block = stringify(details, { lineWidth: 0 }).replace(/^(?=.)/gm, '  ');
  return `# Subtest: ${name}\n${status === 'passed' ? 'ok' : 'not ok'} ${index + 1} - ${name}\n  ---\n${block}  ...\n`;
}

/** `#` would start a directive, and a line end a new line of the protocol. */
function escapeName(name: string): string {
  return name.replace(/[\\#]/g, '\\$&').replaceAll('\n', '\\n');
}
