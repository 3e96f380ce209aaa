// A condition as a list of clauses, of which one has to hold: in each, prefixes the route is one of, and facts that all
// hold. In this form conditions can be compared, and their prefixes added up over many rules.

import type { Scalar } from '../policy.ts';
import type { Family, Prefix } from '../prefix.ts';
import { bitsOf, containsBits, type PrefixBits } from './prefix-bits.ts';

/** The prefix and everything inside of it, or the prefix alone. */
export interface PrefixItem extends PrefixBits {
  readonly alone: boolean;
}

/** One fact about a route, a service or a node. `key` is the same for the same fact. */
export type Fact =
  /** The field is one of the values; a missing one is none of them. */
  | { readonly kind: 'among'; readonly key: string; readonly field: string; readonly values: ReadonlySet<Scalar> }
  /** The field is none of the values, or missing. */
  | { readonly kind: 'not-among'; readonly key: string; readonly field: string; readonly values: ReadonlySet<Scalar> }
  | {
      readonly kind: 'between';
      readonly key: string;
      readonly field: string;
      readonly low: number;
      readonly high: number;
    }
  /** The prefix is none of the items. */
  | { readonly kind: 'outside'; readonly key: string; readonly items: readonly PrefixItem[] }
  /** Anything else, or its opposite. */
  | {
      readonly kind: 'other';
      readonly key: string;
      readonly text: string;
      readonly holds: boolean;
      /** Whether a rule can change it, as it can a community. */
      readonly changeable: boolean;
    };

/** What has to hold together. */
export interface Clause {
  readonly items: readonly PrefixItem[];
  readonly facts: readonly Fact[];
  /** True if it holds for more than what it was made from. */
  readonly isLoose: boolean;
}

/** The item of a prefix. */
export function prefixItem(prefix: Prefix, alone: boolean): PrefixItem {
  return { family: prefix.family, length: prefix.length, bits: bitsOf(prefix), alone };
}

/** Every prefix of a family. */
export function everyPrefix(family: Family): PrefixItem {
  return EVERY[family];
}

const EVERY: Readonly<Record<Family, PrefixItem>> = {
  ipv4: { family: 'ipv4', length: 0, bits: 0, alone: false },
  ipv6: { family: 'ipv6', length: 0, bits: 0, alone: false },
};

/** Both families. */
export const ALL_PREFIXES: readonly PrefixItem[] = [everyPrefix('ipv4'), everyPrefix('ipv6')];

/** A clause that always holds. */
export const ANYTHING: Clause = { items: ALL_PREFIXES, facts: [], isLoose: false };

/** More work than this is not worth a warning. */
const MAX_COMPARISONS = 10_000;

/** Both clauses at once; undefined if they never hold together. */
export function joinClauses(a: Clause, b: Clause): Clause | undefined {
  if (a === ANYTHING) return b;
  if (b === ANYTHING) return a;
  const tooMany = a.items.length * b.items.length > MAX_COMPARISONS;
  const items = tooMany ? a.items : intersectItems(a.items, b.items);
  if (items.length === 0) return undefined;
  const facts = joinFacts(a.facts, b.facts);
  if (facts === undefined) return undefined;
  return { items, facts, isLoose: a.isLoose || b.isLoose || tooMany };
}

/** True if the two can have a prefix in common. */
export function overlapItems(a: PrefixItem, b: PrefixItem): boolean {
  return intersectItem(a, b) !== undefined;
}

function intersectItems(a: readonly PrefixItem[], b: readonly PrefixItem[]): readonly PrefixItem[] {
  if (a === ALL_PREFIXES) return b;
  if (b === ALL_PREFIXES) return a;
  return a.flatMap((one) => b.flatMap((other) => intersectItem(one, other) ?? []));
}

function intersectItem(a: PrefixItem, b: PrefixItem): PrefixItem | undefined {
  if (a === EVERY[b.family]) return b;
  if (b === EVERY[a.family]) return a;
  const [outer, inner] = a.length <= b.length ? [a, b] : [b, a];
  if (!containsBits(outer, inner)) return undefined;
  if (outer.length === inner.length) return inner.alone ? inner : outer;
  return outer.alone ? undefined : inner;
}

