// What `explain` answers in a running agent: the engine's explanation, and whether the agent still waits with a route.

import { type Explanation, renderExplanation } from '../engine/index.ts';
import type { AgentView } from './agent.ts';
import { renderDuration, toTimestamp } from './time-text.ts';

/** The JSON of `GET /v1/explain`. An entry that waits says why, and until when. */
export function explanationToJson(
  explanation: Explanation,
  { delayed, waiting }: Pick<AgentView, 'delayed' | 'waiting'>,
): unknown {
  const entries = explanation.entries.map((entry) => {
    const until = entry.prefix === null ? undefined : delayed.get(entry.prefix);
    if (entry.answer === 'advertised' && entry.prefix !== null && waiting.has(entry.prefix)) {
      return { ...entry, waits: { reason: 'waiting' } };
    }
    if (until === undefined || entry.answer !== 'advertised') return entry;
    return { ...entry, waits: { reason: 'delayed', until: toTimestamp(until) } };
  });
  return { apiVersion: 'bellbird/v1', ...explanation, entries, kind: 'Explanation' };
}

/** The same for people. */
export function renderAgentExplanation(
  explanation: Explanation,
  { delayed, waiting }: Pick<AgentView, 'delayed' | 'waiting'>,
  now: number,
): string {
  const prefixes = explanation.entries.flatMap(({ prefix, answer }) =>
    prefix === null || answer !== 'advertised' ? [] : [prefix],
  );
  const lines = [...new Set(prefixes)].flatMap((prefix) => {
    if (waiting.has(prefix))
      return [`\n${prefix} waits: it is due, and announced once every \`wait-for\` has answered\n`];
    const until = delayed.get(prefix);
    if (until === undefined) return [];
    return [
      `\n${prefix} waits: it is due, and announced in ${renderDuration(until - now)}, as \`advertise-delay\` says\n`,
    ];
  });
  return [renderExplanation(explanation), ...lines].join('');
}
