// The routes that the rules of a filter have decided so far. Asked whether they are all routes of a clause, it answers
// yes only where that is certain, with the rules that together decide them. Clauses with the same facts are a group,
// whose prefixes add up, and a clause asks only the groups that its own facts can lead to.

import type { Scalar } from '../policy.ts';
import { addressBits } from '../prefix.ts';
import type { Clause, Fact, PrefixItem } from './clause.ts';
import { ANYTHING, amongFact, joinClauses, otherFact, overlapItems } from './clause.ts';
import { createPrefixMap, type Owner } from './prefix-map.ts';

/** A growing set of routes; `T` is who decided them. */
export interface DecidedRoutes<T> {
  add(clause: Clause, decider: T): void;
  /** Those who together decide every route of the clause; undefined where that is not certain. */
  decidersOf(clause: Clause): readonly T[] | undefined;
}

/** Clauses with the same facts. */
interface Group<T> extends Owner<T> {
  readonly facts: readonly Fact[];
}

/** A field with more values is not taken apart. */
const MAX_VALUES = 32;
/** So many facts that some rules ask for and some deny are tried both ways. */
const MAX_SPLITS = 3;

/** Nothing is decided yet. */
export function createDecidedRoutes<T>(): DecidedRoutes<T> {
  const groups = new Map<string, Group<T>>();
  const index = createGroupIndex<T>();
  const prefixes = createPrefixMap<Group<T>, T>();
  const polarities = createPolarities();

  function add(clause: Clause, decider: T): void {
    if (clause.isLoose) return;
    const group = groupOf(clause.facts);
    clause.items.forEach((item) => void prefixes.add(item, group, decider));
  }

  function groupOf(facts: readonly Fact[]): Group<T> {
    const key = keyOf(facts);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group: Group<T> = { facts, isMeant: false, everyIpv4: undefined, everyIpv6: undefined };
    groups.set(key, group);
    index.add(group);
    facts.forEach(polarities.note);
    return group;
  }

  function decidersOf(clause: Clause, splits = MAX_SPLITS): readonly T[] | undefined {
    const direct = directDecidersOf(clause);
    if (direct !== undefined) return direct;
    const parts = splits === 0 ? undefined : partsOf(clause, polarities.both);
    return parts && collect(parts, (part) => decidersOf(part, splits - 1));
  }

  function directDecidersOf(clause: Clause): readonly T[] | undefined {
    const meant = index.groupsFor(clause);
    if (meant.length === 0 && clause.items.length > 0) return undefined;
    meant.forEach(mean);
    const deciders = collect(clause.items, (item) => prefixes.cover(item, meant));
    meant.forEach(meanNoMore);
    return deciders;
  }

  return { add, decidersOf: (clause) => decidersOf(clause) };
}

function mean(group: Owner<unknown>): void {
  group.isMeant = true;
}

function meanNoMore(group: Owner<unknown>): void {
  group.isMeant = false;
}

function keyOf(facts: readonly Fact[]): string {
  const key = facts[0]?.key ?? '';
  const second = facts[1]?.key;
  if (second === undefined) return key;
  if (facts.length === 2) return key < second ? `${key} & ${second}` : `${second} & ${key}`;
  return facts
    .map((fact) => fact.key)
    .sort()
    .join(' & ');
}

/** The answers to all questions; undefined if one has none. */
function collect<Q, T>(
  questions: readonly Q[],
  ask: (question: Q) => readonly T[] | undefined,
): readonly T[] | undefined {
  const all: T[] = [];
  for (const question of questions) {
    const answer = ask(question);
    if (answer === undefined) return undefined;
    all.push(...answer);
  }
  return all;
}

/** Remembers which facts some rules ask for and others deny. */
function createPolarities() {
  const first = new Map<string, Polarity>();
  const both: Polarity[] = [];

  function note(fact: Fact): void {
    if (fact.kind !== 'other' || fact.changeable) return;
    const { text, holds } = fact;
    const known = first.get(text);
    if (known === undefined) first.set(text, { text, holds, order: first.size });
    else if (known.holds !== holds && !both.includes(known)) {
      both.push(known);
      both.sort((a, b) => a.order - b.order);
    }
  }

  return { note, both };
}

/** How a fact was first seen. */
interface Polarity {
  readonly text: string;
  readonly holds: boolean;
  readonly order: number;
}

/** Clauses that together are the clause: by value, or by a fact that holds or does not; undefined if there is no way. */
function partsOf(clause: Clause, both: readonly Polarity[]): readonly Clause[] | undefined {
  const { facts } = clause;
  const listed = facts.find((fact) => fact.kind === 'among' && fact.values.size > 1 && fact.values.size <= MAX_VALUES);
  if (listed?.kind === 'among') {
    return [...listed.values].flatMap((value) => joinClauses(clause, only(amongFact(listed.field, [value]))) ?? []);
  }
  const open = both.find(({ text }) => !facts.some((fact) => fact.kind === 'other' && fact.text === text));
  return open && [true, false].flatMap((holds) => joinClauses(clause, only(otherFact(open.text, holds, false))) ?? []);
}

