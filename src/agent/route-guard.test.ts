import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from '../dsl/policy.ts';
import type { DesiredRoute, DesiredState, NodeDecisions, WithholdReason } from '../engine/index.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { desiredRoute, desiredState } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRouteGuard, type Guarded } from './route-guard.ts';

const at = { path: 'edge.bell', line: 1, column: 1 };

function policyWith(guard: string): Policy {
  return compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24 except 198.51.100.240/28
range cluster cluster-ip 10.96.0.0/16 aggregate /24 when used
exclude prefixes 198.51.100.0/30
peer tor-a { address 192.0.2.101 as 64500 }
guard { ${guard} }
`);
}

const prefixOf = (host: number) => `198.51.100.${host}/32`;
const routes = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => desiredRoute(prefixOf(from + index)));

/** A guard among fakes, which remembers what BIRD has. */
function setUp(guard: string, before: readonly DesiredRoute[] | undefined) {
  const clock = createFakeClock();
  const policy = policyWith(guard);
  const own = createRouteGuard(clock);
  let state: DesiredState | undefined = before && desiredState({ routes: before });
  const apply = (wanted: readonly DesiredRoute[], parts: Partial<NodeDecisions> = {}): Guarded => {
    const decisions = { node: 'worker-1', excluded: undefined, routes: [], desired: [], withheld: [], ...parts };
    const guarded = own.check({ policy, decisions, before: state, wanted: desiredState({ routes: wanted }) });
    guarded.done();
    state = guarded.desired;
    return guarded;
  };
  return { clock, guard: own, apply, count: () => state?.routes.length };
}

const withheld = (from: number, to: number, reason: WithholdReason) =>
  routes(from, to).map(({ prefix }) => ({
    prefix,
    addressKind: 'load-balancer-ip' as const,
    service: 'shop/checkout',
    range: 'vips',
    reason,
    at,
  }));

test('holds a batch that withdraws more than the share, applies everything else in it, and every later change', () => {
  const { apply } = setUp('max-withdraw 50% within 10s', routes(10, 49));
  const batch = apply([...routes(10, 20), desiredRoute(prefixOf(99))]);
  assert.equal(batch.held.size, 29);
  assert.deepEqual(
    batch.desired.routes.map(({ prefix }) => prefix),
    [...routes(10, 49), desiredRoute(prefixOf(99))].map(({ prefix }) => prefix),
  );
  const later = apply([...routes(10, 19), desiredRoute(prefixOf(99))]);
  assert.equal(later.held.size, 29);
  assert.equal(later.desired.routes.length, 40);
});

test('lets as much go as the share allows, of all that went within the time', () => {
  const { apply, clock } = setUp('max-withdraw 50% within 10s', routes(10, 49));
  assert.equal(apply(routes(10, 39)).held.size, 0);
  clock.advance(5_000);
  assert.equal(apply(routes(10, 29)).held.size, 0);
  assert.equal(apply(routes(10, 28)).held.size, 1, 'the 21st of 40 within 10 s');
  clock.advance(5_000);
  assert.equal(apply(routes(10, 23)).held.size, 1, 'the 15th of 30: the first ten went before');
  assert.equal(apply(routes(10, 22)).held.size, 2, 'the 16th of 30');
});

test('never holds ten routes or fewer', () => {
  const { apply } = setUp('max-withdraw 10% within 10s', routes(10, 29));
  assert.equal(apply(routes(10, 19)).held.size, 0);
  const { apply: one } = setUp('max-withdraw 10% within 10s', routes(10, 29));
  assert.equal(one(routes(10, 18)).held.size, 11);
});

test('counts routes where the policy says a number', () => {
  const { apply } = setUp('max-withdraw 15 within 10s', routes(10, 109));
  assert.equal(apply(routes(10, 94)).held.size, 0);
  assert.equal(apply(routes(10, 93)).held.size, 1);
});

for (const reason of ['no-local-endpoint', 'no-endpoint', 'service-excluded', 'prefix-excluded'] as const) {
  test(`never holds what goes because of ${reason}`, () => {
    const { apply } = setUp('max-withdraw 10% within 10s', routes(10, 49));
    assert.equal(apply([], { withheld: withheld(10, 49, reason) }).desired.routes.length, 0);
  });
}

for (const reason of ['node-limit', 'override-nothing', 'outside-ranges', 'not-eligible'] as const) {
  test(`holds what goes because of ${reason}`, () => {
    const { apply } = setUp('max-withdraw 10% within 10s', routes(10, 49));
    assert.equal(apply([], { withheld: withheld(10, 49, reason) }).held.size, 40);
  });
}

test('never holds the routes of an excluded node, and holds those of one that the cluster lost', () => {
  const share = 'max-withdraw 10% within 10s';
  const excluded = setUp(share, routes(10, 49)).apply([], { excluded: { reason: 'node-excluded', at } });
  assert.equal(excluded.desired.routes.length, 0);
  const unknown = setUp(share, routes(10, 49)).apply([], { excluded: { reason: 'node-unknown', at } });
  assert.equal(unknown.desired.routes.length, 40);
});

test('never holds a prefix that the policy excludes, whatever became of its service', () => {
  const { apply } = setUp('max-withdraw 10% within 10s', routes(0, 49));
  assert.deepEqual([apply([]).held.size, apply([]).held.has(prefixOf(3))], [46, false]);
});

test('holds an aggregate that lost its services, and not one that lost their endpoints', () => {
  const blocks = Array.from({ length: 20 }, (_, index) =>
    desiredRoute(`10.96.${index}.0/24`, {
      aggregate: true,
      addressKind: 'cluster-ip',
      range: 'cluster',
      service: undefined,
    }),
  );
  const unused = blocks.map(({ prefix }) => ({
    prefix,
    addressKind: 'cluster-ip' as const,
    service: undefined,
    range: 'cluster',
    reason: 'aggregate-unused' as const,
    at,
  }));
  const services = unused.map((entry, index) => ({
    ...entry,
    prefix: `10.96.${index}.7/32`,
    service: 'shop/cart',
    reason: 'covered-by-aggregate' as const,
  }));
  const share = 'max-withdraw 10% within 10s';
  assert.equal(setUp(share, blocks).apply([], { withheld: unused }).held.size, 20);
  assert.equal(setUp(share, blocks).apply([], { withheld: [...unused, ...services] }).held.size, 0);
});

test('lets a held route go when it is confirmed, when it is due again, and for a cause that is never held', () => {
  const { apply, guard } = setUp('max-withdraw 50% within 10s', routes(10, 49));
  assert.equal(apply([]).held.size, 40);
  const changed = desiredRoute(prefixOf(10), { range: 'other' });
  const due = apply([changed]);
  assert.deepEqual([due.held.size, due.desired.routes[0]], [39, changed]);
  assert.equal(apply([changed], { withheld: withheld(11, 20, 'no-endpoint') }).held.size, 29);
  assert.equal(guard.confirm().length, 29);
  const released = apply([changed]);
  assert.deepEqual([released.held.size, released.desired.routes], [0, [changed]]);
  assert.equal(guard.held().size, 0);
});

test('lets go what is confirmed while BIRD is being given the state that holds it', () => {
  const clock = createFakeClock();
  const guard = createRouteGuard(clock);
  const policy = policyWith('max-withdraw 50% within 10s');
  const decisions = { node: 'worker-1', excluded: undefined, routes: [], desired: [], withheld: [] };
  const wanted = desiredState({ routes: [] });
  const before = desiredState({ routes: routes(10, 49) });
  const first = guard.check({ policy, decisions, before, wanted });
  first.done();
  const again = guard.check({ policy, decisions, before: first.desired, wanted });
  assert.equal(guard.confirm().length, 40);
  again.done();
  const last = guard.check({ policy, decisions, before: again.desired, wanted });
  assert.deepEqual([last.held.size, last.desired.routes.length], [0, 0]);
});

test('holds nothing of a change that is free, and keeps to `max-routes` what is announced', () => {
  const guard = createRouteGuard(createFakeClock());
  const policy = policyWith('max-withdraw 50% within 10s\n  max-routes 20');
  const decisions = { node: 'worker-1', excluded: undefined, routes: [], desired: [], withheld: [] };
  const before = desiredState({ routes: routes(30, 49) });
  const { desired, held } = guard.check({
    policy,
    decisions,
    before,
    wanted: desiredState({ routes: routes(10, 49) }),
    isFree: true,
  });
  assert.deepEqual(
    [desired.routes.map(({ prefix }) => prefix), held.size],
    [routes(30, 49).map(({ prefix }) => prefix), 0],
  );
  const gone = guard.check({ policy, decisions, before, wanted: desiredState({ routes: [] }), isFree: true });
  assert.deepEqual([gone.desired.routes.length, gone.held.size], [0, 0]);
});

test('keeps what was held before a restart', () => {
  const { apply, guard } = setUp('max-withdraw 50% within 10s', routes(10, 49));
  guard.restore(routes(30, 49).map((route) => ({ route, since: 1 })));
  const guarded = apply(routes(10, 29));
  assert.deepEqual([guarded.held.size, guarded.held.get(prefixOf(30))?.since], [20, 1]);
});

test('knows the range of a held route, so that BIRD does', () => {
  const gone = Array.from({ length: 20 }, (_, index) => desiredRoute(prefixOf(10 + index), { range: 'removed' }));
  const { apply } = setUp('max-withdraw 50% within 10s', gone);
  assert.ok(apply([]).desired.ranges.includes('removed'));
});

test('makes no announcements beyond `max-routes`, in prefix order, and lets all else pass', () => {
  const { apply } = setUp('max-routes 20', routes(30, 44));
  const batch = apply(routes(10, 44));
  assert.deepEqual([batch.desired.routes.length, batch.beyond[0], batch.beyond.length], [20, prefixOf(15), 15]);
  const changed = routes(30, 44).map((route) => ({ ...route, range: 'other' }));
  const next = apply([...routes(10, 29), ...changed.slice(1)]);
  assert.equal(next.desired.routes.filter(({ range }) => range === 'other').length, 14);
  assert.deepEqual([next.desired.routes.length, next.beyond[0]], [20, prefixOf(16)]);
});

test('withdraws nothing because of `max-routes`', () => {
  const { apply } = setUp('max-routes 10', routes(10, 49));
  const guarded = apply(routes(9, 49));
  assert.deepEqual([guarded.desired.routes.length, guarded.beyond], [40, [prefixOf(9)]]);
});

test('stands in nobody’s way where BIRD announces nothing, or the policy has no limit', () => {
  assert.equal(setUp('max-withdraw 10% within 10s', undefined).apply(routes(10, 49)).desired.routes.length, 40);
  assert.equal(setUp('max-routes 100', routes(10, 49)).apply([]).desired.routes.length, 0);
});
