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
  let open = rangesOf(model);
  const decide = createDecisions(open, model);
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
    node.kind === 'exclude-prefixes' ? values.plainPrefixes(node.prefixes) : [],
  );
  return new Set([...scope.ranges.values()].map((range) => factsOf(range, excluded, values)));
}

/** What a filter does with every route of a range; absent where it does not decide. */
type Decisions = ReadonlyMap<RangeFacts, Decision>;

type Decision = 'accept' | 'reject';

/** The first filter that decides wins; falling off the end rejects. */
function isAccepted(range: RangeFacts, decisions: readonly Decisions[]): boolean {
  return decisions.find((each) => each.has(range))?.get(range) === 'accept';
}

/** Asks each filter once: as long as fewer ranges are asked about, what it said before holds. */
function createDecisions(all: ReadonlySet<RangeFacts>, model: Model) {
  const known = new Map<string, Decisions>();
  let indexed = all;
  let concerned = createConcerned(all);
  return (name: string, ranges: ReadonlySet<RangeFacts>): Decisions => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (ranges.size < indexed.size / 2) {
      indexed = ranges;
      concerned = createConcerned(ranges);
    }
    const decisions = askFilter(model.scope.filters.get(name), ranges, concerned, model);
    known.set(name, decisions);
    return decisions;
  };
}

/** Goes through the rules once, each of which is asked about the ranges that it can hold for. */
function askFilter(
  filter: FilterStatement | undefined,
  ranges: ReadonlySet<RangeFacts>,
  concerned: Concerned,
  model: Model,
): Decisions {
  const decisions = new Map<RangeFacts, Decision>();
  if (filter === undefined) return decisions;
  const undecided = new Set(ranges);
  const clausesOfRules = model.clausesOfRules(filter);
  for (let index = 0; index < filter.rules.length && undecided.size > 0; index++) {
    const rule = filter.rules[index];
    if (rule === undefined || rule.verdict === 'update') continue;
    const asked = [...concerned(clausesOfRules[index])].filter((range) => undecided.has(range));
    if (asked.length === 0) continue;
    for (const range of decidedBy(rule, rule.verdict, asked, model)) {
      decisions.set(range, rule.verdict);
      undecided.delete(range);
    }
  }
  return decisions;
}

/** An `accept` that may hold is enough for a route to leave; a `reject` has to hold for all of them. */
function decidedBy(
  rule: Rule,
  verdict: Decision,
  ranges: readonly RangeFacts[],
  { values }: Model,
): readonly RangeFacts[] {
  const condition = rule.condition && lowerCondition(rule.condition, values);
  return ranges.filter((range) => {
    const holds = decideForRange(condition, range);
    return verdict === 'accept' ? holds !== 'never' : holds === 'always';
  });
}

/** The ranges for whose routes one of some clauses can hold, by what they ask for first of all. */
type Concerned = (clauses: Clauses) => Iterable<RangeFacts>;

function createConcerned(ranges: ReadonlySet<RangeFacts>): Concerned {
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
