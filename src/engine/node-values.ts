// Values that a policy reads from labels and annotations of a Node, parsed as strictly as the language's own literals.

import type { PerNode } from '../dsl/policy.ts';
import { parseAddress, renderAddress } from '../dsl/prefix.ts';
import { quoteForeign } from '../dsl/printable.ts';
import type { Node } from './objects.ts';

/** A value, or why this node has none. */
export type NodeValue<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'missing'; readonly why: string };

/** Reads a per-node value. `what` names what is expected, with its article: `an AS number`. */
export function resolveNodeValue<T>(
  value: PerNode<T>,
  node: Node,
  what: string,
  parse: (text: string) => T | undefined,
): NodeValue<T> {
  if (value.kind === 'literal') return { kind: 'value', value: value.value };
  const record = value.kind === 'label' ? node.labels : node.annotations;
  const text = Object.hasOwn(record, value.key) ? record[value.key] : undefined;
  if (text === undefined) return { kind: 'missing', why: `${value.kind} \`${value.key}\` is missing` };
  const parsed = parse(text);
  if (parsed === undefined) {
    return { kind: 'missing', why: `${value.kind} \`${value.key}\` is ${quoteForeign(text)}, which is not ${what}` };
  }
  return { kind: 'value', value: parsed };
}

/** Reads an address that may not be stated at all. */
export function resolveAddress(value: PerNode<string> | undefined, node: Node): NodeValue<string | undefined> {
  if (value === undefined) return { kind: 'value', value: undefined };
  return resolveNodeValue(value, node, 'an address', parseAddressText);
}

const LARGEST_AS = 4_294_967_295;

/** `64512`, `AS64512` or asdot `4.10`; undefined for anything else, 0 and numbers over 32 bits included. */
export function parseAsn(text: string): number | undefined {
  const asdot = /^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(text);
  if (asdot !== null) {
    const [high, low] = [Number(asdot[1]), Number(asdot[2])];
    return high > 65535 || low > 65535 ? undefined : nonZero(high * 65536 + low);
  }
  const plain = /^(?:AS)?([1-9]\d{0,9})$/i.exec(text);
  return plain === null ? undefined : nonZero(Number(plain[1]));
}

/** An address in canonical text. */
export function parseAddressText(text: string): string | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : renderAddress(address.family, address.value);
}

/** An IPv4 address other than 0.0.0.0. */
export function parseRouterId(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined || address.family !== 'ipv4' || address.value === 0n) return undefined;
  return renderAddress('ipv4', address.value);
}

/** The router id of a node without a stated one: its first IPv4 InternalIP, else a hash of its name. */
export function defaultRouterId(node: Node): string {
  for (const text of node.internalIPs) {
    const routerId = parseRouterId(text);
    if (routerId !== undefined) return routerId;
  }
  return hashedRouterId(node.name);
}

// FNV-1a, 32 bits: stable across versions, since a router id that moves restarts every session.
function hashedRouterId(name: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const id = hash === 0 ? 1 : hash;
  return [id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255].join('.');
}

function nonZero(as: number): number | undefined {
  return as === 0 || as > LARGEST_AS ? undefined : as;
}
