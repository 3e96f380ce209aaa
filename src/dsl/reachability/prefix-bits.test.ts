import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { addressBits, containsPrefix, type Family, makePrefix, type Prefix } from '../prefix.ts';
import { bitsOf, containsBits, halvesOf, insideBits, type PrefixBits, shorten } from './prefix-bits.ts';

const prefix: fc.Arbitrary<Prefix> = fc.constantFrom<Family>('ipv4', 'ipv6').chain((family) => {
  const bits = addressBits(family);
  return fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), fc.nat(bits))
    .map(([value, length]) => makePrefix(family, value, length));
});

function ofPrefix(of: Prefix): PrefixBits {
  return { family: of.family, length: of.length, bits: bitsOf(of) };
}

/** The prefix of the same addresses, made longer or shorter. */
function resize({ family, first }: Prefix, length: number): Prefix {
  return makePrefix(family, first, length);
}

test('takes the bits of a prefix from its first address', () => {
  const bitsOfText = (family: Family, value: bigint, length: number) => bitsOf(makePrefix(family, value, length));
  assert.equal(bitsOfText('ipv4', 0x0a000100n, 24), 0x0a0001);
  assert.equal(bitsOfText('ipv4', 0xffffffffn, 32), 0xffff_ffff);
  assert.equal(bitsOfText('ipv4', 0n, 0), 0);
  assert.equal(bitsOfText('ipv6', 0x20010db8n << 96n, 32), 0x20010db8);
  assert.equal(bitsOfText('ipv6', 0x20010db8n << 96n, 64), 0x20010db8n << 32n);
});

test('shortens a prefix to what makes the one around it', () => {
  fc.assert(
    fc.property(prefix, fc.nat(128), (inner, by) => {
      const length = Math.max(0, inner.length - by);
      assert.equal(shorten(bitsOf(inner), inner.length, length), bitsOf(resize(inner, length)));
    }),
  );
});

test('contains what the prefixes contain', () => {
  fc.assert(
    fc.property(prefix, prefix, fc.nat(128), (one, other, length) => {
      assert.equal(containsBits(ofPrefix(one), ofPrefix(other)), containsPrefix(one, other));
      const outer = resize(one, Math.min(length, one.length));
      assert.equal(containsBits(ofPrefix(outer), ofPrefix(one)), true);
    }),
  );
});

test('knows the first and the last prefix inside of one, and its halves', () => {
  fc.assert(
    fc.property(prefix, fc.nat(128), (outer, by) => {
      const { family, first, length } = outer;
      const longer = Math.min(length + by, addressBits(family));
      const last = first + (1n << BigInt(addressBits(family) - length)) - 1n;
      const expected = [resize(outer, longer), makePrefix(family, last, longer)];
      assert.deepEqual(insideBits(ofPrefix(outer), longer), expected.map(bitsOf));
      if (length < addressBits(family)) {
        const halves = [resize(outer, length + 1), makePrefix(family, last, length + 1)];
        assert.deepEqual(halvesOf(ofPrefix(outer)), halves.map(ofPrefix));
      }
    }),
  );
});
