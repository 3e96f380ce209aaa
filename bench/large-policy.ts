// A policy of many lines as a large network would write it: named prefixes, ranges, service blocks, filters of a
// hundred rules, peers. Every name is used and every rule is reached, so that checking it has all its work to do.

/** Lines of the parts of a policy of 10,000 lines; other sizes have the same shares. */
const SHARES = { lets: 0.15, ranges: 0.05, services: 0.14, peers: 0.02 };
const RULES_PER_FILTER = 100;
const LINES_PER_SERVICE = 5;

/** About so many lines; every peer listens on loopback only when BIRD really runs. */
export function largePolicy(lines: number): string {
  const lets = Math.floor(lines * SHARES.lets);
  const ranges = Math.floor(lines * SHARES.ranges);
  const services = Math.floor((lines * SHARES.services) / LINES_PER_SERVICE);
  const peers = Math.max(1, Math.floor((lines * SHARES.peers) / 4));
  const rules = lines - lets - ranges - services * LINES_PER_SERVICE - peers * 4 - 5;
  const filters = Math.max(1, Math.floor(rules / (RULES_PER_FILTER + 2)));
  return [
    'speaker { as 64512 router-id 192.0.2.1 listen off }',
    'template fabric {',
    '  as 64500',
    '  multihop',
    '}',
    ...times(lets, (index) => `let site-${index} = 10.${octets(index)}.0/24, 2001:db8:${index.toString(16)}::/48`),
    ...times(ranges, (index) => `range vips-${index} load-balancer-ip 100.${64 + (index >> 8)}.${index & 255}.0/24`),
    ...times(services, serviceBlock).flat(),
    ...times(filters, (index) => filter(index, { lets, ranges })).flat(),
    ...times(peers, (index) => peer(index, { filters, peers })).flat(),
    '',
  ].join('\n');
}

/** One filter of so many rules with a prefix each, some of which ask for more, and what it takes to be a policy. */
export function largeFilter(rules: number): string {
  const conditions = ['', ' and aggregate', ' and community 64512:1', ' and length <= 28'];
  return [
    'speaker { as 64512 }',
    'range vips load-balancer-ip 198.51.100.0/24',
    'filter large {',
    ...times(
      rules,
      (index) => `  accept if prefix in 10.${octets(index)}.0/24${conditions[index % conditions.length]}`,
    ),
    '  accept if range == vips',
    '}',
    'peer tor-a { address 192.0.2.1 as 64500 export large }',
    '',
  ].join('\n');
}

function serviceBlock(index: number): readonly string[] {
  return [
    `service team-${index % 50}/app-${index} where label "tier" == "edge" {`,
    `  community 64512:${index % 60_000}`,
    `  med ${index % 1000}`,
    '  require 2 endpoints',
    '}',
  ];
}

function filter(
  number: number,
  { lets, ranges }: { readonly lets: number; readonly ranges: number },
): readonly string[] {
  const rules = times(RULES_PER_FILTER, (index) => {
    const at = number * RULES_PER_FILTER + index;
    const condition =
      index % 2 === 0
        ? `prefix in site-${(at >> 1) % lets} and length <= 28`
        : `range == vips-${(at >> 1) % ranges} and family == ipv4`;
    return `  accept if ${condition} then community 64512:${at % 60_000}, med ${at}`;
  });
  return [`filter to-${number} {`, ...rules, '}'];
}

function peer(
  index: number,
  { filters, peers }: { readonly filters: number; readonly peers: number },
): readonly string[] {
  // Every filter is some peer's.
  const own = times(Math.ceil(filters / peers), (turn) => `to-${(index + turn * peers) % filters}`);
  return [
    `peer tor-${index} from fabric {`,
    `  address 192.0.2.${(index % 250) + 2}`,
    `  export ${[...new Set(own)].join(', ')}`,
    '}',
  ];
}

function octets(index: number): string {
  return `${(index >> 8) & 255}.${index & 255}`;
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
