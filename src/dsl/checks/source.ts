// Warns about `source == remote` in a filter for export: routes of other peers are offered to peers with `transit` only.

import type { FieldTest, FilterStatement, Operand, PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { effectiveSettings } from '../policy-settings.ts';
import type { Report } from '../report.ts';
import { questionsOf } from '../walk-conditions.ts';

/** Looks at filters that are used for export, and for nothing else. */
export function checkSource(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  for (const filter of model.scope.filters.values()) {
    const remote = questionsOf(filter).flatMap(({ byField }) => byField.get('source')?.filter(asksForRemote) ?? []);
    if (remote.length === 0 || !isForOwnRoutes(filter, peers, model)) continue;
    for (const { span } of remote) report(span, messages['no-transit']({ filter: filter.name.text }));
  }
}

/** Whether no route of another peer is ever asked about. */
function isForOwnRoutes(filter: FilterStatement, peers: readonly PeerStatement[], model: Model): boolean {
  const exporting = peers.filter((peer) => uses(peer, 'export', filter, model));
  if (exporting.length === 0 || peers.some((peer) => uses(peer, 'import', filter, model))) return false;
  return !exporting.some((peer) => effectiveSettings(peer, model.scope).find('transit')?.value === 'on');
}

function uses(peer: PeerStatement, direction: 'export' | 'import', filter: FilterStatement, model: Model): boolean {
  const filters = effectiveSettings(peer, model.scope).find(direction)?.filters ?? [];
  return typeof filters !== 'string' && filters.some(({ text }) => text === filter.name.text);
}

/** True for tests of `source` that hold for no route of ours. */
function asksForRemote(test: FieldTest): boolean {
  if (test.kind === 'compare') return isWord(test.operand, test.operator === '!=' ? 'local' : 'remote');
  if (test.kind !== 'one-of') return false;
  const { operands, negated } = test;
  return negated ? operands.some((each) => isWord(each, 'local')) : operands.every((each) => isWord(each, 'remote'));
}

function isWord(operand: Operand, word: string): boolean {
  return operand.kind === 'word' && operand.text === word;
}
