// The text form of an explanation: answer first, then the cause, the facts with their sources, and what would change it.

import type { Explanation, ExplanationEntry, NothingFound } from './explanation.ts';
import { listNames } from './wording.ts';

/** Renders an explanation as text, entries parted by an empty line, with a final newline. */
export function renderExplanation(explanation: Explanation | NothingFound): string {
  if (explanation.kind === 'nothing-found') return `${explanation.message}\n`;
  return explanation.entries.map(renderEntry).join('\n');
}

interface Row {
  readonly title: string;
  readonly text: string;
  readonly source: string;
}

function renderEntry(entry: ExplanationEntry): string {
  const rows: readonly Row[] = [
    { title: 'because', text: entry.because, source: entry.at ?? '' },
    ...titled('facts', entry.facts),
    ...titled(
      'changes',
      entry.changes.map((text) => ({ text, source: '' })),
    ),
    ...titled('peers', peerRows(entry)),
  ];
  const width = Math.max(0, ...rows.filter((row) => row.source !== '').map((row) => row.text.length));
  const lines = rows.map(({ title, text, source }) =>
    `  ${title.padEnd(8)} ${source === '' ? text : `${text.padEnd(width)}   ${source}`}`.trimEnd(),
  );
  return `${[answerOf(entry), ...lines].join('\n')}\n`;
}

function answerOf({ prefix, service, answer, nodes }: ExplanationEntry): string {
  const subject = [service, prefix].filter((part) => part !== null).join(' ');
  const verb = answer === 'covered' ? 'covered by an aggregate' : answer;
  return `${subject}: ${verb}${nodes.length === 0 ? '' : ` on ${listNames(nodes)}`}`;
}

function titled(title: string, rows: readonly Omit<Row, 'title'>[]): readonly Row[] {
  return rows.map((row, i) => ({ ...row, title: i === 0 ? title : '' }));
}

function peerRows({ peers }: ExplanationEntry): readonly Omit<Row, 'title'>[] {
  const width = Math.max(0, ...peers.map(({ peer }) => peer.length));
  return peers.map(({ peer, text, at }) => ({ text: `${peer.padEnd(width)}  ${text}`, source: at }));
}
