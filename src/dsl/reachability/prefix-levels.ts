// Prefixes by their length and number. A policy has prefixes of a few lengths only, so that going through these is
// faster, and a fraction of the memory, of what going through the bits of a prefix in a tree takes.

import { addressBits, type Family, lastAddress, type Prefix } from '../prefix.ts';

/** What there is about prefixes. */
export interface PrefixLevels<E> {
  /** What there is about the prefix itself, made if there is nothing. */
  entryOf(prefix: Prefix): E;
  /** The same, if there is something. */
  find(prefix: Pick<Prefix, 'family' | 'first' | 'length'>): E | undefined;
  /** What there is about prefixes that hold the prefix and are shorter than it, the shortest first. */
  around(prefix: Prefix): readonly E[];
  /** What there is about prefixes inside of it. */
  inside(prefix: Prefix): readonly E[];
}

/** The prefixes of one length. */
interface Level<E> {
  readonly length: number;
  readonly entries: Map<Key, E>;
  /** The keys in order, while nothing is added. */
  sorted: readonly Key[] | undefined;
}

/**
 * The bits of a prefix as a number. V8 takes the hash of a bigint from its lowest 64 bits, which are all zero in first
 * addresses of IPv6 prefixes; the bits that count are not.
 */
type Key = number | bigint;

function keyOf(family: Family, first: bigint, length: number): Key {
  const bits = first >> BigInt(addressBits(family) - length);
  return length <= MAX_NUMBER_BITS ? Number(bits) : bits;
}

const MAX_NUMBER_BITS = 53;

/** Nothing about any prefix. */
export function createPrefixLevels<E>(createEntry: () => E): PrefixLevels<E> {
  /** From the shortest on. */
  const levels: Record<Family, Level<E>[]> = { ipv4: [], ipv6: [] };

  function entryOf({ family, first, length }: Prefix): E {
    const level = levelOf(levels[family], length);
    const key = keyOf(family, first, length);
    const known = level.entries.get(key);
    if (known !== undefined) return known;
    const entry = createEntry();
    level.entries.set(key, entry);
    level.sorted = undefined;
    return entry;
  }

  function find({ family, first, length }: Pick<Prefix, 'family' | 'first' | 'length'>): E | undefined {
    for (const level of levels[family]) {
      if (level.length === length) return level.entries.get(keyOf(family, first, length));
    }
    return undefined;
  }

  function around(prefix: Prefix): readonly E[] {
    const found: E[] = [];
    for (const { length, entries } of levels[prefix.family]) {
      if (length >= prefix.length) break;
      const entry = entries.get(keyOf(prefix.family, prefix.first, length));
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  function inside(prefix: Prefix): readonly E[] {
    const found: E[] = [];
    const { family, first } = prefix;
    const last = lastAddress(prefix);
    for (const level of levels[family]) {
      if (level.length <= prefix.length) continue;
      level.sorted ??= [...level.entries.keys()].sort((a, b) => (a < b ? -1 : 1));
      const lastKey = keyOf(family, last, level.length);
      for (let at = indexFrom(level.sorted, keyOf(family, first, level.length)); at < level.sorted.length; at++) {
        const key = level.sorted[at];
        if (key === undefined || key > lastKey) break;
        const entry = level.entries.get(key);
        if (entry !== undefined) found.push(entry);
      }
    }
    return found;
  }

  return { entryOf, find, around, inside };
}

function levelOf<E>(levels: Level<E>[], length: number): Level<E> {
  for (const level of levels) if (level.length === length) return level;
  const level: Level<E> = { length, entries: new Map(), sorted: undefined };
  levels.push(level);
  levels.sort((a, b) => a.length - b.length);
  return level;
}

/** The index of the first key that is not smaller. */
function indexFrom(sorted: readonly Key[], key: Key): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? key) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
