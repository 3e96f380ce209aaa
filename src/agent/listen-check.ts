// Finds out before BIRD is started whether it will be able to listen. BIRD itself only logs a line and keeps the
// sessions down, which nobody would see.

import { createServer } from 'node:net';
import { findPortOwner, renderPortOwner } from './port-owner.ts';
import type { Refusal } from './refusal.ts';

/** Listens on the address for a moment; says why that is not possible. An absent address means every address. */
export async function checkListen(
  address: string | undefined,
  port: number,
  families: ReadonlySet<'ipv4' | 'ipv6'>,
): Promise<Refusal | undefined> {
  const every = [...(families.has('ipv4') ? ['0.0.0.0'] : []), ...(families.has('ipv6') ? ['::'] : [])];
  for (const host of address === undefined ? every : [address]) {
    const code = await tryListen(host, port);
    if (code === undefined) continue;
    const refusal = renderFailure(code, address, port);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The system's error code, such as EADDRINUSE; undefined if listening worked. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::' }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

function renderFailure(code: string, address: string | undefined, port: number): Refusal | undefined {
  switch (code) {
    case 'EADDRINUSE': {
      const owner = findPortOwner(port);
      return {
        code: 'port-in-use',
        message: `port ${port} is already in use${owner === undefined ? '' : ` by ${renderPortOwner(owner)}`}`,
        help: 'stop that process, or write `listen off` (sessions are then opened from this side only) or `listen port N` in the `speaker` block',
      };
    }
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'port-not-allowed',
        message: `listening on port ${port} needs the capability CAP_NET_BIND_SERVICE`,
        help: 'give it with `AmbientCapabilities=CAP_NET_BIND_SERVICE` (systemd) or `capabilities.add: [NET_BIND_SERVICE]` (Kubernetes), or write `listen off` or a `listen port N` above 1023 in the `speaker` block',
      };
    case 'EADDRNOTAVAIL':
      return {
        code: 'address-not-here',
        message: `\`listen\` names ${address ?? 'an address'}, which this machine does not have`,
        help: 'give an address of this node, or leave the address out to listen on every one',
      };
    // A machine without IPv6, for example: BIRD opens what it can.
    default:
      return undefined;
  }
}
