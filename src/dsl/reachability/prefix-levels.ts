// Prefixes by their length and bits. A policy has prefixes of a few lengths only, so that going through these is faster,
// and a fraction of the memory, of what going through the bits of a prefix in a tree takes.

import type { Family } from '../prefix.ts';
import { type Bits, insideBits, type PrefixBits, shorten } from './prefix-bits.ts';

/** What there is about prefixes. */
export interface PrefixLevels<E> {
  /** What there is about a prefix. */
  get(prefix: PrefixBits): E | undefined;
  set(prefix: PrefixBits, entry: E): void;
  /** What there is about the prefixes of each length, the shortest first. */
  ofFamily(family: Family): readonly PrefixLevel<E>[];
  /** What there is about longer prefixes inside of it. */
  inside(prefix: PrefixBits): readonly E[];
}

/** The prefixes of one length. */
export interface PrefixLevel<E> {
  readonly length: number;
  readonly entries: ReadonlyMap<Bits, E>;
}

interface Level<E> extends PrefixLevel<E> {
  readonly entries: Map<Bits, E>;
  /** The bits in order, while nothing is added. */
  sorted: readonly Bits[] | undefined;
}

/** Nothing about any prefix. */
export function createPrefixLevels<E>(): PrefixLevels<E> {
  const levels: Readonly<Record<Family, Level<E>[]>> = { ipv4: [], ipv6: [] };

  function set({ family, length, bits }: PrefixBits, entry: E): void {
    const level = levelOf(levels[family], length) ?? addLevel(levels[family], length);
    level.entries.set(bits, entry);
    level.sorted = undefined;
  }

  function inside(prefix: PrefixBits): readonly E[] {
    const found: E[] = [];
    for (const level of levels[prefix.family]) {
      if (level.length <= prefix.length) continue;
      level.sorted ??= [...level.entries.keys()].sort((a, b) => (a < b ? -1 : 1));
      const [first, last] = insideBits(prefix, level.length);
      for (let at = indexFrom(level.sorted, first); at < level.sorted.length; at++) {
        const bits = level.sorted[at];
        if (bits === undefined || bits > last) break;
        const entry = level.entries.get(bits);
        if (entry !== undefined) found.push(entry);
      }
    }
    return found;
  }

  return {
    get: ({ family, length, bits }) => levelOf(levels[family], length)?.entries.get(bits),
    set,
    ofFamily: (family) => levels[family],
    inside,
  };
}

/** What there is about prefixes that have addresses of the prefix. */
export function overlapping<E>(prefix: PrefixBits, levels: PrefixLevels<E>): readonly E[] {
  const found: E[] = [];
  for (const { length, entries } of levels.ofFamily(prefix.family)) {
    if (length > prefix.length) break;
    const around = entries.get(shorten(prefix.bits, prefix.length, length));
    if (around !== undefined) found.push(around);
  }
  return [...found, ...levels.inside(prefix)];
}

function levelOf<E>(levels: readonly Level<E>[], length: number): Level<E> | undefined {
  for (let at = 0; at < levels.length; at++) if (levels[at]?.length === length) return levels[at];
  return undefined;
}

function addLevel<E>(levels: Level<E>[], length: number): Level<E> {
  const level: Level<E> = { length, entries: new Map(), sorted: undefined };
  levels.push(level);
  levels.sort((a, b) => a.length - b.length);
  return level;
}

/** The index of the first bits that are not smaller. */
function indexFrom(sorted: readonly Bits[], bits: Bits): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? bits) < bits) low = middle + 1;
    else high = middle;
  }
  return low;
}
