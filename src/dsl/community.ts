// BGP communities as values: standard (RFC 1997), large (RFC 8092) and extended (RFC 4360).
// The text form is the one of the policy language; well-known communities print as their name.

/** One community. Standard halves are 16 bits, large parts 32 bits, extended as RFC 4360 allows. */
export type Community =
  | { readonly kind: 'standard'; readonly high: number; readonly low: number }
  | { readonly kind: 'large'; readonly global: number; readonly local1: number; readonly local2: number }
  | {
      readonly kind: 'extended';
      readonly type: 'rt' | 'ro' | 'generic';
      readonly administrator: number;
      readonly assigned: number;
    };

/** Well-known communities by the name the language uses, from the IANA registry. */
export const WELL_KNOWN_COMMUNITIES = {
  'graceful-shutdown': { kind: 'standard', high: 65535, low: 0 },
  'accept-own': { kind: 'standard', high: 65535, low: 1 },
  'llgr-stale': { kind: 'standard', high: 65535, low: 6 },
  'no-llgr': { kind: 'standard', high: 65535, low: 7 },
  blackhole: { kind: 'standard', high: 65535, low: 666 },
  'no-export': { kind: 'standard', high: 65535, low: 65281 },
  'no-advertise': { kind: 'standard', high: 65535, low: 65282 },
  'no-export-subconfed': { kind: 'standard', high: 65535, low: 65283 },
  'no-peer': { kind: 'standard', high: 65535, low: 65284 },
} as const satisfies Record<string, Community>;

/** `64512:100`, `64512:1:2` or `rt:64512:100`: numbers only, so that equal communities have equal text. */
export function renderCommunity(community: Community): string {
  switch (community.kind) {
    case 'standard':
      return `${community.high}:${community.low}`;
    case 'large':
      return `${community.global}:${community.local1}:${community.local2}`;
    case 'extended':
      return `${community.type}:${community.administrator}:${community.assigned}`;
  }
}

/**
 * The eight bytes of an extended community, whatever they mean. Bytes that `rt` or `ro` would write are that one, so that
 * equal communities are equal values (RFC 4360 and 5668: AS numbers of 16 and of 32 bits).
 */
export function genericCommunity(high: number, low: number): Community {
  const names = new Map([
    [2, 'rt' as const],
    [3, 'ro' as const],
  ]);
  const [form, type] = [high >>> 24, names.get((high >>> 16) & 0xff)];
  const administrator = (high & 0xffff) * 0x1_0000 + (low >>> 16);
  if (form === 0 && type !== undefined) return { kind: 'extended', type, administrator: high & 0xffff, assigned: low };
  // A small AS number in the long form is other bytes than `rt` writes for it.
  if (form === 2 && type !== undefined && administrator > 0xffff) {
    return { kind: 'extended', type, administrator, assigned: low & 0xffff };
  }
  return { kind: 'extended', type: 'generic', administrator: high, assigned: low };
}

/** Order for output: standard, then large, then extended; each by its numbers. */
export function compareCommunities(a: Community, b: Community): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Sorted and without repetitions. */
export function normaliseCommunities(communities: readonly Community[]): readonly Community[] {
  const byText = new Map(communities.map((community) => [renderCommunity(community), community]));
  return [...byText.values()].sort(compareCommunities);
}

function sortKey(community: Community): readonly number[] {
  switch (community.kind) {
    case 'standard':
      return [0, community.high, community.low];
    case 'large':
      return [1, community.global, community.local1, community.local2];
    case 'extended':
      return [2, ['rt', 'ro', 'generic'].indexOf(community.type), community.administrator, community.assigned];
  }
}
