// Prefixes, each with who put it there: says whether several of them together cover another.

import { addressBits } from '../prefix.ts';
import type { PrefixItem } from './clause.ts';
import { createPrefixLevels, type PrefixNumber } from './prefix-levels.ts';

/** A growing set of prefixes, each put in by an owner. */
export interface PrefixMap<T> {
  /** Adds an item for an owner; what the owner has there already stays. */
  add(item: PrefixItem, owner: number, mark: T): void;
  /** The marks of items that together cover the item, of these owners only; undefined if they do not. */
  cover(item: PrefixItem, owners: ReadonlySet<number>): readonly T[] | undefined;
}

interface Entry<T> {
  /** Owners of this prefix with everything inside. */
  whole: Marks<T> | undefined;
  /** Owners of this prefix alone. */
  alone: Marks<T> | undefined;
}

/** Most prefixes have one owner, which needs no map. */
type Marks<T> = { readonly owner: number; readonly mark: T } | Map<number, T>;

/** An empty set. */
export function createPrefixMap<T>(): PrefixMap<T> {
  const levels = createPrefixLevels((): Entry<T> => ({ whole: undefined, alone: undefined }));

  function add({ prefix, alone }: PrefixItem, owner: number, mark: T): void {
    const entry = levels.entryOf(prefix);
    if (alone) entry.alone = withMark(entry.alone, owner, mark);
    else entry.whole = withMark(entry.whole, owner, mark);
  }

  function cover({ prefix, alone }: PrefixItem, owners: ReadonlySet<number>): readonly T[] | undefined {
    const lengths = levels.lengths(prefix.family);
    for (let at = 0; at < lengths.length; at++) {
      const length = lengths[at] ?? prefix.length;
      if (length >= prefix.length) break;
      const found = findMark(levels.around(prefix, length)?.whole, owners);
      if (found !== undefined) return [found];
    }
    if (!alone) return coverWhole(prefix, owners);
    const entry = levels.around(prefix, prefix.length);
    const found = findMark(entry?.whole, owners) ?? findMark(entry?.alone, owners);
    return found === undefined ? undefined : [found];
  }

  /** A prefix is covered by one of the same, or by itself alone together with both of its halves. */
  function coverWhole(prefix: PrefixNumber, owners: ReadonlySet<number>): readonly T[] | undefined {
    const { family, first, length } = prefix;
    const entry = levels.around(prefix, length);
    const whole = findMark(entry?.whole, owners);
    if (whole !== undefined) return [whole];
    const own = findMark(entry?.alone, owners);
    const bitsLeft = addressBits(family) - length;
    if (own === undefined || bitsLeft === 0) return own === undefined ? undefined : [own];
    const second = first + (1n << BigInt(bitsLeft - 1));
    const zero = coverWhole({ family, first, length: length + 1 }, owners);
    const one = zero && coverWhole({ family, first: second, length: length + 1 }, owners);
    return zero === undefined || one === undefined ? undefined : [own, ...zero, ...one];
  }

  return { add, cover };
}

function withMark<T>(marks: Marks<T> | undefined, owner: number, mark: T): Marks<T> {
  if (marks === undefined) return { owner, mark };
  const map = marks instanceof Map ? marks : new Map([[marks.owner, marks.mark]]);
  if (!map.has(owner)) map.set(owner, mark);
  return map;
}

/** The mark of one of the owners: whichever of the two is smaller is gone through. */
function findMark<T>(marks: Marks<T> | undefined, owners: ReadonlySet<number>): T | undefined {
  if (marks === undefined) return undefined;
  if (!(marks instanceof Map)) return owners.has(marks.owner) ? marks.mark : undefined;
  if (marks.size < owners.size) {
    for (const [owner, mark] of marks) if (owners.has(owner)) return mark;
    return undefined;
  }
  for (const owner of owners) {
    const mark = marks.get(owner);
    if (mark !== undefined) return mark;
  }
  return undefined;
}
