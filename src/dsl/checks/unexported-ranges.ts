// Warns about a range that no peer may export: nothing of it would ever leave, which is surely not meant. Speaks only
// where the filters decide it for every route the range can have.

import type { PeerStatement } from '../ast.ts';
import { lowerCondition } from '../lower-condition.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Condition } from '../policy.ts';
import { effectiveSettings } from '../policy-settings.ts';
import { decideForRange, factsOf, type RangeFacts } from '../range-verdict.ts';
import type { Report } from '../report.ts';

/** Without any peer there is one warning for all ranges, elsewhere. */
export function checkUnexportedRanges(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  if (peers.length === 0) return;
  const exports = distinctExports(peers, model);
  const excluded = model.statements.flatMap((node) =>
    node.kind === 'exclude-prefixes' ? model.values.prefixes(node.prefixes).map(({ prefix }) => prefix) : [],
  );
  for (const range of model.scope.ranges.values()) {
    const facts = factsOf(range, excluded, model.values);
    if (exports.some((filters) => mayExport(filters, facts))) continue;
    report(range.name.span, messages['unexported-range']({ range: range.name.text, peers: peers.length }));
  }
}

/** Rules of the filters that a peer asks in turn. */
type Export = 'all' | 'nothing' | readonly PreparedFilter[];

/** What each peer exports, the same only once. */
function distinctExports(peers: readonly PeerStatement[], model: Model): readonly Export[] {
  const prepared = new Map<string, PreparedFilter>();
  const found = new Map<string, Export>();
  for (const peer of peers) {
    const filters = effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all';
    const names = typeof filters === 'string' ? [] : filters.map(({ text }) => text);
    const key = typeof filters === 'string' ? filters : JSON.stringify(names);
    if (!found.has(key)) {
      found.set(key, typeof filters === 'string' ? filters : names.map((name) => prepare(name, prepared, model)));
    }
  }
  return [...found.values()];
}

function mayExport(filters: Export, range: RangeFacts): boolean {
  if (typeof filters === 'string') return filters === 'all';
  for (const filter of filters) {
    const outcome = askFilter(filter, range);
    if (outcome !== 'undecided') return outcome === 'accepted';
  }
  // Falling off the end rejects.
  return false;
}

interface PreparedRule {
  readonly verdict: 'accept' | 'reject';
  readonly condition: Condition | undefined;
}

/** The deciding rules of a filter. Those that ask for a range by name first of all are found by that name. */
interface PreparedFilter {
  readonly rules: readonly PreparedRule[];
  /** Range name, or the empty text for rules about every range → positions in `rules`, in order. */
  readonly byRange: ReadonlyMap<string, readonly number[]>;
}

function prepare(name: string, prepared: Map<string, PreparedFilter>, model: Model): PreparedFilter {
  const known = prepared.get(name);
  if (known !== undefined) return known;
  const rules: PreparedRule[] = [];
  const byRange = new Map<string, number[]>();
  for (const { verdict, condition: node } of model.scope.filters.get(name)?.rules ?? []) {
    if (verdict === 'update') continue;
    const condition = node && lowerCondition(node, model.values);
    for (const range of rangesOf(condition) ?? ['']) {
      const positions = byRange.get(range) ?? [];
      positions.push(rules.length);
      byRange.set(range, positions);
    }
    rules.push({ verdict, condition });
  }
  const filter = { rules, byRange };
  prepared.set(name, filter);
  return filter;
}

/** The ranges without which the condition never holds; undefined if it may hold for any. */
function rangesOf(condition: Condition | undefined): readonly string[] | undefined {
  if (condition?.kind === 'and') return condition.operands.map(rangesOf).find((ranges) => ranges !== undefined);
  if (condition?.kind === 'compare' && condition.field.name === 'range' && condition.operator === '==') {
    return [String(condition.value)];
  }
  const isList = condition?.kind === 'one-of' && condition.field.name === 'range' && !condition.negated;
  return isList ? condition.values.map(String) : undefined;
}

/** The first rule that decides wins. */
function askFilter(filter: PreparedFilter, range: RangeFacts): 'accepted' | 'rejected' | 'undecided' {
  const positions = [...(filter.byRange.get(range.name) ?? []), ...(filter.byRange.get('') ?? [])];
  for (const position of positions.sort((a, b) => a - b)) {
    const rule = filter.rules[position];
    const holds = decideForRange(rule?.condition, range);
    if (rule?.verdict === 'accept' && holds !== 'never') return 'accepted';
    if (rule?.verdict === 'reject' && holds === 'always') return 'rejected';
  }
  return 'undecided';
}
