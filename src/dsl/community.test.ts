import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  type Community,
  compareCommunities,
  genericCommunity,
  normaliseCommunities,
  renderCommunity,
  WELL_KNOWN_COMMUNITIES,
} from './community.ts';

const number16 = fc.nat(0xffff);
const number32 = fc.nat(0xffff_ffff);
const community: fc.Arbitrary<Community> = fc.oneof(
  fc.record({ kind: fc.constant('standard' as const), high: number16, low: number16 }),
  fc.record({ kind: fc.constant('large' as const), global: number32, local1: number32, local2: number32 }),
  fc.record({
    kind: fc.constant('extended' as const),
    type: fc.constantFrom('rt' as const, 'ro' as const, 'generic' as const),
    administrator: number16,
    assigned: number32,
  }),
);

test('equal communities have equal text, and only those', () => {
  fc.assert(
    fc.property(community, community, (a, b) => {
      assert.equal(renderCommunity(a) === renderCommunity(b), compareCommunities(a, b) === 0);
      assert.equal(Math.sign(compareCommunities(a, b)), -Math.sign(compareCommunities(b, a)) || 0);
    }),
  );
});

test('normal form does not depend on order or repetition', () => {
  fc.assert(
    fc.property(fc.array(community, { maxLength: 8 }), (list) => {
      const normal = normaliseCommunities(list);
      assert.deepEqual(normaliseCommunities([...list, ...list].reverse()), normal);
      assert.deepEqual(normaliseCommunities(normal), normal);
    }),
  );
});

test('well-known communities are those of the registry', () => {
  const texts = Object.fromEntries(
    Object.entries(WELL_KNOWN_COMMUNITIES).map(([name, value]) => [name, renderCommunity(value)]),
  );
  assert.equal(texts['no-export'], '65535:65281');
  assert.equal(texts['graceful-shutdown'], '65535:0');
  assert.equal(texts.blackhole, '65535:666');
});

const GENERIC: readonly (readonly [number, number, string])[] = [
  [0x0002_fc00, 100, 'rt:64512:100'],
  [0x0003_fc00, 0xffff_ffff, 'ro:64512:4294967295'],
  [0x0202_0001, 0x1170_0007, 'rt:70000:7'],
  [0x0203_ffff, 0xffff_0001, 'ro:4294967295:1'],
  [0x0202_0000, 0xfc00_0064, 'generic:33685504:4227858532'],
  [0x4306_0000, 5, 'generic:1124466688:5'],
  [0x0102_c000, 0x0201_0064, 'generic:16957440:33620068'],
];

for (const [high, low, text] of GENERIC) {
  test(`the bytes ${high.toString(16)} ${low.toString(16)} are ${text}`, () => {
    assert.equal(renderCommunity(genericCommunity(high, low)), text);
  });
}
