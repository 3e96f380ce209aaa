// Rendezvous hashing: which nodes of a set a prefix prefers. Every node computes the same without talking to the others,
// and a node that comes or goes moves only the prefixes that it gains or loses.
// The score of a node for a prefix is mix(mix(fnv1a(prefix)) xor fnv1a(node)): FNV-1a with 32 bits over UTF-8, mixed by
// the finaliser of MurmurHash3. It never changes: another hash would move routes on an upgrade.

/** The `count` nodes with the highest scores for the prefix, sorted by name. Equal scores go by name. */
export function preferredNodes(nodes: Iterable<string>, prefix: string, count: number): readonly string[] {
  return rankedNodes(nodes, prefix).slice(0, count).sort();
}

/** All of the nodes, the one that the prefix prefers first. */
export function rankedNodes(nodes: Iterable<string>, prefix: string): string[] {
  const seed = mix(hashOf(prefix));
  return [...nodes]
    .map((node) => ({ node, score: mix(seed ^ hashOf(node)) }))
    .sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1))
    .map(({ node }) => node);
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
