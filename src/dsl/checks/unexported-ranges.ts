// Warns about a range that no peer may export: nothing of it would ever leave, which is surely not meant. Speaks only
// where the filters decide it for every route the range can have.

import type { PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Condition } from '../policy.ts';
import { effectiveSettings } from '../policy-settings.ts';
import { decideForRange, factsOf, type RangeFacts } from '../range-verdict.ts';
import { ALL_PREFIXES, ANYTHING } from '../reachability/clause.ts';
import { createPrefixLevels, type PrefixLevels } from '../reachability/prefix-levels.ts';
import type { Report } from '../report.ts';

/** Without any peer there is one warning for all ranges, elsewhere. */
export function checkUnexportedRanges(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  if (peers.length === 0) return;
  const { exports, rules } = prepareExports(peers, model);
  const excluded = model.statements.flatMap((node) =>
    node.kind === 'exclude-prefixes' ? model.values.prefixes(node.prefixes).map(({ prefix }) => prefix) : [],
  );
  for (const range of model.scope.ranges.values()) {
    const facts = factsOf(range, excluded, model.values);
    const concerned = rulesFor(rules, facts);
    if (exports.some((filters) => mayExport(filters, concerned, facts))) continue;
    report(range.name.span, messages['unexported-range']({ range: range.name.text, peers: peers.length }));
  }
}

/** What a peer exports: its filters are asked in turn. */
type Export = 'all' | 'nothing' | readonly PreparedFilter[];

interface PreparedRule {
  readonly filter: PreparedFilter;
  readonly position: number;
  readonly verdict: 'accept' | 'reject';
  readonly condition: Condition | undefined;
}

/** A filter with those of its rules that may hold for any range; the others are found by what they ask for. */
interface PreparedFilter {
  readonly others: readonly PreparedRule[];
}

/** The deciding rules of all filters, found by what they ask for first of all. */
interface PreparedRules {
  readonly byRange: Map<string, PreparedRule[]>;
  readonly byPrefix: PrefixLevels<PlacedRule[]>;
}

interface PlacedRule {
  readonly rule: PreparedRule;
  /** Whether it asks for the prefix alone. */
  readonly alone: boolean;
}

/** What each peer exports, the same only once. */
function prepareExports(peers: readonly PeerStatement[], model: Model) {
  const rules: PreparedRules = { byRange: new Map(), byPrefix: createPrefixLevels((): PlacedRule[] => []) };
  const prepared = new Map<string, PreparedFilter>();
  const exports = new Map<string, Export>();
  const filterOf = (name: string): PreparedFilter => {
    const filter = prepared.get(name) ?? prepare(name, rules, model);
    prepared.set(name, filter);
    return filter;
  };
  for (const peer of peers) {
    const filters = effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all';
    const names = typeof filters === 'string' ? [] : filters.map(({ text }) => text);
    const key = typeof filters === 'string' ? filters : JSON.stringify(names);
    if (!exports.has(key)) exports.set(key, typeof filters === 'string' ? filters : names.map(filterOf));
  }
  return { exports: [...exports.values()], rules };
}

function prepare(name: string, { byRange, byPrefix }: PreparedRules, model: Model): PreparedFilter {
  const others: PreparedRule[] = [];
  const filter = { others };
  let position = 0;
  for (const { verdict, condition: node } of model.scope.filters.get(name)?.rules ?? []) {
    if (verdict === 'update') continue;
    const rule = { filter, position: position++, verdict, condition: node && model.conditionOf(node) };
    for (const { items, facts } of (node === undefined ? undefined : model.clausesOf(node)) ?? [ANYTHING]) {
      const ranges = facts.find((fact) => fact.kind === 'among' && fact.field === 'range');
      if (ranges?.kind === 'among') for (const range of ranges.values) append(byRange, String(range), rule);
      else if (items === ALL_PREFIXES) others.push(rule);
      else for (const { prefix, alone } of items) byPrefix.entryOf(prefix).push({ rule, alone });
    }
  }
  return filter;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The rules that can hold for a route of the range, by their filter; `others` can besides. */
function rulesFor(
  { byRange, byPrefix }: PreparedRules,
  range: RangeFacts,
): ReadonlyMap<PreparedFilter, PreparedRule[]> {
  const found = new Map<PreparedFilter, PreparedRule[]>();
  for (const rule of byRange.get(range.name) ?? []) append(found, rule.filter, rule);
  for (const prefix of range.prefixes) {
    for (const length of byPrefix.lengths(prefix.family)) {
      if (length > prefix.length) break;
      for (const { rule, alone } of byPrefix.around(prefix, length) ?? []) {
        // A prefix alone that is shorter is no route of the range.
        if (length === prefix.length || !alone) append(found, rule.filter, rule);
      }
    }
    for (const placed of byPrefix.inside(prefix)) for (const { rule } of placed) append(found, rule.filter, rule);
  }
  return found;
}

function mayExport(
  filters: Export,
  concerned: ReadonlyMap<PreparedFilter, readonly PreparedRule[]>,
  range: RangeFacts,
): boolean {
  if (typeof filters === 'string') return filters === 'all';
  for (const filter of filters) {
    const own = concerned.get(filter);
    const outcome = own === undefined ? askRules(filter.others, range) : askRules([...own, ...filter.others], range);
    if (outcome !== 'undecided') return outcome === 'accepted';
  }
  // Falling off the end rejects.
  return false;
}

/** The first rule that decides wins. */
function askRules(rules: readonly PreparedRule[], range: RangeFacts): 'accepted' | 'rejected' | 'undecided' {
  for (const { verdict, condition } of rules.toSorted((a, b) => a.position - b.position)) {
    const holds = decideForRange(condition, range);
    if (verdict === 'accept' && holds !== 'never') return 'accepted';
    if (verdict === 'reject' && holds === 'always') return 'rejected';
  }
  return 'undecided';
}
