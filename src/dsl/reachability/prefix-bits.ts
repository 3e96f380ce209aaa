// Prefixes as numbers, for comparing and looking up many of them.

import { addressBits, type Family, type Prefix } from '../prefix.ts';

/** A prefix as the bits that it fixes, so that the next one of its length is the next number. */
export interface PrefixBits {
  readonly family: Family;
  readonly length: number;
  readonly bits: Bits;
}

/** Bits that fit are a number, with which everything is several times faster. */
export type Bits = number | bigint;

const MAX_NUMBER_BITS = 53;

/** The bits of a prefix: the first ones of its lowest address. */
export function bitsOf({ family, first, length }: Prefix): Bits {
  if (family === 'ipv4') return Math.floor(Number(first) / 2 ** (32 - length));
  return fitting(first >> BigInt(addressBits(family) - length), length);
}

/** The bits of the shorter prefix of a length around one. */
export function shorten(bits: Bits, from: number, to: number): Bits {
  if (to === from) return bits;
  return typeof bits === 'number' ? Math.floor(bits / 2 ** (from - to)) : fitting(bits >> BigInt(from - to), to);
}

/** The lower and the upper half of a prefix. */
export function halvesOf({ family, length, bits }: PrefixBits): readonly [lower: PrefixBits, upper: PrefixBits] {
  const [first, last] = insideBits({ family, length, bits }, length + 1);
  return [
    { family, length: length + 1, bits: first },
    { family, length: length + 1, bits: last },
  ];
}

/** The bits of the first and of the last prefix of a length inside of one. */
export function insideBits({ bits, length }: PrefixBits, longer: number): readonly [first: Bits, last: Bits] {
  if (longer <= MAX_NUMBER_BITS) {
    const size = 2 ** (longer - length);
    const first = Number(bits) * size;
    return [first, first + size - 1];
  }
  const size = 1n << BigInt(longer - length);
  const first = BigInt(bits) * size;
  return [first, first + size - 1n];
}

/** True if every address of `inner` is in `outer`; a prefix contains itself. */
export function containsBits(outer: PrefixBits, inner: PrefixBits): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  return shorten(inner.bits, inner.length, outer.length) === outer.bits;
}

/**
 * V8 takes the hash of a bigint from its lowest 64 bits, which are all zero in first addresses of IPv6 prefixes; the bits
 * that count are not.
 */
function fitting(bits: bigint, length: number): Bits {
  return length <= MAX_NUMBER_BITS ? Number(bits) : bits;
}
