// JUnit XML, as CI systems read it: one suite for each policy file, one case for each test.

import { renderPlace } from '../../dsl/index.ts';
import { countStatuses, type TestReport, type TestResult } from '../test-runner/test-report.ts';
import { failuresOf, renderFailure } from './failure-text.ts';

/** Renders a report as JUnit XML. A failed expectation is a failure, a test that could not be run an error. */
export function renderJunit(report: TestReport): string {
  const files = [...new Set(report.results.map(({ test }) => test.at.path))];
  const suites = files.map((file) => {
    const results = report.results.filter(({ test }) => test.at.path === file);
    const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0);
    const attributes = `name="${escapeXml(file)}" ${countsOf({ results, durationMs })}`;
    return `  <testsuite ${attributes}>\n${results.map(renderCase).join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<testsuites ${countsOf(report)}>\n${suites.join('')}</testsuites>\n`;
}

function countsOf(report: TestReport): string {
  const { failed, broken } = countStatuses(report);
  const time = inSeconds(report.durationMs);
  return `tests="${report.results.length}" failures="${failed}" errors="${broken}" time="${time}"`;
}

function renderCase(result: TestResult): string {
  const { test, status, durationMs } = result;
  const { path, line } = test.at;
  const attributes = [
    `name="${escapeXml(test.name)}"`,
    `classname="${escapeXml(path)}"`,
    `file="${escapeXml(path)}"`,
    `line="${line}"`,
    `time="${inSeconds(durationMs)}"`,
  ].join(' ');
  if (status === 'passed') return `    <testcase ${attributes}/>\n`;
  const element = status === 'failed' ? 'failure' : 'error';
  const body = failuresOf(result).map((failure) => {
    const message = escapeXml(`${renderPlace(failure.at)}: ${failure.message}`);
    const text = escapeXml(renderFailure(failure));
    return `      <${element} type="${failure.code}" message="${message}">${text}</${element}>\n`;
  });
  return `    <testcase ${attributes}>\n${body.join('')}    </testcase>\n`;
}

function inSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(6);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Also leaves out the control characters that XML 1.0 cannot hold. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
