// For people: a line for each test, the counts, then everything about those that did not pass.

import { styleText } from 'node:util';
import { renderPlace } from '../../dsl/index.ts';
import { countStatuses, type TestReport, type TestResult } from '../test-runner/test-report.ts';
import { failuresOf, renderFailure } from './failure-text.ts';

/** Renders a report like the spec reporter of Node's test runner; no times, so that equal results are equal text. */
export function renderSpec(report: TestReport, color: boolean): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const { passed, failed, broken } = countStatuses(report);
  const counts: readonly (readonly [string, number])[] = [
    ['tests', report.results.length],
    ['expectations', report.results.reduce((sum, { test }) => sum + test.expectations.length, 0)],
    ['pass', passed],
    ['fail', failed],
    ...(broken === 0 ? [] : [['broken', broken] as const]),
  ];
  const notPassed = report.results.filter(({ status }) => status !== 'passed');
  return [
    ...report.results.map((result) => `${titleOf(result, paint)}\n`),
    ...counts.map(([what, number]) => `${paint('blue', `ℹ ${what} ${number}`)}\n`),
    ...(notPassed.length === 0 ? [] : [`\n${paint('red', '✖ failing tests:')}\n`]),
    ...notPassed.map((result) => renderDetails(result, paint)),
  ].join('');
}

type Paint = (style: 'green' | 'red' | 'blue' | 'gray', text: string) => string;

function titleOf({ test, status }: TestResult, paint: Paint): string {
  return status === 'passed' ? `${paint('green', '✔')} ${test.name}` : `${paint('red', '✖')} ${test.name}`;
}

function renderDetails(result: TestResult, paint: Paint): string {
  const failures = failuresOf(result).map((failure) => `\n${indent(paintCode(renderFailure(failure), paint))}`);
  return `\n${paint('gray', `test at ${renderPlace(result.test.at)}`)}\n${titleOf(result, paint)}\n${failures.join('')}`;
}

function paintCode(text: string, paint: Paint): string {
  return text.replace(/^error\[[a-z-]+\]/, (code) => paint('red', code));
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
