// The kernel's view of a router: which next hops a prefix has in its main table.

import { query } from './command.ts';
import { listAt, parseJson, textAt } from './json.ts';
import type { Namespace } from './namespace.ts';

/** Prefix to sorted gateways, both families; routes without a gateway (connected ones) are left out. */
export type KernelRoutes = ReadonlyMap<string, readonly string[]>;

/** Reads the main tables of both families. */
export async function readKernelRoutes(namespace: Namespace): Promise<KernelRoutes> {
  const [ipv4, ipv6] = await Promise.all([
    query('ip', '-n', namespace.name, '-j', '-4', 'route', 'show'),
    query('ip', '-n', namespace.name, '-j', '-6', 'route', 'show'),
  ]);
  return new Map([...decodeRoutes(ipv4, 32), ...decodeRoutes(ipv6, 128)]);
}

function decodeRoutes(text: string, bits: number): Map<string, readonly string[]> {
  const routes = new Map<string, readonly string[]>();
  for (const entry of listAt(parseJson(text.trim() === '' ? '[]' : text))) {
    const destination = textAt(entry, 'dst') ?? '';
    const gateways = [entry, ...listAt(entry, 'nexthops')].flatMap((hop) => gatewayOf(hop));
    if (gateways.length === 0) continue;
    const prefix = destination.includes('/') ? destination : `${destination}/${bits}`;
    // Without nexthop lists, IPv6 multipath routes are one entry for each next hop.
    routes.set(prefix, [...(routes.get(prefix) ?? []), ...gateways].sort());
  }
  return routes;
}

function gatewayOf(hop: unknown): readonly string[] {
  const gateway = textAt(hop, 'gateway') ?? textAt(hop, 'via', 'host');
  return gateway === undefined ? [] : [gateway];
}
