import type { Prefix } from '../dsl/prefix.ts';
import { comparePrefixes } from '../dsl/prefix.ts';
import type { WithheldRoute } from './decision.ts';
import { createOrderedMap } from './ordered-map.ts';

/** What a node withholds, sorted by prefix, then service, then kind; entries without a prefix stand last. */
export interface WithheldList {
  /** Replaces the entries of a group, such as those of one address. */
  set(group: string, prefix: Prefix | undefined, entries: readonly WithheldRoute[]): void;
  values(): readonly WithheldRoute[];
}

interface EntryKey {
  readonly prefix: Prefix | undefined;
  readonly entry: WithheldRoute;
  /** Of entries that are alike the one that was given first goes first. */
  readonly index: number;
}

/** An empty list. */
export function createWithheldList(): WithheldList {
  const list = createOrderedMap<EntryKey, WithheldRoute>(compareKeys);
  return {
    set: (group, prefix, entries) => {
      entries.forEach((entry, index) => {
        const text = textOf(group, index);
        const before = list.get(text);
        if (before === entry) return;
        const key = { prefix, entry, index };
        // An entry keeps its place only under a key that compares the same.
        if (before !== undefined && compareKeys({ ...key, entry: before }, key) !== 0) list.delete(text);
        list.set(text, key, entry);
      });
      for (let index = entries.length; list.get(textOf(group, index)) !== undefined; index++) {
        list.delete(textOf(group, index));
      }
    },
    values: list.values,
  };
}

/** Nearly all groups have one entry, which needs no text of its own. */
function textOf(group: string, index: number): string {
  return index === 0 ? group : `${group} ${index}`;
}

function compareKeys(a: EntryKey, b: EntryKey): number {
  if (a.prefix === undefined || b.prefix === undefined) {
    if (a.prefix !== b.prefix) return a.prefix === undefined ? 1 : -1;
  } else {
    const byPrefix = comparePrefixes(a.prefix, b.prefix);
    if (byPrefix !== 0) return byPrefix;
  }
  return (
    compareTexts(a.entry.service ?? '', b.entry.service ?? '') ||
    compareTexts(a.entry.addressKind, b.entry.addressKind) ||
    a.index - b.index
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
