// Why a test did not pass, in the voice of the diagnostics: what is wrong, where, what was computed, and why.

import { quoteNames } from '../../agent/quote-names.ts';
import { count } from '../../agent/table.ts';
import { type Place, renderPlace } from '../../dsl/index.ts';
import { type Finding, renderExplanation } from '../../engine/index.ts';
import type { ExpectationResult, TestResult } from '../test-runner/test-report.ts';

/** One thing that is wrong with a test. */
export interface Failure {
  readonly code: 'failed-expectation' | 'unknown-node' | 'cluster-unreadable';
  /** One clause. */
  readonly message: string;
  readonly at: Place;
  /** What was computed and its explanation; lines without a final newline, possibly none. */
  readonly detail: string;
}

/** Everything that is wrong with a test, in the order of its text. */
export function failuresOf({ test, problems, expectations }: TestResult): readonly Failure[] {
  const byLength = test.fixtures.toSorted((a, b) => b.path.length - a.path.length);
  const unreadable = problems.map(({ where, message }): Failure => {
    // One path may begin with another: `fixtures/shop` and `fixtures/shop.yaml`.
    const fixture = byLength.find(({ path }) => where.startsWith(path)) ?? test.fixtures[0];
    return { code: 'cluster-unreadable', message: `${where}: ${message}`, at: fixture?.at ?? test.at, detail: '' };
  });
  return [...unreadable, ...expectations.flatMap(failureOf)];
}

/** A failure as text without colours, with a final newline. */
export function renderFailure({ code, message, at, detail }: Failure): string {
  return `error[${code}]: ${message}\n  --> ${renderPlace(at)}\n${detail === '' ? '' : `${detail}\n`}`;
}

function failureOf({ expectation, verdict, explanations, notExplained }: ExpectationResult): readonly Failure[] {
  const { at, text } = expectation;
  switch (verdict.kind) {
    case 'met':
      return [];
    case 'unknown-node': {
      const message = `the cluster has no node${verdict.node === undefined ? '' : ` \`${verdict.node}\``}`;
      const help =
        verdict.known.length === 0
          ? 'add Node objects to the manifests; there are none'
          : `choose one of ${quoteNames(verdict.known, 'or')}`;
      return [{ code: 'unknown-node', message, at, detail: `help: ${help}` }];
    }
    case 'unmet': {
      const computed = verdict.findings.flatMap(computedLines);
      const detail = [
        computed.join('\n'),
        ...explanations.map((each) => renderExplanation(each).trimEnd()),
        ...(notExplained > 0 ? [`note: ${count(notExplained, 'more explanation')} left out`] : []),
      ];
      return [{ code: 'failed-expectation', message: `\`${text}\` is not met`, at, detail: detail.join('\n\n') }];
    }
  }
}

const LINES_SHOWN = 8;

function computedLines({ nodes, computed }: Finding): readonly string[] {
  const shown = computed.slice(0, LINES_SHOWN);
  const more = computed.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`and ${count(more, 'more line')}`] : [])];
  return [`on ${namesInWords(nodes)}`, ...lines.map((line) => `  ${line}`)];
}

function namesInWords(names: readonly string[]): string {
  const shown = names.slice(0, LINES_SHOWN);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${count(more, 'more node')}` : ''}`;
}
