import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  addressBits,
  blocksOf,
  comparePrefixes,
  containsPrefix,
  type Family,
  isSingleAddress,
  lastAddress,
  makePrefix,
  overlapsPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  renderAddress,
  splitAround,
} from './prefix.ts';

const family = fc.constantFrom<Family>('ipv4', 'ipv6');

/** Any prefix; IPv4-mapped ones are never parsed, so they are left out. */
const prefix: fc.Arbitrary<Prefix> = family
  .chain((kind) => {
    const bits = addressBits(kind);
    return fc.tuple(fc.constant(kind), fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), fc.nat(bits));
  })
  .map(([kind, value, length]) => makePrefix(kind, value, length))
  .filter(({ family: kind, first }) => kind === 'ipv4' || first >> 32n !== 0xffffn);

/** Prefixes near each other, so that they often nest. */
const nearby = fc
  .tuple(fc.integer({ min: 20, max: 32 }), fc.nat(4095))
  .map(([length, value]) => makePrefix('ipv4', 0xc0000000n + BigInt(value), length));

test('parses what it prints', () => {
  fc.assert(fc.property(prefix, (value) => assert.deepEqual(parsePrefix(value.text), value)));
});

test('prints the canonical text', () => {
  const table = [
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['::/0', '::/0'],
  ] as const;
  for (const [text, canonical] of table) assert.equal(parsePrefix(text)?.text, canonical);
});

test('refuses text that is not safe to guess at', () => {
  const refused = [
    ...['10.0.0.1/8', '10.0.0.0/08', '010.0.0.0/8', '10.0.0.0/33', '10.0.0/8', '10.0.0.256', '10.0.0.0/', '1e1.0.0.0'],
    ...['2001:db8::1/64', '2001:db8::/129', '2001:db8:::/32', 'fe80::1%eth0', '::ffff:192.0.2.1', '::ffff:c000:201'],
    ...['', ' 10.0.0.0/8', '10.0.0.0/8 ', 'ten', '-1.0.0.0', '10.0.0.0/-1', '+1.0.0.0', '0x0a.0.0.0'],
  ];
  for (const text of refused) assert.equal(parsePrefix(text), undefined, text);
});

test('prints and parses every address alike', () => {
  fc.assert(
    fc.property(prefix, ({ family: kind, first }) => {
      assert.deepEqual(parseAddress(renderAddress(kind, first)), { family: kind, value: first });
    }),
  );
});

test('sorts IPv4 first, then by address, then the shorter prefix', () => {
  const sorted = ['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '192.0.2.0/24', '::/0', '2001:db8::/32', '2001:db8::/48'];
  const prefixes = sorted.flatMap((text) => parsePrefix(text) ?? []);
  fc.assert(
    fc.property(fc.shuffledSubarray(prefixes, { minLength: prefixes.length }), (shuffled) => {
      assert.deepEqual([...shuffled].sort(comparePrefixes), prefixes);
    }),
  );
  fc.assert(fc.property(prefix, prefix, (a, b) => assert.equal(comparePrefixes(a, b) === 0, a.text === b.text)));
});

test('containment is by addresses', () => {
  fc.assert(
    fc.property(nearby, nearby, (a, b) => {
      const inside = a.first <= b.first && lastAddress(b) <= lastAddress(a);
      assert.equal(containsPrefix(a, b), inside);
      assert.equal(overlapsPrefix(a, b), a.first <= lastAddress(b) && b.first <= lastAddress(a));
    }),
  );
});

test('splitting around holes covers exactly the rest, in order, with the fewest prefixes', () => {
  fc.assert(
    fc.property(nearby, fc.array(nearby, { maxLength: 6 }), (whole, holes) => {
      const pieces = splitAround(whole, holes);
      for (let address = whole.first; address <= lastAddress(whole); address++) {
        const one = makePrefix('ipv4', address, 32);
        const isHole = holes.some((hole) => containsPrefix(hole, one));
        assert.equal(pieces.filter((piece) => containsPrefix(piece, one)).length, isHole ? 0 : 1);
      }
      assert.deepEqual([...pieces].sort(comparePrefixes), pieces);
      // Two halves of one prefix would be one piece.
      for (const [index, piece] of pieces.entries()) {
        const next = pieces[index + 1];
        const parent = makePrefix('ipv4', piece.first, Math.max(0, piece.length - 1));
        assert.ok(next === undefined || next.length !== piece.length || !containsPrefix(parent, next));
      }
    }),
    { numRuns: 60 },
  );
});

test('blocks are the prefix cut into equal parts', () => {
  const texts = (text: string, length: number) =>
    [...parsePrefixes(text)].flatMap((value) => [...blocksOf(value, length)].map((block) => block.text));
  assert.deepEqual(texts('192.0.2.0/25', 27), ['192.0.2.0/27', '192.0.2.32/27', '192.0.2.64/27', '192.0.2.96/27']);
  assert.deepEqual(texts('192.0.2.0/25', 25), ['192.0.2.0/25']);
  assert.deepEqual(texts('192.0.2.0/25', 8), ['192.0.2.0/25']);
  assert.deepEqual(texts('2001:db8::/127', 128), ['2001:db8::/128', '2001:db8::1/128']);
});

test('a single address is the longest prefix of its family', () => {
  for (const text of ['192.0.2.1/32', '2001:db8::1/128']) assert.ok(parsePrefixes(text).every(isSingleAddress));
  for (const text of ['192.0.2.0/31', '2001:db8::/32']) assert.ok(!parsePrefixes(text).some(isSingleAddress));
});

function parsePrefixes(text: string): readonly Prefix[] {
  const parsed = parsePrefix(text);
  return parsed === undefined ? [] : [parsed];
}
