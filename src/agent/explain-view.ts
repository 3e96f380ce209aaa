// What `explain` answers in a running agent: the engine's explanation, and whether the agent still waits with a route.

import { type Explanation, renderExplanation } from '../engine/index.ts';
import type { HoldView } from './holds.ts';
import { renderDuration, toTimestamp } from './time-text.ts';

/** The JSON of `GET /v1/explain`. An entry that waits says why, and until when; `unseen` is what is not watched. */
export function explanationToJson(
  explanation: Explanation,
  { delayed, waiting, beyond, held, draining, isWithdrawn }: HoldView,
  unseen: readonly string[] = [],
): unknown {
  const entries = explanation.entries.map((entry) => {
    const { prefix } = entry;
    const kept = prefix === null ? undefined : held.get(prefix);
    if (kept !== undefined) {
      const draining = isWithdrawn ? { draining: true } : {};
      return { ...entry, held: { reason: 'held', since: toTimestamp(kept.since), ...draining } };
    }
    if (prefix !== null && draining.has(prefix)) return { ...entry, waits: { reason: 'draining' } };
    if (prefix !== null && entry.answer === 'advertised' && beyond.has(prefix)) {
      return { ...entry, waits: { reason: 'held' } };
    }
    const until = entry.prefix === null ? undefined : delayed.get(entry.prefix);
    if (entry.answer === 'advertised' && entry.prefix !== null && waiting.has(entry.prefix)) {
      return { ...entry, waits: { reason: 'waiting' } };
    }
    if (until === undefined || entry.answer !== 'advertised') return entry;
    return { ...entry, waits: { reason: 'delayed', until: toTimestamp(until) } };
  });
  return { apiVersion: 'bellbird/v1', ...explanation, entries, unseen, kind: 'Explanation' };
}

/** The same for people. */
export function renderAgentExplanation(
  explanation: Explanation,
  { delayed, waiting, beyond, held, draining, isWithdrawn }: HoldView,
  now: number,
  unseen: readonly string[] = [],
): string {
  const all = new Set(explanation.entries.flatMap(({ prefix }) => prefix ?? []));
  const kept = [...all].filter((prefix) => held.has(prefix));
  const prefixes = explanation.entries.flatMap(({ prefix, answer }) =>
    prefix === null || answer !== 'advertised' ? [] : [prefix],
  );
  const lines = [...new Set(prefixes)].flatMap((prefix) => {
    if (waiting.has(prefix))
      return [`\n${prefix} waits: it is due, and announced once every \`wait-for\` has answered\n`];
    if (draining.has(prefix)) return [`\n${prefix} waits: the node is drained, until \`bellbird undrain\`\n`];
    if (beyond.has(prefix)) return [`\n${prefix} is held: it is due, and beyond the \`max-routes\` of \`guard\`\n`];
    const until = delayed.get(prefix);
    if (until === undefined) return [];
    return [
      `\n${prefix} waits: it is due, and announced in ${renderDuration(until - now)}, as \`advertise-delay\` says\n`,
    ];
  });
  const stays = isWithdrawn ? 'comes back with `bellbird undrain`' : 'stays announced';
  const keeps = kept.map(
    (prefix) => `\n${prefix} is held: it ${stays}, because too much would be withdrawn at once; \`bellbird confirm\`\n`,
  );
  return [renderExplanation(explanation), ...lines, ...keeps, ...notesOnUnseen(explanation, unseen)].join('');
}

/** A service that is watched is known as a whole. Of an address or a prefix, services that are not watched may have a part. */
function notesOnUnseen({ subject, entries }: Explanation, unseen: readonly string[]): readonly string[] {
  if (entries.every(({ service }) => service === subject)) return [];
  return unseen.map((sentence) => `\nnote: ${sentence}\n`);
}
