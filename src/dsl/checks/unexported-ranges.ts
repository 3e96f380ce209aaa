// Warns about a range that no peer may export: nothing of it would ever leave, which is surely not meant. Speaks only
// where the filters decide it for every route the range can have.

import type { PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Condition } from '../policy.ts';
import { effectiveSettings } from '../policy-settings.ts';
import type { Prefix } from '../prefix.ts';
import { decideForRange, factsOf, type RangeFacts } from '../range-verdict.ts';
import { ALL_PREFIXES, ANYTHING } from '../reachability/clause.ts';
import { createPrefixTrie, type PrefixTrie } from '../reachability/prefix-trie.ts';
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

/** The deciding rules of a filter, found by what they ask for first of all. */
interface PreparedFilter {
  readonly rules: readonly PreparedRule[];
  /** Positions in `rules` of those that ask for a range. */
  readonly byRange: ReadonlyMap<string, readonly number[]>;
  /** Of those that ask for prefixes. */
  readonly byPrefix: PrefixTrie<number>;
  readonly others: readonly number[];
}

function prepare(name: string, prepared: Map<string, PreparedFilter>, model: Model): PreparedFilter {
  const known = prepared.get(name);
  if (known !== undefined) return known;
  const rules: PreparedRule[] = [];
  const byRange = new Map<string, number[]>();
  const byPrefix = createPrefixTrie<number>();
  const others: number[] = [];
  for (const { verdict, condition: node } of model.scope.filters.get(name)?.rules ?? []) {
    if (verdict === 'update') continue;
    const position = rules.length;
    rules.push({ verdict, condition: node && model.conditionOf(node) });
    for (const { items, facts } of (node === undefined ? undefined : model.clausesOf(node)) ?? [ANYTHING]) {
      const ranges = facts.find((fact) => fact.kind === 'among' && fact.field === 'range');
      if (ranges?.kind === 'among') for (const range of ranges.values) append(byRange, String(range), position);
      else if (items === ALL_PREFIXES) others.push(position);
      else for (const item of items) byPrefix.add(item, position, position);
    }
  }
  const filter = { rules, byRange, byPrefix, others };
  prepared.set(name, filter);
  return filter;
}

function append(lists: Map<string, number[]>, key: string, position: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [position]);
  else list.push(position);
}

/** Positions of the rules that can hold for a route of the range, in order. */
function rulesFor({ byRange, byPrefix, others }: PreparedFilter, range: RangeFacts): readonly number[] {
  const inside = range.prefixes.flatMap((prefix: Prefix) => byPrefix.overlapping(prefix));
  return [...new Set([...(byRange.get(range.name) ?? []), ...inside, ...others])].sort((a, b) => a - b);
}

/** The first rule that decides wins. */
function askFilter(filter: PreparedFilter, range: RangeFacts): 'accepted' | 'rejected' | 'undecided' {
  for (const position of rulesFor(filter, range)) {
    const rule = filter.rules[position];
    const holds = decideForRange(rule?.condition, range);
    if (rule?.verdict === 'accept' && holds !== 'never') return 'accepted';
    if (rule?.verdict === 'reject' && holds === 'always') return 'rejected';
  }
  return 'undecided';
}
