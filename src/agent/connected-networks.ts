// The networks that this machine is connected to, from the addresses of its interfaces.

import type { networkInterfaces } from 'node:os';
import { addressBits, isLinkLocal, isSingleAddress, makePrefix, parseAddress } from '../dsl/index.ts';

/** Their prefixes, each once and sorted. Addresses that mean something on the machine itself only have no network. */
export function networksOf(interfaces: ReturnType<typeof networkInterfaces>): readonly string[] {
  const networks = Object.values(interfaces).flatMap((addresses = []) =>
    addresses.flatMap(({ address, cidr, internal }) => {
      const known = internal || isLinkLocal(address) ? undefined : parseAddress(address);
      if (known === undefined || cidr === null) return [];
      const length = Number(cidr.split('/')[1] ?? addressBits(known.family));
      const network = makePrefix(known.family, known.value, length);
      return isSingleAddress(network) ? [] : [network.text];
    }),
  );
  return [...new Set(networks)].sort();
}
