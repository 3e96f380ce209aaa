// A map whose values are kept in order, so that one change among ten thousand entries costs a search and a move.

/** A map with its values in the order of their keys. `K` is a key that can be compared, with a text that identifies it. */
export interface OrderedMap<K, V> {
  get(text: string): V | undefined;
  set(text: string, key: K, value: V): void;
  delete(text: string): void;
  /** Every value in order. The array is never changed afterwards, and is the same one until the next change. */
  values(): readonly V[];
}

// From so many edits between two reads on, sorting once is cheaper than moving entries for each.
const MOVES_PER_READ = 256;

/** An empty map. `compare` gives 0 for keys of one text only. */
export function createOrderedMap<K, V>(compare: (a: K, b: K) => number): OrderedMap<K, V> {
  const entries = new Map<string, { readonly key: K; value: V }>();
  let keys: K[] = [];
  let ordered: V[] = [];
  let isSorted = false;
  let edits = 0;
  let shared: readonly V[] | undefined;

  const position = (key: K): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = keys[middle];
      if (candidate !== undefined && compare(candidate, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sort = (): void => {
    const sorted = [...entries.values()].sort((a, b) => compare(a.key, b.key));
    keys = sorted.map((entry) => entry.key);
    ordered = sorted.map((entry) => entry.value);
    isSorted = true;
  };
  // True if the edit has to keep the arrays in order.
  const countEdit = (): boolean => {
    shared = undefined;
    edits++;
    if (edits > MOVES_PER_READ) isSorted = false;
    return isSorted;
  };
  return {
    get: (text) => entries.get(text)?.value,
    set: (text, key, value) => {
      const known = entries.get(text);
      if (known === undefined) entries.set(text, { key, value });
      else known.value = value;
      if (!countEdit()) return;
      const at = position(key);
      if (known === undefined) keys.splice(at, 0, key);
      ordered.splice(at, known === undefined ? 0 : 1, value);
    },
    delete: (text) => {
      const known = entries.get(text);
      if (known === undefined) return;
      entries.delete(text);
      if (!countEdit()) return;
      const at = position(known.key);
      keys.splice(at, 1);
      ordered.splice(at, 1);
    },
    values: () => {
      if (!isSorted) sort();
      edits = 0;
      shared ??= ordered.slice();
      return shared;
    },
  };
}
