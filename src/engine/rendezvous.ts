// Rendezvous hashing: which nodes of a set a prefix prefers. Every node computes the same without talking to the others,
// and a node that comes or goes moves only the prefixes that it gains or loses.
// The score of a node for a prefix is mix(mix(fnv1a(prefix)) xor fnv1a(node)): FNV-1a with 32 bits over UTF-8, mixed by
// the finaliser of MurmurHash3. It never changes: another hash would move routes on an upgrade.

/** A node as it is scored: hashed once, for thousands of prefixes. */
export interface Candidate {
  readonly name: string;
  readonly hash: number;
}

/** Prepares a node. */
export function toCandidate(name: string): Candidate {
  return { name, hash: hashOf(name) };
}

/** The names of the `count` nodes with the highest scores for the prefix, sorted. Equal scores go by name. */
export function preferredNodes(nodes: readonly Candidate[], prefix: string, count: number): readonly string[] {
  if (nodes.length <= count) return nodes.map(({ name }) => name).sort();
  const seed = mix(hashOf(prefix));
  // A few are chosen of many: cheaper than to sort all of them.
  const best: { readonly name: string; readonly score: number }[] = [];
  for (const { name, hash } of nodes) {
    const score = mix(seed ^ hash);
    const last = best[count - 1];
    if (last !== undefined && (score < last.score || (score === last.score && name > last.name))) continue;
    const entry = { name, score };
    const place = best.findIndex((other) => compareScores(entry, other) < 0);
    if (place === -1) best.push(entry);
    else best.splice(place, 0, entry);
    if (best.length > count) best.pop();
  }
  return best.map(({ name }) => name).sort();
}

/** The names of all of the nodes, the one that the prefix prefers first. */
export function rankedNodes(nodes: readonly Candidate[], prefix: string): readonly string[] {
  const seed = mix(hashOf(prefix));
  return nodes
    .map(({ name, hash }) => ({ name, score: mix(seed ^ hash) }))
    .sort(compareScores)
    .map(({ name }) => name);
}

interface Scored {
  readonly name: string;
  readonly score: number;
}

function compareScores(a: Scored, b: Scored): number {
  return b.score - a.score || (a.name < b.name ? -1 : 1);
}

const encoder = new TextEncoder();

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function mix(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
