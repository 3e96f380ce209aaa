// What this machine tells of itself: its default gateways, for peers with `address gateway`, and the networks it is
// connected to. The kernel prints its routes under /proc, one a line, with addresses as hexadecimal digits.

import { networkInterfaces } from 'node:os';
import { INSTALL_METRIC } from '../bgp/index.ts';
import { renderAddress } from '../dsl/index.ts';
import type { Gateway, NodeFacts } from '../engine/index.ts';
import { networksOf } from './connected-networks.ts';
import { readIfReadable } from './files.ts';
import type { GatewayMemory } from './gateway-memory.ts';

/** Flags of a route, from linux/route.h. */
const UP = 0x1;
const HAS_GATEWAY = 0x2;

/**
 * A reader of this machine's gateways. A family that has none for the moment keeps the one it had, which the memory knows at
 * first: a session must not be ended because a link is being configured again.
 */
export function createFactsReader(
  read: (path: string) => string | undefined = readIfReadable,
  memory?: GatewayMemory,
): () => NodeFacts {
  let last: readonly Gateway[] = memory?.recall() ?? [];
  return () => {
    const found = [...parseRoutes4(read('/proc/net/route') ?? ''), ...parseRoutes6(read('/proc/net/ipv6_route') ?? '')];
    last = (['ipv4', 'ipv6'] as const).flatMap((family) => ofFamily(found, family) ?? ofFamily(last, family) ?? []);
    memory?.keep(last);
    return { gateways: last, networks: networksOf(networkInterfaces()) };
  };
}

/** Default routes with a gateway in `/proc/net/route`, the preferred first. */
export function parseRoutes4(text: string): readonly Gateway[] {
  const routes = text.split('\n').flatMap((line) => {
    const [link = '', target, gateway = '', flags = '', , , metric = '', mask] = line.split(/\s+/);
    if (target !== '00000000' || mask !== '00000000' || !hasFlags(flags)) return [];
    // The digits are those of a number in this machine's byte order, which is little-endian wherever BIRD is built for.
    const bytes = gateway.match(/../g)?.reverse().join('') ?? '';
    return [{ metric: Number(metric), address: renderAddress('ipv4', BigInt(`0x${bytes}`)), interface: link }];
  });
  return byMetric(routes);
}

/** The same in `/proc/net/ipv6_route`, where digits stand in the order of the address. */
export function parseRoutes6(text: string): readonly Gateway[] {
  const routes = text.split('\n').flatMap((line) => {
    const [target, length, , , gateway = '', metric = '', , , flags = '', link = ''] = line.trim().split(/\s+/);
    if (!/^0{32}$/.test(target ?? '') || length !== '00' || !hasFlags(flags)) return [];
    const address = renderAddress('ipv6', BigInt(`0x${gateway}`));
    return [{ metric: Number.parseInt(metric, 16), address, interface: link }];
  });
  return byMetric(routes);
}

function hasFlags(flags: string): boolean {
  return /^[0-9a-fA-F]+$/.test(flags) && (Number.parseInt(flags, 16) & (UP | HAS_GATEWAY)) === (UP | HAS_GATEWAY);
}

/** Without the routes that BIRD installed: a session must not move to what it was told over that very session. */
function byMetric(routes: readonly (Gateway & { readonly metric: number })[]): readonly Gateway[] {
  const others = routes.filter(({ metric }) => metric !== INSTALL_METRIC);
  const sorted = others.sort((a, b) => a.metric - b.metric);
  return sorted.map(({ address, interface: link }) => ({ address, interface: link }));
}

function ofFamily(gateways: readonly Gateway[], family: 'ipv4' | 'ipv6'): readonly Gateway[] | undefined {
  const found = gateways.filter(({ address }) => address.includes(':') === (family === 'ipv6'));
  return found.length === 0 ? undefined : found;
}
