import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { comparePrefixes, containsPrefix, makePrefix, type Prefix } from '../dsl/prefix.ts';
import type { PlannedRoute } from './decision.ts';
import { createRouteFinder } from './route-finder.ts';
import { place } from './testdata/policy-factory.ts';

// Few addresses and every length, so that prefixes often contain each other and often begin alike.
const anyPrefix: fc.Arbitrary<Prefix> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 32 }))
    .map(([value, length]) => makePrefix('ipv4', BigInt(value) << 28n, length)),
  fc
    .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 128 }))
    .map(([value, length]) => makePrefix('ipv6', BigInt(value) << 124n, length)),
);

function routesOf(prefixes: readonly Prefix[]): readonly PlannedRoute[] {
  const sorted = [...new Map(prefixes.map((prefix) => [prefix.text, prefix])).values()].sort(comparePrefixes);
  return sorted.map(({ text }) => ({
    prefix: text,
    addressKind: 'cluster-ip',
    aggregate: true,
    reason: 'aggregate',
    service: undefined,
    services: [],
    range: 'services',
    at: place('range'),
    attributes: { communities: [], localPref: undefined, med: undefined, prepend: 0 },
    to: undefined,
    delayMs: 0,
    peers: [],
  }));
}

const textsOf = (routes: readonly PlannedRoute[]) => routes.map(({ prefix }) => prefix).sort();

test('finds exactly the routes inside of any of several prefixes, each once', () => {
  fc.assert(
    fc.property(fc.array(anyPrefix), fc.array(anyPrefix, { minLength: 1, maxLength: 3 }), (own, outer) => {
      const routes = routesOf(own);
      const found = createRouteFinder().about({ kind: 'inside', prefixes: outer.map(({ text }) => text) }, { routes });
      const inside = own.filter((prefix) => outer.some((known) => containsPrefix(known, prefix)));
      assert.deepEqual(textsOf(found), [...new Set(inside.map(({ text }) => text))].sort());
    }),
  );
});

test('finds the one route with a prefix, if there is one', () => {
  fc.assert(
    fc.property(fc.array(anyPrefix), anyPrefix, (own, prefix) => {
      const found = createRouteFinder().about({ kind: 'prefix', prefix: prefix.text }, { routes: routesOf(own) });
      assert.deepEqual(textsOf(found), own.some(({ text }) => text === prefix.text) ? [prefix.text] : []);
    }),
  );
});

test('finds a route that covers a prefix and more, never the prefix itself', () => {
  const finder = createRouteFinder();
  const routes = routesOf([makePrefix('ipv4', 10n << 24n, 8), makePrefix('ipv4', 10n << 24n, 16)]);
  assert.equal(finder.covering('10.0.0.0/24', { routes })?.prefix, '10.0.0.0/8');
  assert.equal(finder.covering('10.0.0.0/16', { routes })?.prefix, '10.0.0.0/8');
  assert.equal(finder.covering('10.0.0.0/8', { routes }), undefined);
});
