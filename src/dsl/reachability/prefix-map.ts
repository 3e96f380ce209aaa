// Prefixes, each with who put it there: says whether several of them together cover another.

import { addressBits } from '../prefix.ts';
import type { PrefixItem } from './clause.ts';
import { halvesOf, type PrefixBits, shorten } from './prefix-bits.ts';
import { createPrefixLevels } from './prefix-levels.ts';

/** A growing set of prefixes, each put in by an owner. */
export interface PrefixMap<O extends Owner, T> {
  /** Adds an item for an owner; what the owner has there already stays. */
  add(item: PrefixItem, owner: O, mark: T): void;
  /** The marks of items that together cover the item, of owners that are meant only; undefined if they do not. */
  cover(item: PrefixItem, meant: readonly O[]): readonly T[] | undefined;
}

/** Who puts prefixes in. */
export interface Owner {
  /** Whether a question is about its prefixes: saves a set of owners for every question. */
  isMeant: boolean;
}

/** Most prefixes have one owner, which needs no map. */
type Marks<O, T> = { readonly owner: O; readonly mark: T } | Map<O, T>;

/** An empty set. */
export function createPrefixMap<O extends Owner, T>(): PrefixMap<O, T> {
  /** Prefixes with everything inside. */
  const wholes = createPrefixLevels<Marks<O, T>>();
  const alones = createPrefixLevels<Marks<O, T>>();

  function add(item: PrefixItem, owner: O, mark: T): void {
    const levels = item.alone ? alones : wholes;
    const marks = levels.get(item);
    if (marks === undefined) levels.set(item, { owner, mark });
    else if (marks instanceof Map) addMark(marks, owner, mark);
    else if (marks.owner !== owner) levels.set(item, new Map([[marks.owner, marks.mark]]).set(owner, mark));
  }

  function cover(item: PrefixItem, meant: readonly O[]): readonly T[] | undefined {
    const levels = wholes.ofFamily(item.family);
    for (let at = 0; at < levels.length; at++) {
      const level = levels[at];
      if (level === undefined || level.length >= item.length) break;
      const found = findMark(level.entries.get(shorten(item.bits, item.length, level.length)), meant);
      if (found !== undefined) return [found];
    }
    return item.alone ? coverAlone(item, meant) : coverWhole(item, meant);
  }

  function coverAlone(prefix: PrefixBits, meant: readonly O[]): readonly T[] | undefined {
    const found = findMark(wholes.get(prefix), meant) ?? findMark(alones.get(prefix), meant);
    return found === undefined ? undefined : [found];
  }

  /** A prefix is covered by one of the same, or by itself alone together with both of its halves. */
  function coverWhole(prefix: PrefixBits, meant: readonly O[]): readonly T[] | undefined {
    const whole = findMark(wholes.get(prefix), meant);
    if (whole !== undefined) return [whole];
    const own = findMark(alones.get(prefix), meant);
    if (own === undefined || prefix.length === addressBits(prefix.family)) return own === undefined ? undefined : [own];
    const [lower, upper] = halvesOf(prefix);
    const zero = coverWhole(lower, meant);
    const one = zero && coverWhole(upper, meant);
    return zero === undefined || one === undefined ? undefined : [own, ...zero, ...one];
  }

  return { add, cover };
}

function addMark<O, T>(marks: Map<O, T>, owner: O, mark: T): void {
  if (!marks.has(owner)) marks.set(owner, mark);
}

/** The mark of an owner that is meant: whichever of the two is smaller is gone through. */
function findMark<O extends Owner, T>(marks: Marks<O, T> | undefined, meant: readonly O[]): T | undefined {
  if (marks === undefined) return undefined;
  if (!(marks instanceof Map)) return marks.owner.isMeant ? marks.mark : undefined;
  if (marks.size < meant.length) {
    for (const [owner, mark] of marks) if (owner.isMeant) return mark;
    return undefined;
  }
  for (const owner of meant) {
    const mark = marks.get(owner);
    if (mark !== undefined) return mark;
  }
  return undefined;
}