function only(fact: Fact): Clause {
  return { ...ANYTHING, facts: [fact] };
}

/** Finds the groups all of whose facts follow from a clause. */
interface GroupIndex<T> {
  add(group: Group<T>): void;
  groupsFor(clause: Clause): readonly Group<T>[];
}

/**
 * A group is entered under one of its facts, or under nothing where that could follow from anything. A fact about values
 * stands under each of them, so that the first value of a narrower fact finds it.
 */
function createGroupIndex<T>(): GroupIndex<T> {
  const anywhere: Group<T>[] = [];
  const byText = new Map<string, Group<T>[]>();
  const byValue = new Map<string, Map<Scalar, Group<T>[]>>();

  function add(group: Group<T>): void {
    const entered = group.facts.find((fact) => fact.kind === 'other' || fact.kind === 'among');
    if (entered?.kind === 'other') append(byText, entered.key, group);
    else if (entered?.kind === 'among') {
      const own = byValue.get(entered.field) ?? new Map<Scalar, Group<T>[]>();
      byValue.set(entered.field, own);
      for (const value of entered.values) append(own, value, group);
    } else anywhere.push(group);
  }

  function groupsFor(clause: Clause): readonly Group<T>[] {
    const { facts } = clause;
    let found = following(anywhere, clause);
    for (let at = 0; at < facts.length; at++) {
      const fact = facts[at];
      const entered = fact && enteredUnder(fact);
      // Most often there are none, or all are of one fact.
      if (entered !== undefined) found = concat(found, following(entered, clause));
    }
    return found;
  }

  function enteredUnder(fact: Fact): readonly Group<T>[] | undefined {
    if (fact.kind === 'other') return byText.get(fact.key);
    if (fact.kind !== 'among') return undefined;
    for (const first of fact.values) return byValue.get(fact.field)?.get(first);
    return undefined;
  }

  return { add, groupsFor };
}

function following<T>(groups: readonly Group<T>[], clause: Clause): readonly Group<T>[] {
  return groups.length === 0 ? groups : groups.filter(({ facts }) => facts.every((fact) => follows(fact, clause)));
}

function concat<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  if (some.length === 0) return others;
  return others.length === 0 ? some : [...some, ...others];
}

function append<K, G>(lists: Map<K, G[]>, key: K, group: G): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [group]);
  else list.push(group);
}

function follows(fact: Fact, { facts, items }: Clause): boolean {
  return facts.some((own) => own.key === fact.key || followsFrom(fact, own)) || followsFromItems(fact, items);
}

function followsFrom(fact: Fact, own: Fact): boolean {
  if (fact.kind === 'other' || own.kind === 'other') return false;
  if (fact.kind === 'outside') return own.kind === 'outside' && isOutside(fact.items, own.items);
  if (own.kind === 'outside' || fact.field !== own.field) return false;
  if (own.kind === 'among') return [...own.values].every((value) => isTrueFor(fact, value));
  if (fact.kind === 'not-among') {
    if (own.kind === 'not-among') return [...fact.values].every((value) => own.values.has(value));
    return [...fact.values].every((value) => typeof value === 'number' && (value < own.low || value > own.high));
  }
  return fact.kind === 'between' && own.kind === 'between' && own.low >= fact.low && own.high <= fact.high;
}

function isTrueFor(fact: Exclude<Fact, { kind: 'other' | 'outside' }>, value: string | number): boolean {
  if (fact.kind === 'between') return typeof value === 'number' && value >= fact.low && value <= fact.high;
  return fact.values.has(value) === (fact.kind === 'among');
}

/** What is outside the larger set is outside the smaller. */
function isOutside(smaller: readonly PrefixItem[], larger: readonly PrefixItem[]): boolean {
  return smaller.every((item) =>
    larger.some((other) => {
      const shared = overlapItems(item, other) && other.length <= item.length;
      return shared && (!other.alone || (item.alone && other.length === item.length));
    }),
  );
}

/** Prefixes alone tell their length, and what they are apart from. */
function followsFromItems(fact: Fact, items: readonly PrefixItem[]): boolean {
  if (fact.kind === 'outside') return items.every((item) => !fact.items.some((other) => overlapItems(item, other)));
  if (fact.kind !== 'between' || fact.field !== 'length') return false;
  return items.every(({ family, length, alone }) => {
    const longest = alone ? length : addressBits(family);
    return length >= fact.low && longest <= fact.high;
  });
}
