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
interface Group extends Owner {
  readonly facts: readonly Fact[];
}

/** A field with more values is not taken apart. */
const MAX_VALUES = 32;
/** So many facts that some rules ask for and some deny are tried both ways. */
const MAX_SPLITS = 3;

/** Nothing is decided yet. */
export function createDecidedRoutes<T>(): DecidedRoutes<T> {
  const groups = new Map<string, Group>();
  const index = createGroupIndex();
  const prefixes = createPrefixMap<Group, T>();
  const polarities = new Map<string, Set<boolean>>();

  function add(clause: Clause, decider: T): void {
    if (clause.isLoose) return;
    const group = groupOf(clause.facts);
    clause.items.forEach((item) => void prefixes.add(item, group, decider));
  }

  function groupOf(facts: readonly Fact[]): Group {
    const key = keyOf(facts);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { facts, isMeant: false };
    groups.set(key, group);
    index.add(group);
    for (const fact of facts) if (fact.kind === 'other' && !fact.changeable) notePolarity(fact);
    return group;
  }

  function notePolarity(fact: Extract<Fact, { kind: 'other' }>): void {
    polarities.set(fact.text, (polarities.get(fact.text) ?? new Set()).add(fact.holds));
  }

  function decidersOf(clause: Clause, splits = MAX_SPLITS): readonly T[] | undefined {
    const direct = directDecidersOf(clause);
    if (direct !== undefined) return direct;
    const parts = partsOf(clause, splits, polarities);
    return parts && collect(parts, (part) => decidersOf(part, splits - 1));
  }

  function directDecidersOf(clause: Clause): readonly T[] | undefined {
    const meant = index.groupsFor(clause);
    if (meant.length === 0 && clause.items.length > 0) return undefined;
    for (const group of meant) group.isMeant = true;
    const deciders = collect(clause.items, (item) => prefixes.cover(item, meant));
    for (const group of meant) group.isMeant = false;
    return deciders;
  }

  return { add, decidersOf: (clause) => decidersOf(clause) };
}

function keyOf(facts: readonly Fact[]): string {
  const [first, second] = facts;
  if (first === undefined) return '';
  if (second === undefined) return first.key;
  if (facts.length === 2)
    return first.key < second.key ? `${first.key} & ${second.key}` : `${second.key} & ${first.key}`;
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

/** Clauses that together are the clause: by value, or by a fact that holds or does not; undefined if there is no way. */
function partsOf(
  clause: Clause,
  splits: number,
  polarities: ReadonlyMap<string, ReadonlySet<boolean>>,
): readonly Clause[] | undefined {
  if (splits === 0) return undefined;
  for (const fact of clause.facts) {
    if (fact.kind !== 'among' || fact.values.size < 2 || fact.values.size > MAX_VALUES) continue;
    return [...fact.values].flatMap((value) => joinClauses(clause, only(amongFact(fact.field, [value]))) ?? []);
  }
  for (const [text, seen] of polarities) {
    const isOpen = !clause.facts.some((fact) => fact.kind === 'other' && fact.text === text);
    if (seen.size < 2 || !isOpen) continue;
    return [true, false].flatMap((holds) => joinClauses(clause, only(otherFact(text, holds, false))) ?? []);
  }
  return undefined;
}

function only(fact: Fact): Clause {
  return { ...ANYTHING, facts: [fact] };
}

/** Finds the groups all of whose facts follow from a clause. */
interface GroupIndex {
  add(group: Group): void;
  groupsFor(clause: Clause): readonly Group[];
}

/**
 * A group is entered under one of its facts, or under nothing where that could follow from anything. A fact about values
 * stands under each of them, so that the first value of a narrower fact finds it.
 */
function createGroupIndex(): GroupIndex {
  const anywhere: Group[] = [];
  const byText = new Map<string, Group[]>();
  const byValue = new Map<string, Map<Scalar, Group[]>>();

  function add(group: Group): void {
    const entered = group.facts.find((fact) => fact.kind === 'other' || fact.kind === 'among');
    if (entered?.kind === 'other') append(byText, entered.key, group);
    else if (entered?.kind === 'among') {
      const own = byValue.get(entered.field) ?? new Map<Scalar, Group[]>();
      byValue.set(entered.field, own);
      for (const value of entered.values) append(own, value, group);
    } else anywhere.push(group);
  }

  function groupsFor(clause: Clause): readonly Group[] {
    const found: Group[] = [];
    addFollowing(anywhere, clause, found);
    clause.facts.forEach((fact) => {
      if (fact.kind === 'other') addFollowing(byText.get(fact.key), clause, found);
      else if (fact.kind === 'among') {
        const [first] = fact.values;
        if (first !== undefined) addFollowing(byValue.get(fact.field)?.get(first), clause, found);
      }
    });
    return found;
  }

  return { add, groupsFor };
}

function append<K>(lists: Map<K, Group[]>, key: K, group: Group): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [group]);
  else list.push(group);
}

function addFollowing(groups: readonly Group[] | undefined, clause: Clause, into: Group[]): void {
  groups?.forEach((group) => {
    if (group.facts.every((fact) => follows(fact, clause))) into.push(group);
  });
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
