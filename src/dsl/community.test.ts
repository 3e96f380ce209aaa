import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  type Community,
  compareCommunities,
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
