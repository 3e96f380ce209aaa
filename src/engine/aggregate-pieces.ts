// The prefixes that the aggregates of a range consist of: blocks, split into the fewest prefixes that leave out what
// must stay uncovered.

import type { Prefix } from '../dsl/prefix.ts';
import { blocksOf, containsPrefix, isSingleAddress, makePrefix, splitAround } from '../dsl/prefix.ts';
import type { PolicyIndex, RangeEntry } from './policy-index.ts';

/** One prefix that a range may aggregate to. */
export interface Piece {
  readonly prefix: Prefix;
  readonly entry: RangeEntry;
}

// `aggregate /64 when used` over a large prefix has more blocks than anyone can list; up to this many are.
const LISTED_BLOCKS = 1024n;

/** Every piece of every aggregated range that can be listed: all of them, but for `when used` with very many blocks. */
export function listPieces(index: PolicyIndex): readonly Piece[] {
  return index.ranges.flatMap((entry) =>
    aggregatedPrefixes(entry).flatMap((prefix) => {
      const length = blockLengthOf(entry, prefix);
      if (isWhenUsed(entry) && 1n << BigInt(length - prefix.length) > LISTED_BLOCKS) return [];
      const blocks = [...blocksOf(prefix, length)];
      return blocks.flatMap((block) => splitAround(block, entry.cuts)).map((piece) => ({ prefix: piece, entry }));
    }),
  );
}

/** The pieces of `when used` aggregates of the entry that hold the address. */
export function piecesHolding(entry: RangeEntry, address: Prefix): readonly Piece[] {
  if (!isWhenUsed(entry)) return [];
  return aggregatedPrefixes(entry)
    .filter((prefix) => containsPrefix(prefix, address))
    .flatMap((prefix) => {
      const block = makePrefix(address.family, address.first, blockLengthOf(entry, prefix));
      return splitAround(block, entry.cuts).filter((piece) => containsPrefix(piece, address));
    })
    .map((prefix) => ({ prefix, entry }));
}

/** True for `aggregate when used`. */
export function isWhenUsed(entry: RangeEntry): boolean {
  return entry.range.mode.kind === 'aggregate' && entry.range.mode.whenUsed;
}

// A prefix that is a single address is always exact.
function aggregatedPrefixes(entry: RangeEntry): readonly Prefix[] {
  return entry.range.mode.kind === 'aggregate' ? entry.prefixes.filter((prefix) => !isSingleAddress(prefix)) : [];
}

function blockLengthOf(entry: RangeEntry, prefix: Prefix): number {
  const { mode } = entry.range;
  const length = mode.kind === 'aggregate' ? mode.blockLength[prefix.family] : undefined;
  return Math.max(length ?? prefix.length, prefix.length);
}
