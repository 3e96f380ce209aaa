// The engine and BIRD must agree about every route and every filter. Random filters, one peer each, and random routes
// go through both: BIRD's answer is what its peers really receive. BELLBIRD_SEED replays a run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Community, renderCommunity } from '../dsl/community.ts';
import type { Condition, Filter, FilterAction, FilterRule } from '../dsl/policy.ts';
import { parsePrefix } from '../dsl/prefix.ts';
import type { DesiredPeer, DesiredRoute, DesiredState } from '../engine/desired-state.ts';
import { evaluateExport } from '../engine/export-filter.ts';
import type { BgpListener, ReceivedRoute } from '../testing/bgp-listener.ts';
import { desiredStateFor, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute } from '../testing/desired.ts';

const PEERS = 40;
const ROUTES = 120;
const at = { path: 'edge.bell', line: 1, column: 1 };
const ranges = ['public', 'services', 'v i p s', 'vips'];

const prefixPool = [
  ...['10.96.0.0/16', '10.96.0.0/24', '10.96.1.0/24', '10.96.0.10/32', '10.96.0.11/32', '10.96.1.10/32'],
  ...['198.51.100.0/24', '198.51.100.0/25', '198.51.100.10/32', '203.0.113.0/27', '203.0.113.1/32', '192.0.2.0/31'],
  ...['2001:db8::/32', '2001:db8:100::/64', '2001:db8:100::a/128', '2001:db8:100::b/128', 'fd00:10:96::/112'],
  ...['fd00:10:96::a/128', 'fd00:10:96::ffff/128', '10.0.0.0/8', 'fd00::/8'],
];

