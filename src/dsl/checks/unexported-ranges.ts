// Warns about a range that no peer may export: nothing of it would ever leave, which is surely not meant. Speaks only
// where the filters decide it for every route the range can have.

import type { FilterStatement, PeerStatement, Rule } from '../ast.ts';
import { lowerCondition } from '../lower-condition.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { effectiveSettings } from '../policy-settings.ts';
import { decideForRange, factsOf, type RangeFacts } from '../range-verdict.ts';
import { ALL_PREFIXES, type PrefixItem, prefixItem } from '../reachability/clause.ts';
import { shorten } from '../reachability/prefix-bits.ts';
import { createPrefixLevels, type PrefixLevels } from '../reachability/prefix-levels.ts';
import { rangeFactOf } from '../reachability/range-clauses.ts';
import type { Clauses } from '../reachability/to-clauses.ts';
import type { Report } from '../report.ts';

/** Without any peer there is one warning for all ranges, elsewhere. */
export function checkUnexportedRanges(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  const lists = exportLists(peers, model);
  if (peers.length === 0 || lists === 'all') return;
  const decide = createDecisions(model);
  let open = rangesOf(model);
  for (const names of lists) {
    if (open.size === 0) return;
    const decisions = names.map((name) => decide(name, open));
    open = new Set([...open].filter((range) => !isAccepted(range, decisions)));
  }
  for (const { name } of open) {
    const span = model.scope.ranges.get(name)?.name.span;
    if (span !== undefined) report(span, messages['unexported-range']({ range: name, peers: peers.length }));
  }
}

/** The filters that each peer exports with, the same only once; `all` if one of them exports everything. */
function exportLists(peers: readonly PeerStatement[], model: Model): 'all' | readonly (readonly string[])[] {
  const lists = new Map<string, readonly string[]>();
  for (const peer of peers) {
    const filters = effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all';
    if (filters === 'all') return 'all';
    const names = filters === 'nothing' ? [] : filters.map(({ text }) => text);
    lists.set(JSON.stringify(names), names);
  }
  return [...lists.values()];
}

function rangesOf({ scope, statements, values }: Model): ReadonlySet<RangeFacts> {
  const excluded = statements.flatMap((node) =>
    node.kind === 'exclude-prefixes' ? values.prefixes(node.prefixes).map(({ prefix }) => prefix) : [],
  );
  return new Set([...scope.ranges.values()].map((range) => factsOf(range, excluded, values)));
}

/** What a filter does with every route of a range; absent where it does not decide. */
type Decisions = ReadonlyMap<RangeFacts, 'accept' | 'reject'>;

/** The first filter that decides wins; falling off the end rejects. */
function isAccepted(range: RangeFacts, decisions: readonly Decisions[]): boolean {
  return decisions.find((each) => each.has(range))?.get(range) === 'accept';
}

/** Asks each filter once: as long as fewer ranges are asked about, what it said before holds. */
function createDecisions(model: Model): (name: string, ranges: ReadonlySet<RangeFacts>) => Decisions {
  const known = new Map<string, Decisions>();
  return (name, ranges) => {
    const filter = model.scope.filters.get(name);
    const decisions = known.get(name) ?? (filter === undefined ? new Map() : askFilter(filter, ranges, model));
    known.set(name, decisions);
    return decisions;
  };
}

/** Goes through the rules once, each of which is asked about the ranges that it can hold for. */
function askFilter(filter: FilterStatement, ranges: ReadonlySet<RangeFacts>, model: Model): Decisions {
  const decisions = new Map<RangeFacts, 'accept' | 'reject'>();
  const undecided = new Set(ranges);
  const concerned = createConcerned(undecided);
  const clausesOfRules = model.clausesOfRules(filter);
  for (const [index, rule] of filter.rules.entries()) {
    if (undecided.size === 0) break;
    if (rule.verdict === 'update') continue;
    for (const range of concerned(clausesOfRules[index])) {
      if (!undecided.has(range) || !decides(rule, range, model)) continue;
      decisions.set(range, rule.verdict);
      undecided.delete(range);
    }
  }
  return decisions;
}

/** An `accept` that may hold is enough for a route to leave; a `reject` has to hold for all of them. */
function decides({ verdict, condition }: Rule, range: RangeFacts, { values }: Model): boolean {
  const holds = decideForRange(condition && lowerCondition(condition, values), range);
  return verdict === 'accept' ? holds !== 'never' : holds === 'always';
}

/** Finds the ranges for whose routes one of some clauses can hold, by what they ask for first of all. */
function createConcerned(ranges: ReadonlySet<RangeFacts>): (clauses: Clauses) => Iterable<RangeFacts> {
  const byName = new Map([...ranges].map((range) => [range.name, range]));
  const byPrefix = createPrefixLevels<RangeFacts[]>();
  for (const range of ranges) {
    for (const prefix of range.prefixes) {
      const item = prefixItem(prefix, false);
      const entry = byPrefix.get(item);
      if (entry === undefined) byPrefix.set(item, [range]);
      else entry.push(range);
    }
  }
  return (clauses) => {
    if (clauses === undefined) return ranges;
    const found: RangeFacts[] = [];
    for (const clause of clauses) {
      const names = rangeFactOf(clause)?.values;
      if (names !== undefined) for (const name of names) addDefined(byName.get(String(name)), found);
      else if (clause.items === ALL_PREFIXES) return ranges;
      else clause.items.forEach((item) => void addOverlapping(item, byPrefix, found));
    }
    return found;
  };
}

function addDefined(range: RangeFacts | undefined, into: RangeFacts[]): void {
  if (range !== undefined) into.push(range);
}

function addOverlapping(item: PrefixItem, byPrefix: PrefixLevels<readonly RangeFacts[]>, into: RangeFacts[]): void {
  for (const { length, entries } of byPrefix.ofFamily(item.family)) {
    if (length > item.length) break;
    const around = entries.get(shorten(item.bits, item.length, length));
    if (around !== undefined) into.push(...around);
  }
  // A prefix alone that is shorter is no route of the range.
  if (!item.alone) for (const inside of byPrefix.inside(item)) into.push(...inside);
}
