// Prefixes in a tree of their bits, each with who put it there: says whether several of them together cover another.

import { addressBits, type Prefix } from '../prefix.ts';
import type { PrefixItem } from './clause.ts';

/** A growing set of prefixes, each put in by an owner. */
export interface PrefixTrie<T> {
  /** Adds an item for an owner; what the owner has there already stays. */
  add(item: PrefixItem, owner: number, mark: T): void;
  /** The marks of items that together cover the item, of these owners only; undefined if they do not. */
  cover(item: PrefixItem, owners: ReadonlySet<number>): readonly T[] | undefined;
  /** The marks of items that are inside the prefix, or that it is inside of. */
  overlapping(prefix: Prefix): readonly T[];
}

interface Node<T> {
  zero: Node<T> | undefined;
  one: Node<T> | undefined;
  /** Owners of this prefix with everything inside. */
  whole: Map<number, T> | undefined;
  /** Owners of this prefix alone. */
  alone: Map<number, T> | undefined;
}

/** An empty set. */
export function createPrefixTrie<T>(): PrefixTrie<T> {
  const roots = { ipv4: createNode<T>(), ipv6: createNode<T>() };

  function add({ prefix, alone }: PrefixItem, owner: number, mark: T): void {
    let node = roots[prefix.family];
    for (const bit of bitsOf(prefix)) node = childOf(node, bit);
    const side = alone ? 'alone' : 'whole';
    const marks = node[side] ?? new Map<number, T>();
    if (!marks.has(owner)) marks.set(owner, mark);
    node[side] = marks;
  }

  function cover({ prefix, alone }: PrefixItem, owners: ReadonlySet<number>): readonly T[] | undefined {
    let node = roots[prefix.family];
    for (const bit of bitsOf(prefix)) {
      const found = findMark(node.whole, owners);
      if (found !== undefined) return [found];
      const next = bit === '1' ? node.one : node.zero;
      if (next === undefined) return undefined;
      node = next;
    }
    if (!alone) return coverNode(node, owners, addressBits(prefix.family) - prefix.length);
    const found = findMark(node.whole, owners) ?? findMark(node.alone, owners);
    return found === undefined ? undefined : [found];
  }

  function overlapping(prefix: Prefix): readonly T[] {
    const found: T[] = [];
    let node: Node<T> | undefined = roots[prefix.family];
    for (const bit of bitsOf(prefix)) {
      found.push(...marksOf(node.whole));
      node = bit === '1' ? node.one : node.zero;
      if (node === undefined) return found;
    }
    collectMarks(node, found);
    return found;
  }

  return { add, cover, overlapping };
}

function marksOf<T>(marks: ReadonlyMap<number, T> | undefined): Iterable<T> {
  return marks === undefined ? [] : marks.values();
}

function collectMarks<T>(node: Node<T> | undefined, found: T[]): void {
  if (node === undefined) return;
  found.push(...marksOf(node.whole), ...marksOf(node.alone));
  collectMarks(node.zero, found);
  collectMarks(node.one, found);
}

/** A prefix is covered by one of the same, or by itself alone together with both of its halves. */
function coverNode<T>(
  node: Node<T> | undefined,
  owners: ReadonlySet<number>,
  bitsLeft: number,
): readonly T[] | undefined {
  if (node === undefined) return undefined;
  const whole = findMark(node.whole, owners);
  if (whole !== undefined) return [whole];
  const own = findMark(node.alone, owners);
  if (own === undefined || bitsLeft === 0) return own === undefined ? undefined : [own];
  const zero = coverNode(node.zero, owners, bitsLeft - 1);
  const one = zero && coverNode(node.one, owners, bitsLeft - 1);
  return zero === undefined || one === undefined ? undefined : [own, ...zero, ...one];
}

/** The mark of one of the owners: whichever of the two is smaller is gone through. */
function findMark<T>(marks: ReadonlyMap<number, T> | undefined, owners: ReadonlySet<number>): T | undefined {
  if (marks === undefined) return undefined;
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

function childOf<T>(node: Node<T>, bit: string): Node<T> {
  const side = bit === '1' ? 'one' : 'zero';
  const child = node[side] ?? createNode<T>();
  node[side] = child;
  return child;
}

function createNode<T>(): Node<T> {
  // Most nodes are on the way only, and have no owners of their own.
  return { zero: undefined, one: undefined, whole: undefined, alone: undefined };
}

function bitsOf({ family, first, length }: Prefix): string {
  const bits = addressBits(family);
  return first.toString(2).padStart(bits, '0').slice(0, length);
}
