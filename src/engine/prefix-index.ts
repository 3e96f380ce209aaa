// Finds the prefixes of a fixed set that cover another one, in a step per distinct length instead of one per prefix.

import type { Family, Prefix } from '../dsl/prefix.ts';
import { addressBits, parsePrefix } from '../dsl/prefix.ts';

/** A set of prefixes, each with a value. */
export interface PrefixIndex<T> {
  /** Values of every prefix that contains the given one, longest prefix first, then in the order they were given. */
  covering(prefix: Prefix): readonly T[];
  /** True if any prefix of the set contains the given one. */
  covers(prefix: Prefix): boolean;
}

interface Level<T> {
  readonly length: number;
  readonly shift: bigint;
  readonly values: Map<bigint, T[]>;
}

/** Builds the index of a set that does not change any more. */
export function createPrefixIndex<T>(entries: Iterable<readonly [Prefix, T]>): PrefixIndex<T> {
  const levels: Record<Family, Level<T>[]> = { ipv4: [], ipv6: [] };
  for (const [prefix, value] of entries) {
    const level = levelOf(levels[prefix.family], prefix);
    const key = prefix.first >> level.shift;
    const values = level.values.get(key);
    if (values === undefined) level.values.set(key, [value]);
    else values.push(value);
  }
  levels.ipv4.sort((a, b) => b.length - a.length);
  levels.ipv6.sort((a, b) => b.length - a.length);

  const matching = (prefix: Prefix): (readonly T[])[] => {
    const found: (readonly T[])[] = [];
    for (const level of levels[prefix.family]) {
      if (level.length > prefix.length) continue;
      const values = level.values.get(prefix.first >> level.shift);
      if (values !== undefined) found.push(values);
    }
    return found;
  };
  return {
    covering: (prefix) => matching(prefix).flat(),
    covers: (prefix) => matching(prefix).length > 0,
  };
}

/** A prefix of a checked policy. A text that does not parse is a bug of whoever built the policy, so it throws. */
export function policyPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`the policy holds a prefix that was never checked: ${text}`);
  return prefix;
}

function levelOf<T>(levels: Level<T>[], prefix: Prefix): Level<T> {
  const known = levels.find((level) => level.length === prefix.length);
  if (known !== undefined) return known;
  const level: Level<T> = {
    length: prefix.length,
    shift: BigInt(addressBits(prefix.family) - prefix.length),
    values: new Map(),
  };
  levels.push(level);
  return level;
}