/** All facts; undefined if they contradict each other. */
function joinFacts(a: readonly Fact[], b: readonly Fact[]): readonly Fact[] | undefined {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  // Nearly always the two are about different things.
  if (!areRelated(a, b)) return a.concat(b);
  let facts: readonly Fact[] | undefined = a;
  for (const fact of b) {
    facts = addFact(facts, fact);
    if (facts === undefined) return undefined;
  }
  return facts;
}

/** Whether putting both together can say something new: two of the facts are about the same. */
function areRelated(a: readonly Fact[], b: readonly Fact[]): boolean {
  return a.some((one) => {
    const subject = subjectOf(one);
    return b.some((other) => subjectOf(other) === subject);
  });
}

function subjectOf(fact: Fact): string {
  if (fact.kind === 'other') return fact.text;
  return fact.kind === 'outside' ? fact.key : fact.field;
}

/** The facts with one more, put together with one about the same field; undefined if they contradict each other. */
function addFact(facts: readonly Fact[], fact: Fact): readonly Fact[] | undefined {
  if (facts.length === 0) return [fact];
  for (const other of facts) if (other.key === fact.key) return facts;
  for (const other of facts) if (contradict(other, fact)) return undefined;
  if (!('field' in fact) || !facts.some((other) => isAboutSame(other, fact))) return [...facts, fact];
  return mergeFact(facts, fact);
}

function isAboutSame(a: Fact, b: Fact): boolean {
  return 'field' in a && 'field' in b && a.field === b.field;
}

function mergeFact(facts: readonly Fact[], fact: Extract<Fact, { field: string }>): readonly Fact[] | undefined {
  const others = facts.filter((other) => !isAboutSame(other, fact));
  const same = facts.filter((other) => isAboutSame(other, fact));
  const among = [fact, ...same].filter((each) => each.kind === 'among');
  if (among.length === 0) return [...facts, fact];
  // With values that are known every other fact about the field only leaves some of them out.
  const [first] = among;
  const values = [...(first?.values ?? [])].filter((value) => [fact, ...same].every((each) => allows(each, value)));
  return values.length === 0 ? undefined : [...others, amongFact(fact.field, values)];
}

function contradict(a: Fact, b: Fact): boolean {
  if (a.kind === 'other' && b.kind === 'other') return a.text === b.text && a.holds !== b.holds;
  if (a.kind !== 'between' || b.kind !== 'between' || a.field !== b.field) return false;
  return a.high < b.low || b.high < a.low;
}

function allows(fact: Fact, value: Scalar): boolean {
  if (fact.kind === 'among') return fact.values.has(value);
  if (fact.kind === 'not-among') return !fact.values.has(value);
  return fact.kind !== 'between' || (typeof value === 'number' && value >= fact.low && value <= fact.high);
}

/** The field is one of the values. */
export function amongFact(field: string, values: readonly Scalar[]): Fact {
  return { kind: 'among', key: `among ${field} ${keyOf(values)}`, field, values: new Set(values) };
}

/** The field is none of the values. */
export function notAmongFact(field: string, values: readonly Scalar[]): Fact {
  return { kind: 'not-among', key: `not among ${field} ${keyOf(values)}`, field, values: new Set(values) };
}

/** The field is a number between the two, both included. */
export function betweenFact(field: string, low: number, high: number): Fact {
  return { kind: 'between', key: `between ${field} ${low} ${high}`, field, low, high };
}

/** The prefix is none of these. */
export function outsideFact(items: readonly PrefixItem[]): Fact {
  const texts = items.map(({ family, length, bits, alone }) => `${alone ? '=' : ''}${family} ${bits}/${length}`);
  return { kind: 'outside', key: `outside ${keyOf(texts)}`, items };
}

/** Something that is compared by its text only. */
export function otherFact(text: string, holds: boolean, changeable: boolean): Fact {
  return { kind: 'other', key: `${holds ? '' : 'not '}${text}`, text, holds, changeable };
}

function keyOf(values: readonly Scalar[]): string {
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return only;
  return JSON.stringify([...new Set(values)].sort());
}
