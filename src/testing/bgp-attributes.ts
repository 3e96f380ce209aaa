// Path attributes of an UPDATE: octets ↔ text and numbers.

import type { Family } from '../dsl/prefix.ts';
import type { PathAttributes } from './bgp-message.ts';
import { decodeAddress, decodePrefixes, encodeAddress } from './bgp-prefixes.ts';

/** The attributes of one UPDATE with the prefixes that stand among them (RFC 4760). */
export interface RawAttributes {
  readonly attributes: PathAttributes;
  readonly announced: readonly string[];
  readonly withdrawn: readonly string[];
  /** Family of MP_UNREACH_NLRI, if there is one. */
  readonly unreachFamily: Family | undefined;
  /** How many attributes there are. */
  readonly count: number;
}

const TYPE = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  med: 4,
  localPref: 5,
  communities: 8,
  mpReach: 14,
  mpUnreach: 15,
  extendedCommunities: 16,
  largeCommunities: 32,
} as const;

const ORIGINS = ['igp', 'egp', 'incomplete'] as const;

/** Reads the attributes of one UPDATE; unknown ones are skipped. */
export function decodeAttributes(bytes: Buffer): RawAttributes {
  const values = splitAttributes(bytes);
  const reach = values.get(TYPE.mpReach);
  const unreach = values.get(TYPE.mpUnreach);
  const nextHopEnd = reach === undefined ? 0 : 4 + reach.readUInt8(3);
  const four = (type: number) => values.get(type)?.readUInt32BE(0);
  const nextHop = values.get(TYPE.nextHop) ?? reach?.subarray(4, Math.min(nextHopEnd, 20));
  return {
    attributes: {
      origin: ORIGINS[values.get(TYPE.origin)?.readUInt8(0) ?? -1],
      asPath: decodeAsPath(values.get(TYPE.asPath)),
      nextHop: nextHop === undefined ? undefined : decodeAddress(nextHop),
      med: four(TYPE.med),
      localPref: four(TYPE.localPref),
      communities: chunks(values.get(TYPE.communities), 4).map((one) => numbers(one, 2).join(':')),
      largeCommunities: chunks(values.get(TYPE.largeCommunities), 12).map((one) => numbers(one, 4).join(':')),
      extendedCommunities: chunks(values.get(TYPE.extendedCommunities), 8).map(decodeExtended),
    },
    announced: reach === undefined ? [] : decodePrefixes(familyOf(reach), reach.subarray(nextHopEnd + 1)),
    withdrawn: unreach === undefined ? [] : decodePrefixes(familyOf(unreach), unreach.subarray(3)),
    unreachFamily: unreach === undefined ? undefined : familyOf(unreach),
    count: values.size,
  };
}

/** Writes attributes; IPv6 prefixes stand among them, with the next hop. */
export function encodeAttributes(
  attributes: PathAttributes | undefined,
  ipv6: { readonly reach: Buffer } | { readonly unreach: Buffer } | undefined,
): Buffer {
  const parts: Buffer[] = [];
  if (ipv6 !== undefined && 'unreach' in ipv6) {
    parts.push(attribute(0x80, TYPE.mpUnreach, Buffer.concat([Buffer.from([0, 2, 1]), ipv6.unreach])));
  }
  if (attributes !== undefined) {
    const { nextHop = ipv6 === undefined ? '192.0.2.1' : '2001:db8::1' } = attributes;
    parts.push(attribute(0x40, TYPE.origin, Buffer.from([ORIGINS.indexOf(attributes.origin ?? 'igp')])));
    parts.push(attribute(0x40, TYPE.asPath, encodeAsPath(attributes.asPath)));
    if (ipv6 === undefined) parts.push(attribute(0x40, TYPE.nextHop, encodeAddress(nextHop)));
    if (attributes.med !== undefined) parts.push(attribute(0x80, TYPE.med, uint32(attributes.med)));
    if (attributes.localPref !== undefined) parts.push(attribute(0x40, TYPE.localPref, uint32(attributes.localPref)));
    if (attributes.communities.length > 0) {
      const pairs = attributes.communities.map((text) => text.split(':').map(Number));
      const value = Buffer.concat(pairs.map(([high = 0, low = 0]) => uint32(high * 0x1_0000 + low)));
      parts.push(attribute(0xc0, TYPE.communities, value));
    }
    if (attributes.largeCommunities.length > 0) {
      const numbers = attributes.largeCommunities.flatMap((text) => text.split(':').map(Number));
      parts.push(attribute(0xc0, TYPE.largeCommunities, Buffer.concat(numbers.map(uint32))));
    }
    if (ipv6 !== undefined && 'reach' in ipv6) {
      const head = Buffer.concat([Buffer.from([0, 2, 1, 16]), encodeAddress(nextHop), Buffer.from([0])]);
      parts.push(attribute(0x80, TYPE.mpReach, Buffer.concat([head, ipv6.reach])));
    }
  }
  return Buffer.concat(parts);
}

function splitAttributes(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const values = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const isLong = (bytes.readUInt8(at) & 0x10) !== 0;
    const length = isLong ? bytes.readUInt16BE(at + 2) : bytes.readUInt8(at + 2);
    const start = at + (isLong ? 4 : 3);
    values.set(bytes.readUInt8(at + 1), bytes.subarray(start, start + length));
    at = start + length;
  }
  return values;
}

/** The AS numbers of all segments; a set counts as a sequence. */
function decodeAsPath(bytes: Buffer | undefined): readonly number[] {
  const path: number[] = [];
  for (let at = 0; bytes !== undefined && at < bytes.length; ) {
    const end = at + 2 + 4 * bytes.readUInt8(at + 1);
    path.push(...numbers(bytes.subarray(at + 2, end), 4));
    at = end;
  }
  return path;
}

function encodeAsPath(path: readonly number[]): Buffer {
  return path.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([2, path.length]), ...path.map(uint32)]);
}

function decodeExtended(bytes: Buffer): string {
  const type = bytes.readUInt16BE(0);
  const name = { 2: 'rt', 3: 'ro' }[type & 0xff];
  const form = type >> 8;
  if (name !== undefined && form === 0) return `${name}:${bytes.readUInt16BE(2)}:${bytes.readUInt32BE(4)}`;
  if (name !== undefined && form === 2) return `${name}:${bytes.readUInt32BE(2)}:${bytes.readUInt16BE(6)}`;
  return `generic:${bytes.readUInt32BE(0)}:${bytes.readUInt32BE(4)}`;
}

function familyOf(bytes: Buffer): Family {
  return bytes.readUInt16BE(0) === 1 ? 'ipv4' : 'ipv6';
}

function chunks(bytes: Buffer | undefined, size: number): readonly Buffer[] {
  if (bytes === undefined) return [];
  return Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

function numbers(bytes: Buffer, size: 2 | 4): readonly number[] {
  return chunks(bytes, size).map((one) => one.readUIntBE(0, size));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function attribute(flags: number, type: number, value: Buffer): Buffer {
  const isLong = value.length > 255;
  const head = isLong ? [flags | 0x10, type, value.length >> 8, value.length & 0xff] : [flags, type, value.length];
  return Buffer.concat([Buffer.from(head), value]);
}
