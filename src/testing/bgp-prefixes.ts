// Prefixes as they stand in BGP messages (RFC 4271 §4.3): a length in bits, then as many octets as it needs.

import { type Family, makePrefix, parsePrefix, renderAddress } from '../dsl/prefix.ts';

/** The prefixes in a field of NLRI or withdrawn routes. */
export function decodePrefixes(family: Family, bytes: Buffer): readonly string[] {
  const prefixes: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt8(at);
    const octets = Math.ceil(length / 8);
    prefixes.push(decodePrefix(family, length, bytes.subarray(at + 1, at + 1 + octets)));
    at += 1 + octets;
  }
  return prefixes;
}

/** The field for these prefixes. */
export function encodePrefixes(prefixes: readonly string[]): Buffer {
  return Buffer.concat(
    prefixes.map((text) => {
      const prefix = parsePrefix(text);
      if (prefix === undefined) throw new Error(`\`${text}\` is not a prefix`);
      const octets = addressBytes(prefix.family, prefix.first).subarray(0, Math.ceil(prefix.length / 8));
      return Buffer.concat([Buffer.from([prefix.length]), octets]);
    }),
  );
}

/** The text of an address of 4 or 16 octets. */
export function decodeAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  return renderAddress('ipv6', BigInt(`0x${bytes.toString('hex')}`));
}

/** The octets of an address. */
export function encodeAddress(text: string): Buffer {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`\`${text}\` is not an address`);
  return addressBytes(prefix.family, prefix.first);
}

function decodePrefix(family: Family, length: number, octets: Buffer): string {
  const full = Buffer.alloc(family === 'ipv4' ? 4 : 16);
  octets.copy(full);
  // IPv4 without big numbers: a full table is read while it is being timed.
  if (family === 'ipv4') return `${full.join('.')}/${length}`;
  return makePrefix('ipv6', BigInt(`0x${full.toString('hex')}`), length).text;
}

function addressBytes(family: Family, value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(family === 'ipv4' ? 8 : 32, '0'), 'hex');
}
