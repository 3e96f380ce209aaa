import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Policy, Range } from '../dsl/policy.ts';
import { createEngine } from './engine.ts';
import type { ClusterObject } from './objects.ts';
import { snapshotOf } from './snapshot.ts';
import { draining, ingress, node, ready, service, slice } from './testdata/cluster-factory.ts';
import { decisionsOn, routesOn, withheldOn } from './testdata/decide.ts';
import {
  AGGREGATE,
  advertise,
  block,
  excludePrefixes,
  excludeServices,
  NO_ATTRIBUTES,
  policy,
  range,
  standard,
  WHEN_USED,
} from './testdata/policy-factory.ts';

const blocks = (ipv4: number, ipv6?: number): Range['mode'] => ({
  kind: 'aggregate',
  whenUsed: true,
  blockLength: ipv6 === undefined ? { ipv4 } : { ipv4, ipv6 },
});
const pool = (mode: Range['mode'], overrides: Partial<Range> = {}): Policy =>
  policy({ ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { mode, ...overrides })] });
const web = service('shop/web', { clusterIPs: ['10.97.0.1'], loadBalancerIngress: ingress('198.51.100.70') });
const used: readonly ClusterObject[] = [node('worker-1'), web, slice('shop/web', [ready('worker-1')])];
const unused: readonly ClusterObject[] = [node('worker-1'), web];

describe('aggregates', () => {
  test('an aggregate is advertised whether or not a service uses it', () => {
    assert.deepEqual(routesOn('worker-1', pool(AGGREGATE), [node('worker-1')]), ['198.51.100.0/24 aggregate']);
  });

  test('an aggregate is cut into blocks of the stated length', () => {
    const halves = pool({ kind: 'aggregate', whenUsed: false, blockLength: { ipv4: 25 } });
    assert.deepEqual(routesOn('worker-1', halves, [node('worker-1')]), [
      '198.51.100.0/25 aggregate',
      '198.51.100.128/25 aggregate',
    ]);
  });

  test('an aggregate is split into the fewest prefixes that leave an excluded prefix out', () => {
    const used = { ...pool(AGGREGATE), exclusions: excludePrefixes('198.51.100.64/26') };
    assert.deepEqual(routesOn('worker-1', used, [node('worker-1')]), [
      '198.51.100.0/26 aggregate',
      '198.51.100.128/25 aggregate',
    ]);
  });

  test('an excluded prefix that covers the range leaves no aggregate', () => {
    const used = { ...pool(AGGREGATE), exclusions: excludePrefixes('198.51.0.0/16') };
    assert.deepEqual(decisionsOn('worker-1', used, [node('worker-1')]), []);
  });

  test('`except` shapes its own range only', () => {
    const used = policy({
      ranges: [
        range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { mode: AGGREGATE, except: ['198.51.100.128/25'] }),
        range('wide', 'load-balancer-ip', ['198.51.100.0/23'], { mode: AGGREGATE }),
      ],
    });
    assert.deepEqual(routesOn('worker-1', used, [node('worker-1')]), [
      '198.51.100.0/23 aggregate',
      '198.51.100.0/25 aggregate',
    ]);
  });

  test('a single-address prefix of an aggregated range makes no aggregate', () => {
    const used = pool(AGGREGATE, { prefixes: ['198.51.100.7/32', '2001:db8::7/128'] });
    assert.deepEqual(routesOn('worker-1', used, [node('worker-1')]), []);
  });

  test('an aggregate does not depend on the services that its range is for', () => {
    const found = decisionsOn('worker-1', pool(AGGREGATE, { for: ['blog/*'] }), used);
    assert.deepEqual(found, [
      '+ 198.51.100.0/24 aggregate',
      '- 10.97.0.1/32 shop/web outside-ranges',
      '- 198.51.100.70/32 shop/web not-for-service',
    ]);
  });
});

