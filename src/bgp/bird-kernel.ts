// Routes of peers in the node's kernel: one kernel protocol per family, on the main table. Only what peers told us goes
// there. A prefix that we originate ourselves never does: our route is the best one in BIRD, and it does not pass.

import type { Family } from '../dsl/prefix.ts';
import type { DesiredPeer, DesiredSpeaker } from '../engine/desired-state.ts';

/**
 * Routes of BIRD have this metric in the kernel, and BIRD touches no other: routes of other programs, another BIRD among
 * them, stay as they are. It is below that of DHCP clients and router advertisements and above that of routes by hand.
 */
export const INSTALL_METRIC = 40;

/** How often BIRD puts back what somebody else took away. */
const SCAN_S = 20;

/** The most next hops of one route; BIRD's default for paths that it merges. */
const MOST_NEXT_HOPS = 16;

/** The protocols that write to the kernel. */
export const INSTALL_PROTOCOLS = ['install4', 'install6'] as const;

const FILTER = 'bellbird_install';
const FAMILIES = ['ipv4', 'ipv6'] as const;

/** The protocols behind `install routes`; while the kernel is held, they are there and do nothing. */
export function renderInstall(
  speaker: DesiredSpeaker,
  peers: readonly DesiredPeer[],
  isHeld: boolean,
): readonly string[] {
  if (speaker.installRoutes === undefined) return [];
  return [
    ...(peers.some((peer) => resolvesThroughLinks(peer, speaker)) ? renderLinks() : []),
    `filter ${FILTER} {`,
    // A next hop that leads nowhere makes a route `unreachable`, which in the kernel would hide those that work.
    '  if source != RTS_BGP || dest != RTD_UNICAST then reject;',
    '  accept;',
    '}',
    ...FAMILIES.flatMap((family) => renderKernel(family, isHeld)),
  ];
}

/** Whether next hops of the peer need not be on the session's own link, so that BIRD looks for the link they are on. */
export function resolvesThroughLinks(peer: DesiredPeer, speaker: DesiredSpeaker): boolean {
  return speaker.installRoutes !== undefined && peer.multihop !== undefined && peer.import.kind !== 'nothing';
}

/** What a channel needs so that BIRD finds the link of a next hop. */
export function renderNextHopTables(peer: DesiredPeer, speaker: DesiredSpeaker, family: Family): readonly string[] {
  if (!resolvesThroughLinks(peer, speaker)) return [];
  const tables = FAMILIES.filter((one) => one === family || (peer.extendedNextHop && one === 'ipv6'));
  return tables.map((one) => `    igp table ${linksTable(one)};`);
}

/** The networks that the node is connected to, in tables of their own: they are nobody's business but next hops'. */
function renderLinks(): readonly string[] {
  return [
    ...FAMILIES.map((family) => `${family} table ${linksTable(family)};`),
    'protocol direct links {',
    ...FAMILIES.map((family) => `  ${family} { table ${linksTable(family)}; };`),
    '}',
  ];
}

function renderKernel(family: Family, isHeld: boolean): readonly string[] {
  return [
    `protocol kernel install${family.slice(-1)} {`,
    ...(isHeld ? ['  disabled;'] : []),
    `  metric ${INSTALL_METRIC};`,
    `  scan time ${SCAN_S};`,
    // What the BIRD before left in the kernel stays there until peers have said again what they have.
    '  graceful restart on;',
    `  merge paths on limit ${MOST_NEXT_HOPS};`,
    `  ${family} { import none; export filter ${FILTER}; };`,
    '}',
  ];
}

function linksTable(family: Family): string {
  return `links${family.slice(-1)}`;
}
