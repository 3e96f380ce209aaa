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
  readonly text: string;
}

/** An empty list. */
export function createWithheldList(): WithheldList {
  const list = createOrderedMap<EntryKey, WithheldRoute>(compareKeys);
  const groups = new Map<string, readonly string[]>();
  return {
    set: (group, prefix, entries) => {
      const texts = entries.map((entry, i) => `${entry.prefix} ${entry.service} ${entry.addressKind} ${i}`);
      const kept = new Set(texts);
      for (const text of groups.get(group) ?? []) if (!kept.has(text)) list.delete(text);
      entries.forEach((entry, i) => {
        const text = texts[i] ?? '';
        if (list.get(text) !== entry) list.set(text, { prefix, text }, entry);
      });
      if (texts.length === 0) groups.delete(group);
      else groups.set(group, texts);
    },
    values: list.values,
  };
}

function compareKeys(a: EntryKey, b: EntryKey): number {
  if (a.prefix === undefined || b.prefix === undefined) {
    if (a.prefix !== b.prefix) return a.prefix === undefined ? 1 : -1;
  } else {
    const byPrefix = comparePrefixes(a.prefix, b.prefix);
    if (byPrefix !== 0) return byPrefix;
  }
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}