describe('aggregates when used', () => {
  const routes = (used: Policy, objects: readonly ClusterObject[]): readonly string[] =>
    routesOn('worker-1', used, objects);

  test('the prefix is advertised once an eligible service in it has a usable endpoint', () => {
    assert.deepEqual(routes(pool(WHEN_USED), used), ['198.51.100.0/24 aggregate-used']);
    assert.deepEqual(routes(pool(WHEN_USED), unused), []);
    assert.ok(withheldOn('worker-1', pool(WHEN_USED), unused).includes('198.51.100.0/24 - aggregate-unused'));
  });

  test('only the block that holds the address is advertised', () => {
    assert.deepEqual(routes(pool(blocks(27)), used), ['198.51.100.64/27 aggregate-used']);
  });

  test('blocks are split around excluded prefixes, and only the part with the address is used', () => {
    const excluded = { ...pool(blocks(26)), exclusions: excludePrefixes('198.51.100.96/27') };
    assert.deepEqual(routes(excluded, used), ['198.51.100.64/27 aggregate-used']);
  });

  test('blocks of a large range are found without being listed', () => {
    const wide = pool(blocks(27, 64), { prefixes: ['2001:db8::/32'] });
    const v6 = { ...web, loadBalancerIngress: ingress('2001:db8:7::1') };
    const objects = [node('worker-1'), v6, slice('shop/web', [ready('worker-1', '2001:db8:ffff::1')])];
    assert.deepEqual(routes(wide, objects), ['2001:db8:7::/64 aggregate-used']);
    assert.deepEqual(
      withheldOn('worker-1', wide, [node('worker-1')]),
      [],
      'blocks that nobody uses are too many to be listed',
    );
  });

  test('a terminating endpoint that still serves keeps the prefix while no ready one is left', () => {
    const last = [node('worker-1'), web, slice('shop/web', [draining('worker-1')])];
    assert.deepEqual(routes(pool(WHEN_USED), last), ['198.51.100.0/24 aggregate-used']);
  });

  test('an excluded service is no use', () => {
    assert.deepEqual(routes({ ...pool(WHEN_USED), exclusions: excludeServices('shop/*') }, used), []);
  });

  test('a service with `advertise nothing` is a use: it is not excluded', () => {
    const nothing = { ...pool(WHEN_USED), serviceBlocks: [block({ advertise: advertise('nothing') })] };
    assert.deepEqual(routes(nothing, used), ['198.51.100.0/24 aggregate-used']);
  });

  test('a service that the range is not for is no use', () => {
    assert.deepEqual(routes(pool(WHEN_USED, { for: ['blog/*'] }), used), []);
  });

  test('a service of another kind of address is no use', () => {
    const external = [
      node('worker-1'),
      { ...web, loadBalancerIngress: [], externalIPs: ['198.51.100.70'] },
      slice('shop/web', [ready('worker-1')]),
    ];
    assert.deepEqual(routes(pool(WHEN_USED), external), []);
  });

  test('endpoints of the other family are no use', () => {
    const objects = [node('worker-1'), web, slice('shop/web', [ready('worker-1', '2001:db8:ffff::1')])];
    assert.deepEqual(routes(pool(WHEN_USED), objects), []);
  });

  test('the prefix stays while one of two services still uses it', () => {
    const other = { ...web, name: 'api', loadBalancerIngress: ingress('198.51.100.71'), clusterIPs: ['10.97.0.2'] };
    const engine = createEngine(pool(WHEN_USED), snapshotOf([...used, other, slice('shop/api', [ready('worker-1')])]));
    const first = engine.apply([{ kind: 'deleted', objectKind: 'EndpointSlice', key: 'shop/web-v4' }]);
    assert.deepEqual([...first.nodes], []);
    const second = engine.apply([{ kind: 'deleted', objectKind: 'Service', key: 'shop/api' }]);
    assert.deepEqual(second.nodes.get('worker-1')?.removed, ['198.51.100.0/24']);
  });

  test('a shorter aggregate is used by an address that a longer range decides', () => {
    const nested = policy({
      ranges: [
        range('wide', 'load-balancer-ip', ['198.51.100.0/24'], { mode: WHEN_USED }),
        range('narrow', 'load-balancer-ip', ['198.51.100.64/26']),
      ],
    });
    assert.deepEqual(routes(nested, used), ['198.51.100.0/24 aggregate-used', '198.51.100.70/32 exact-range']);
  });
});

describe('one prefix from two sources', () => {
  const attributes = (med: number, low: number): Range['attributes'] => ({
    ...NO_ATTRIBUTES,
    med,
    communities: [standard(64512, low)],
  });
  const prefixes = ['198.51.100.0/24'];

  test('the kind order decides the attributes, and communities are joined', () => {
    const both = policy({
      ranges: [
        range('external', 'external-ip', prefixes, { mode: AGGREGATE, attributes: attributes(1, 1) }),
        range('vips', 'load-balancer-ip', prefixes, { mode: AGGREGATE, attributes: attributes(2, 2) }),
      ],
    });
    const [route, ...others] = createEngine(both, snapshotOf([node('worker-1')])).decisions('worker-1').routes;
    assert.equal(others.length, 0);
    assert.equal(route?.range, 'vips');
    assert.equal(route?.attributes.med, 2);
    assert.deepEqual(route?.attributes.communities, [standard(64512, 1), standard(64512, 2)]);
  });

  test('within a kind the earlier range decides the attributes', () => {
    const both = policy({
      ranges: [
        range('first', 'external-ip', prefixes, { mode: AGGREGATE, attributes: attributes(1, 1) }),
        range('second', 'external-ip', prefixes, { mode: AGGREGATE, attributes: attributes(2, 2) }),
      ],
    });
    const [route] = createEngine(both, snapshotOf([node('worker-1')])).decisions('worker-1').routes;
    assert.equal(route?.range, 'first');
    assert.equal(route?.attributes.med, 1);
  });

  test('an exact route goes before an aggregate of the same single address', () => {
    const single: Policy = {
      ...pool(blocks(32)),
      serviceBlocks: [block({ advertise: advertise('exact') })],
    };
    assert.deepEqual(routesOn('worker-1', single, used), ['198.51.100.70/32 exact-override']);
    assert.deepEqual(routesOn('worker-1', pool(blocks(32)), used), ['198.51.100.70/32 aggregate-used']);
  });
});
