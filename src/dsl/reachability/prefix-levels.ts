// Prefixes by their length and number. A policy has prefixes of a few lengths only, so that going through these is
// faster, and a fraction of the memory, of what going through the bits of a prefix in a tree takes.

import { type Family, lastAddress, type Prefix } from '../prefix.ts';

/** What there is about prefixes. */
export interface PrefixLevels<E> {
  /** What there is about the prefix itself, made if there is nothing. */
  entryOf(prefix: Prefix): E;
  /** The lengths of the prefixes there is something about, the shortest first. */
  lengths(family: Family): readonly number[];
  /** What there is about the prefix of a length, not above its own, that holds the prefix. */
  around(prefix: PrefixNumber, length: number): E | undefined;
  /** What there is about longer prefixes inside of it. */
  inside(prefix: Prefix): readonly E[];
}

/** A prefix without its text. */
export type PrefixNumber = Pick<Prefix, 'family' | 'first' | 'length'>;

/** The prefixes of one length. */
interface Level<E> {
  readonly entries: Map<Key, E>;
  /** The keys in order, while nothing is added. */
  sorted: readonly Key[] | undefined;
}

interface Levels<E> {
  readonly lengths: number[];
  readonly byLength: Map<number, Level<E>>;
}

/** Nothing about any prefix. */
export function createPrefixLevels<E>(createEntry: () => E): PrefixLevels<E> {
  const levels: Record<Family, Levels<E>> = {
    ipv4: { lengths: [], byLength: new Map() },
    ipv6: { lengths: [], byLength: new Map() },
  };

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

  function around({ family, first }: PrefixNumber, length: number): E | undefined {
    return levels[family].byLength.get(length)?.entries.get(keyOf(family, first, length));
  }

  function inside(prefix: Prefix): readonly E[] {
    const found: E[] = [];
    const { family, first } = prefix;
    const last = lastAddress(prefix);
    for (const [length, level] of levels[family].byLength) {
      if (length <= prefix.length) continue;
      level.sorted ??= [...level.entries.keys()].sort((a, b) => (a < b ? -1 : 1));
      const lastKey = keyOf(family, last, length);
      for (let at = indexFrom(level.sorted, keyOf(family, first, length)); at < level.sorted.length; at++) {
        const key = level.sorted[at];
        if (key === undefined || key > lastKey) break;
        const entry = level.entries.get(key);
        if (entry !== undefined) found.push(entry);
      }
    }
    return found;
  }

  return { entryOf, lengths: (family) => levels[family].lengths, around, inside };
}

/**
 * The bits of a prefix as a number. V8 takes the hash of a bigint from its lowest 64 bits, which are all zero in first
 * addresses of IPv6 prefixes; the bits that count are not.
 */
type Key = number | bigint;

function keyOf(family: Family, first: bigint, length: number): Key {
  if (family === 'ipv4') return Math.floor(Number(first) / 2 ** (32 - length));
  const bits = first >> BigInt(128 - length);
  return length <= MAX_NUMBER_BITS ? Number(bits) : bits;
}

const MAX_NUMBER_BITS = 53;

function levelOf<E>({ lengths, byLength }: Levels<E>, length: number): Level<E> {
  const known = byLength.get(length);
  if (known !== undefined) return known;
  const level: Level<E> = { entries: new Map(), sorted: undefined };
  byLength.set(length, level);
  lengths.push(length);
  lengths.sort((a, b) => a - b);
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
