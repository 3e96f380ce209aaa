// A map whose values are kept in order, so that one change among ten thousand entries costs a search and a short move.
// Entries lie in chunks: an edit moves entries of one chunk only, reading joins the chunks.

/** A map with its values in the order of their keys. `K` is a key that can be compared, with a text that identifies it. */
export interface OrderedMap<K, V> {
  get(text: string): V | undefined;
  set(text: string, key: K, value: V): void;
  delete(text: string): void;
  /** Every value in order. The array is never changed afterwards, and is the same one until the next change. */
  values(): readonly V[];
}

interface Chunk<K, V> {
  readonly keys: K[];
  readonly values: V[];
}

// Short enough to move in a microsecond, long enough that joining a hundred thousand entries takes few chunks.
const CHUNK_SIZE = 512;

/** An empty map. `compare` gives 0 for keys of one text only. */
export function createOrderedMap<K, V>(compare: (a: K, b: K) => number): OrderedMap<K, V> {
  const entries = new Map<string, { readonly key: K; value: V }>();
  // Absent until the values are first asked for: a map that is being filled is sorted once.
  let chunks: Chunk<K, V>[] | undefined;
  let joined: readonly V[] | undefined;

  return {
    get: (text) => entries.get(text)?.value,
    set: (text, key, value) => {
      const known = entries.get(text);
      if (known === undefined) entries.set(text, { key, value });
      else known.value = value;
      joined = undefined;
      if (chunks === undefined) return;
      if (known === undefined) insert(chunks, compare, key, value);
      else replace(chunks, compare, key, value);
    },
    delete: (text) => {
      const known = entries.get(text);
      if (known === undefined) return;
      entries.delete(text);
      joined = undefined;
      if (chunks !== undefined) remove(chunks, compare, known.key);
    },
    values: () => {
      chunks ??= cut([...entries.values()].sort((a, b) => compare(a.key, b.key)));
      joined ??= join(chunks);
      return joined;
    },
  };
}

type Compare<K> = (a: K, b: K) => number;

function cut<K, V>(sorted: readonly { readonly key: K; readonly value: V }[]): Chunk<K, V>[] {
  const chunks: Chunk<K, V>[] = [];
  for (let start = 0; start < sorted.length; start += CHUNK_SIZE) {
    const part = sorted.slice(start, start + CHUNK_SIZE);
    chunks.push({ keys: part.map(({ key }) => key), values: part.map(({ value }) => value) });
  }
  return chunks;
}

function join<K, V>(chunks: readonly Chunk<K, V>[]): readonly V[] {
  const none: V[] = [];
  return none.concat(...chunks.map((chunk) => chunk.values));
}

function insert<K, V>(chunks: Chunk<K, V>[], compare: Compare<K>, key: K, value: V): void {
  const at = chunkFor(chunks, compare, key);
  const chunk = chunks[at];
  if (chunk === undefined) {
    chunks.push({ keys: [key], values: [value] });
    return;
  }
  const position = lowerBound(chunk.keys, compare, key);
  chunk.keys.splice(position, 0, key);
  chunk.values.splice(position, 0, value);
  if (chunk.keys.length <= 2 * CHUNK_SIZE) return;
  chunks.splice(at + 1, 0, { keys: chunk.keys.splice(CHUNK_SIZE), values: chunk.values.splice(CHUNK_SIZE) });
}

function replace<K, V>(chunks: Chunk<K, V>[], compare: Compare<K>, key: K, value: V): void {
  const chunk = chunks[chunkFor(chunks, compare, key)];
  if (chunk !== undefined) chunk.values[lowerBound(chunk.keys, compare, key)] = value;
}

function remove<K, V>(chunks: Chunk<K, V>[], compare: Compare<K>, key: K): void {
  const at = chunkFor(chunks, compare, key);
  const chunk = chunks[at];
  if (chunk === undefined) return;
  const position = lowerBound(chunk.keys, compare, key);
  chunk.keys.splice(position, 1);
  chunk.values.splice(position, 1);
  if (chunk.keys.length === 0) chunks.splice(at, 1);
}

// The last chunk that begins with the key or before it, else the first.
function chunkFor<K, V>(chunks: readonly Chunk<K, V>[], compare: Compare<K>, key: K): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = chunks[middle]?.keys[0];
    if (first !== undefined && compare(first, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function lowerBound<K>(keys: readonly K[], compare: Compare<K>, key: K): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = keys[middle];
    if (candidate !== undefined && compare(candidate, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
