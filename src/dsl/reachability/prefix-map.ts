// Prefixes, each with who put it there: says whether several of them together cover another.

import { addressBits, type Family } from '../prefix.ts';
import type { PrefixItem } from './clause.ts';
import { halvesOf, type PrefixBits, shorten } from './prefix-bits.ts';
import { createPrefixLevels } from './prefix-levels.ts';

/** A growing set of prefixes, each put in by an owner. */
export interface PrefixMap<O extends Owner<T>, T> {
  /** Adds an item for an owner; what the owner has there already stays. */
  add(item: PrefixItem, owner: O, mark: T): void;
  /** The marks of items that together cover the item, of owners that are meant only; undefined if they do not. */
  cover(item: PrefixItem, meant: readonly O[]): readonly T[] | undefined;
}

/** Who puts prefixes in. What is kept here saves sets and maps of owners. */
export interface Owner<T> {
  /** Whether a question is about its prefixes. */
  isMeant: boolean;
  /** Who put every prefix of a family in. */
  everyIpv4: T | undefined;
  everyIpv6: T | undefined;
}

/** Most prefixes have one owner, which needs no map. */
type Marks<O, T> = { readonly owner: O; readonly mark: T } | Map<O, T>;

/** An empty set. */
export function createPrefixMap<O extends Owner<T>, T>(): PrefixMap<O, T> {
  /** Prefixes with everything inside. */
  const wholes = createPrefixLevels<Marks<O, T>>();
  const alones = createPrefixLevels<Marks<O, T>>();

  /** Owners of every prefix of a family. */
  const everything: Readonly<Record<Family, O[]>> = { ipv4: [], ipv6: [] };

  function add(item: PrefixItem, owner: O, mark: T): void {
    if (item.length === 0 && !item.alone) {
      if (addEvery(item.family, owner, mark)) everything[item.family].push(owner);
      return;
    }
    const levels = item.alone ? alones : wholes;
    const marks = levels.get(item);
    if (marks === undefined) levels.set(item, { owner, mark });
    else if (marks instanceof Map) addMark(marks, owner, mark);
    else if (marks.owner !== owner) levels.set(item, new Map([[marks.owner, marks.mark]]).set(owner, mark));
  }

  function cover(item: PrefixItem, meant: readonly O[]): readonly T[] | undefined {
    const every = findEvery<O, T>(item.family, everything[item.family], meant);
    if (every !== undefined) return [every];
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

/** Returns false if the owner has every prefix of the family already. */
function addEvery<T>(family: Family, owner: Owner<T>, mark: T): boolean {
  if (everyOf(family, owner) !== undefined) return false;
  if (family === 'ipv4') owner.everyIpv4 = mark;
  else owner.everyIpv6 = mark;
  return true;
}

function everyOf<T>(family: Family, owner: Owner<T>): T | undefined {
  return family === 'ipv4' ? owner.everyIpv4 : owner.everyIpv6;
}

/** The mark of an owner that is meant and has every prefix: whichever of the two is smaller is gone through. */
function findEvery<O extends Owner<T>, T>(family: Family, owners: readonly O[], meant: readonly O[]): T | undefined {
  if (owners.length === 0) return undefined;
  const found =
    owners.length < meant.length
      ? owners.find((owner) => owner.isMeant)
      : meant.find((owner) => everyOf(family, owner) !== undefined);
  return found === undefined ? undefined : everyOf(family, found);
}

/** The mark of an owner that is meant: whichever of the two is smaller is gone through. */
function findMark<O extends Owner<T>, T>(marks: Marks<O, T> | undefined, meant: readonly O[]): T | undefined {
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
