// Warns about `source == remote` in a filter for export: routes of other peers are offered to peers with `transit` only.

import type { ConditionNode, FilterStatement, Operand, PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { effectiveSettings } from '../policy-settings.ts';
import type { Report } from '../report.ts';
import { forEachCondition } from '../walk-conditions.ts';

/** Looks at filters that are used for export, and for nothing else. */
export function checkSource(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  for (const filter of model.scope.filters.values()) {
    const exporting = peers.filter((peer) => uses(peer, 'export', filter, model));
    if (exporting.length === 0 || peers.some((peer) => uses(peer, 'import', filter, model))) continue;
    const isTransit = (peer: PeerStatement) => effectiveSettings(peer, model.scope).find('transit')?.value === 'on';
    if (exporting.some(isTransit)) continue;
    forEachCondition(filter, (condition) => {
      if (asksForRemote(condition)) report(condition.span, messages['no-transit']({ filter: filter.name.text }));
    });
  }
}

function uses(peer: PeerStatement, direction: 'export' | 'import', filter: FilterStatement, model: Model): boolean {
  const filters = effectiveSettings(peer, model.scope).find(direction)?.filters ?? [];
  return typeof filters !== 'string' && filters.some(({ text }) => text === filter.name.text);
}

/** True for conditions on `source` that hold for no route of ours. */
function asksForRemote(condition: ConditionNode): boolean {
  if (!('field' in condition) || condition.field.name !== 'source') return false;
  if (condition.kind === 'compare') return isWord(condition.operand, condition.operator === '!=' ? 'local' : 'remote');
  if (condition.kind !== 'one-of') return false;
  const { operands, negated } = condition;
  return negated ? operands.some((each) => isWord(each, 'local')) : operands.every((each) => isWord(each, 'remote'));
}

function isWord(operand: Operand, word: string): boolean {
  return operand.kind === 'word' && operand.text === word;
}
