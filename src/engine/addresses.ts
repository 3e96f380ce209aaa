// The addresses of a Service by kind. An entry that is no address is reported, never fatal.

import type { AddressKind } from '../dsl/policy.ts';
import type { Family, Prefix } from '../dsl/prefix.ts';
import { addressBits, makePrefix, parseAddress } from '../dsl/prefix.ts';
import { quoteForeign } from '../dsl/printable.ts';
import type { Service } from './objects.ts';

/** Where one address stands in two kinds, an earlier one of these goes first. */
export const KIND_ORDER: readonly AddressKind[] = ['load-balancer-ip', 'external-ip', 'cluster-ip'];

/** One address of a service with every kind it stands in, in kind order, each once. */
export interface ServiceAddress {
  /** The /32 or /128. */
  readonly prefix: Prefix;
  readonly kinds: readonly AddressKind[];
}

/** An entry that gives no address. */
export interface SkippedEntry {
  readonly addressKind: AddressKind;
  readonly why: string;
}

/** What stands in the address fields of a service. */
export interface ServiceAddresses {
  readonly addresses: readonly ServiceAddress[];
  readonly skipped: readonly SkippedEntry[];
}

/** True for a service that may advertise: of a type that has addresses, with at least one cluster IP. */
export function isEligible(service: Service): boolean {
  const hasType = service.type === 'ClusterIP' || service.type === 'NodePort' || service.type === 'LoadBalancer';
  return hasType && service.clusterIPs.some((address) => address !== 'None' && address !== '');
}

/** Reads the address fields of a service. */
export function addressesOf(service: Service): ServiceAddresses {
  const byText = new Map<string, { readonly prefix: Prefix; readonly kinds: AddressKind[] }>();
  const skipped: SkippedEntry[] = [];
  const add = (addressKind: AddressKind, text: string): void => {
    const prefix = singleAddress(text);
    if (prefix === undefined) {
      skipped.push({ addressKind, why: `${quoteForeign(text)} is not an address` });
      return;
    }
    const known = byText.get(prefix.text);
    if (known === undefined) byText.set(prefix.text, { prefix, kinds: [addressKind] });
    else if (!known.kinds.includes(addressKind)) known.kinds.push(addressKind);
  };
  for (const entry of service.loadBalancerIngress) {
    // What is left over from when the Service was a load balancer is no address of it any more.
    if (service.type === 'ClusterIP' || service.type === 'NodePort') {
      skipped.push({ addressKind: 'load-balancer-ip', why: `the type is ${service.type}` });
    } else if (entry.ipMode === 'Proxy') skipped.push({ addressKind: 'load-balancer-ip', why: 'its ipMode is Proxy' });
    else if (entry.ip !== undefined) add('load-balancer-ip', entry.ip);
    else skipped.push({ addressKind: 'load-balancer-ip', why: 'it has a hostname and no IP' });
  }
  for (const text of service.externalIPs) add('external-ip', text);
  for (const text of service.clusterIPs) if (text !== 'None' && text !== '') add('cluster-ip', text);
  return { addresses: [...byText.values()], skipped: skipped.length === 0 ? NOTHING_SKIPPED : skipped };
}

const NOTHING_SKIPPED: readonly SkippedEntry[] = [];

/** The /32 or /128; undefined if the text is no address. */
function singleAddress(text: string): Prefix | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : singlePrefix(address.family, address.value);
}

function singlePrefix(family: Family, value: bigint): Prefix {
  return makePrefix(family, value, addressBits(family));
}
