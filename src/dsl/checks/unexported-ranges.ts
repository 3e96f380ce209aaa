// Warns about a range that no peer may export: nothing of it would ever leave, which is surely not meant. Speaks only
// where the filters decide it for every route the range can have.

import type { PeerStatement, RangeStatement, Rule } from '../ast.ts';
import { lowerCondition } from '../lower-condition.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { effectiveSettings } from '../policy-settings.ts';
import { decideForRange } from '../range-verdict.ts';
import type { Report } from '../report.ts';

/** Without any peer there is one warning for all ranges, elsewhere. */
export function checkUnexportedRanges(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  if (peers.length === 0) return;
  for (const range of model.scope.ranges.values()) {
    if (peers.some((peer) => mayExport(peer, range, model))) continue;
    report(range.name.span, messages['unexported-range']({ range: range.name.text, peers: peers.length }));
  }
}

function mayExport(peer: PeerStatement, range: RangeStatement, model: Model): boolean {
  const filters = effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all';
  if (filters === 'all') return true;
  if (filters === 'nothing') return false;
  const rules = filters.flatMap((ref) => model.scope.filters.get(ref.text)?.rules ?? []);
  return mayAccept(rules, range, model);
}

/** The first rule that decides wins; falling off the end rejects. */
function mayAccept(rules: readonly Rule[], range: RangeStatement, model: Model): boolean {
  for (const rule of rules) {
    if (rule.verdict === 'update') continue;
    const condition = rule.condition && lowerCondition(rule.condition, model.values);
    const holds = decideForRange(condition, range, model.values);
    if (rule.verdict === 'accept' && holds !== 'never') return true;
    if (rule.verdict === 'reject' && holds === 'always') return false;
  }
  return false;
}