const community: fc.Arbitrary<Community> = fc.constantFrom<Community>(
  { kind: 'standard', high: 64512, low: 100 },
  { kind: 'standard', high: 64512, low: 200 },
  { kind: 'standard', high: 65535, low: 65281 },
  { kind: 'standard', high: 65535, low: 65282 },
  { kind: 'large', global: 64512, local1: 1, local2: 2 },
  { kind: 'large', global: 4200000000, local1: 0, local2: 4294967295 },
  { kind: 'extended', type: 'rt', administrator: 64512, assigned: 100 },
  { kind: 'extended', type: 'ro', administrator: 70000, assigned: 7 },
  { kind: 'extended', type: 'generic', administrator: 0x0306_0000, assigned: 5 },
  { kind: 'extended', type: 'generic', administrator: 0x4306_0000, assigned: 5 },
);
const communities = fc.uniqueArray(community, { maxLength: 3, selector: renderCommunity });
const number32 = fc.constantFrom(0, 1, 50, 100, 4294967295);
const operator = fc.constantFrom(
  '==' as const,
  '!=' as const,
  '<' as const,
  '<=' as const,
  '>' as const,
  '>=' as const,
);
const prefixes = fc.array(fc.constantFrom(...prefixPool), { minLength: 1, maxLength: 3 });
const rangeName = fc.constantFrom(...ranges);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ any: Condition }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    fc.record({
      kind: fc.constant('prefix' as const),
      operator: fc.constantFrom('in' as const, 'equal' as const),
      negated: fc.boolean(),
      prefixes,
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'length' } as const),
      operator,
      value: fc.constantFrom(8, 16, 24, 32, 64, 128),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'range' } as const),
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: rangeName,
    }),
    fc.record({
      kind: fc.constant('one-of' as const),
      field: fc.constant({ name: 'range' } as const),
      values: fc.array(rangeName, { minLength: 1, maxLength: 2 }),
      negated: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('matches' as const),
      field: fc.constant({ name: 'range' } as const),
      glob: fc.constantFrom('v*', '*', 'public', 'x*'),
    }),
    fc.record({
      kind: fc.constant('one-of' as const),
      field: fc.constant({ name: 'kind' } as const),
      values: fc.constantFrom(['cluster-ip'], ['load-balancer-ip', 'external-ip']),
      negated: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'family' } as const),
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: fc.constantFrom('ipv4', 'ipv6'),
    }),
    fc.record({
      kind: fc.constant('present' as const),
      field: fc.constantFrom({ name: 'aggregate' } as const, { name: 'exact' } as const),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constantFrom({ name: 'med' } as const, { name: 'local-pref' } as const),
      operator,
      value: number32,
    }),
    fc.record({
      kind: fc.constant('one-of' as const),
      field: fc.constantFrom({ name: 'med' } as const, { name: 'local-pref' } as const),
      values: fc.array(number32, { minLength: 1, maxLength: 2 }),
      negated: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'source' } as const),
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: fc.constantFrom('local', 'remote'),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'peer-type' } as const),
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: fc.constantFrom('ebgp', 'ibgp'),
    }),
    fc.record({
      kind: fc.constant('matches' as const),
      field: fc.constant({ name: 'interface' } as const),
      glob: fc.constantFrom('*', 'eth*', 'lo', 'a**?\\'),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'interface' } as const),
      operator: fc.constantFrom('==' as const, '!=' as const),
      value: fc.constantFrom('lo', ''),
    }),
    fc.record({
      kind: fc.constant('service' as const),
      path: fc.constantFrom('*/*', 'shop/*', '*/dns', 'shop/checkout', 'shop/c*', 'gone/*'),
    }),
    fc.record({
      kind: fc.constant('as-path-starts' as const),
      path: fc.array(fc.constantFrom(64512, 64512, 64496, 4200000000), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('community' as const), community }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('any') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('any'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).any;

const action: fc.Arbitrary<FilterAction> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('add-communities' as const, 'remove-communities' as const),
    communities: fc.array(community, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ kind: fc.constantFrom('local-pref' as const, 'med' as const), value: number32 }),
  fc.record({ kind: fc.constant('prepend' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('prepend-as' as const),
    path: fc.array(fc.constantFrom(64496, 64497, 4200000000), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('next-hop' as const),
    value: fc.constantFrom<'self' | 'keep' | { readonly address: string }>(
      'self',
      'keep',
      { address: '192.0.2.99' },
      { address: '2001:db8::99' },
    ),
  }),
);

const rule: fc.Arbitrary<FilterRule> = fc
  .record({
    at: fc.constant(at),
    verdict: fc.constantFrom('accept' as const, 'accept' as const, 'reject' as const, 'update' as const),
    condition: fc.option(condition, { nil: undefined, freq: 6 }),
    actions: fc.array(action, { maxLength: 3 }),
  })
  .map((made) => (made.verdict === 'reject' ? { ...made, actions: [] } : made));

const rules = fc.array(rule, { minLength: 1, maxLength: 4 });

const routeSet: fc.Arbitrary<readonly DesiredRoute[]> = fc
  .uniqueArray(
    fc.record({
      prefix: fc.oneof(
        fc.constantFrom(...prefixPool),
        fc.integer({ min: 0, max: 255 }).map((byte) => `198.51.100.${byte}/32`),
        fc.integer({ min: 0, max: 0xffff }).map((low) => parsePrefix(`2001:db8:100::${low.toString(16)}`)?.text ?? ''),
      ),
      addressKind: fc.constantFrom('cluster-ip' as const, 'external-ip' as const, 'load-balancer-ip' as const),
      aggregate: fc.boolean(),
      range: rangeName,
      service: fc.constantFrom('shop/checkout', 'shop/cart', 'ops/dns'),
      attributes: fc.record({
        communities,
        localPref: fc.option(number32, { nil: undefined }),
        med: fc.option(number32, { nil: undefined }),
        prepend: fc.constantFrom(0, 0, 1, 2, 16),
      }),
    }),
    { minLength: ROUTES, maxLength: ROUTES, selector: (made) => made.prefix },
  )
  .map((list) =>
    list.map(({ prefix, ...parts }) =>
      desiredRoute(prefix, { ...parts, service: parts.aggregate ? undefined : parts.service }),
    ),
  );

test('BIRD and the engine reach the same verdict', { skip: skipWithoutBird }, async (t) => {
  const seed = Number(process.env.BELLBIRD_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`BELLBIRD_SEED=${seed}`);
  const [routes = []] = fc.sample(routeSet, { seed, numRuns: 1 });
  const bodies = fc.sample(fc.array(rules, { minLength: 1, maxLength: 2 }), { seed, numRuns: PEERS });

  const listeners = await Promise.all(
    bodies.map((_, index) =>
      openTestListener(t, { address: `127.1.0.${index + 1}`, as: index % 3 === 0 ? 64512 : 64500 }),
    ),
  );
  const desired = await buildDesired(listeners, bodies, routes);
  const { bird } = await openTestBird(t);
  assert.equal((await bird.apply(desired, { secrets: new Map() })).kind, 'applied');

  let offered = 0;
  for (const [index, listener] of listeners.entries()) {
    const peer = desired.peers[index];
    assert.ok(peer !== undefined);
    await listener.until(
      `the routes of ${peer.name}`,
      ({ events }) => events.filter(({ kind }) => kind === 'end-of-rib').length === 2,
    );
    offered += listener.routes.size;
    const received = Object.fromEntries([...listener.routes].map(([prefix, route]) => [prefix, wireOf(route)]));
    for (const route of routes) {
      assert.deepEqual(
        received[route.prefix],
        engineVerdict(desired, peer, route),
        explain(seed, desired, peer, route),
      );
    }
  }
  // Filters that let everything or nothing pass would prove little.
  t.diagnostic(`${offered} of ${PEERS * ROUTES} offered`);
  assert.ok(offered > 0.05 * PEERS * ROUTES && offered < 0.95 * PEERS * ROUTES);
});

async function buildDesired(
  listeners: readonly BgpListener[],
  bodies: readonly (readonly (readonly FilterRule[])[])[],
  routes: readonly DesiredRoute[],
): Promise<DesiredState> {
  const base = await desiredStateFor(listeners, { ranges, routes });
  const name = (peer: number, filter: number) => `filter-${peer}-${filter}`;
  const filters: Filter[] = bodies.flatMap((lists, peer) =>
    lists.map((list, filter) => ({ name: name(peer, filter), at, rules: list })),
  );
  const peers: DesiredPeer[] = listeners.map((listener, index) => ({
    ...desiredPeer({ name: `peer-${index}`, address: listener.address, port: listener.port, connectRetryMs: 1_000 }),
    remoteAs: index % 3 === 0 ? 64512 : 64500,
    // What a session may also pass on changes nothing for routes of ours.
    transit: index % 2 === 0,
    export: { kind: 'filters', at, filters: (bodies[index] ?? []).map((_, filter) => name(index, filter)) },
  }));
  return { ...base, peers, filters };
}

/** What the engine says the peer receives; undefined for nothing. */
function engineVerdict(desired: DesiredState, peer: DesiredPeer, route: DesiredRoute): unknown {
  const filters = new Map(desired.filters.map((filter) => [filter.name, filter]));
  const prefix = parsePrefix(route.prefix);
  assert.ok(prefix !== undefined);
  const verdict = evaluateExport(peer.export, filters, peer, route, prefix);
  if (verdict.kind === 'rejected') return undefined;
  const { communities: found, localPref, med, nextHop, prepend } = verdict.attributes;
  const isInternal = peer.localAs === peer.remoteAs;
  const own = route.prefix.includes(':') ? '2001:db8::1' : '127.0.0.1';
  return {
    communities: found.map(renderCommunity).sort(),
    localPref,
    med,
    nextHop: nextHop ?? own,
    asPath: isInternal ? prepend : [peer.localAs, ...prepend],
  };
}

function wireOf({ attributes }: ReceivedRoute): unknown {
  const { asPath, communities: standard, extendedCommunities, largeCommunities, localPref, med, nextHop } = attributes;
  return {
    communities: [...standard, ...largeCommunities, ...extendedCommunities].sort(),
    localPref,
    med,
    nextHop,
    asPath,
  };
}

function explain(seed: number, desired: DesiredState, peer: DesiredPeer, route: DesiredRoute): string {
  const names = peer.export.kind === 'filters' ? peer.export.filters : [];
  const filters = desired.filters.filter(({ name }) => names.includes(name));
  return `BELLBIRD_SEED=${seed}\n${JSON.stringify(route)}\n${JSON.stringify(filters, null, 1)}`;
}
