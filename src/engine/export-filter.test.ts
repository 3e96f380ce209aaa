import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Condition, Filter, FilterAction, FilterRule } from '../dsl/policy.ts';
import type { DesiredRoute } from './desired-state.ts';
import type { FilterVerdict } from './export-filter.ts';
import { evaluateExport } from './export-filter.ts';
import { policyPrefix } from './prefix-index.ts';
import { filter, place, standard } from './testdata/policy-factory.ts';

const EBGP = { localAs: 64512, remoteAs: 64500 };
const IBGP = { localAs: 64512, remoteAs: 64512 };

const route: DesiredRoute = {
  prefix: '198.51.100.10/32',
  addressKind: 'load-balancer-ip',
  aggregate: false,
  range: 'vips',
  attributes: { communities: [standard(64512, 1)], localPref: 150, med: 50, prepend: 2 },
  to: undefined,
  service: 'shop/web',
};

function rule(
  verdict: FilterRule['verdict'],
  condition?: Condition,
  ...actions: readonly FilterAction[]
): Omit<FilterRule, 'at'> {
  return { verdict, condition, actions };
}

function judge(filters: readonly Filter[], session = EBGP, used = route): FilterVerdict {
  const list = { kind: 'filters' as const, at: place('export'), filters: filters.map(({ name }) => name) };
  return evaluateExport(
    list,
    new Map(filters.map((each) => [each.name, each])),
    session,
    used,
    policyPrefix(used.prefix),
  );
}

const add = (low: number): FilterAction => ({ kind: 'add-communities', communities: [standard(64512, low)] });
const has = (low: number): Condition => ({ kind: 'community', community: standard(64512, low) });
const inside = (...prefixes: readonly string[]): Condition => ({
  kind: 'prefix',
  operator: 'in',
  negated: false,
  prefixes,
});

describe('verdicts', () => {
  test('the first deciding rule wins', () => {
    const verdict = judge([filter('f', rule('reject', inside('192.0.2.0/24')), rule('accept'), rule('reject'))]);
    assert.equal(verdict.kind, 'accepted');
    assert.deepEqual(verdict.at, place('filter-f', 3, 3));
  });

  test('`update` changes the route and goes on', () => {
    const verdict = judge([filter('f', rule('update', undefined, add(2)), rule('accept', has(2)))]);
    assert.equal(verdict.kind, 'accepted');
  });

  test('a rejecting rule wins over a later accepting one', () => {
    assert.deepEqual(judge([filter('f', rule('reject', inside('198.51.100.0/24')), rule('accept'))]), {
      kind: 'rejected',
      at: place('filter-f', 2, 3),
    });
  });

  test('what no rule of the first filter decides goes to the next, changed as it is', () => {
    const first = filter('first', rule('update', undefined, add(2)), rule('accept', inside('192.0.2.0/24')));
    const second = filter('second', rule('reject', has(3)), rule('accept', has(2)));
    assert.deepEqual(judge([first, second]).at, place('filter-second', 3, 3));
  });

  test('falling off the end of the last filter rejects', () => {
    assert.deepEqual(judge([filter('f', rule('update', undefined, add(2)))]), { kind: 'rejected', at: undefined });
  });

  test('an unknown filter rejects', () => {
    const list = { kind: 'filters' as const, at: place('export'), filters: ['gone'] };
    assert.equal(evaluateExport(list, new Map(), EBGP, route, policyPrefix(route.prefix)).kind, 'rejected');
  });

  test('`export all` accepts with the attributes of the route, `export nothing` rejects', () => {
    const all = evaluateExport({ kind: 'all' }, new Map(), EBGP, route, policyPrefix(route.prefix));
    assert.equal(all.kind, 'accepted');
    assert.deepEqual(all.kind === 'accepted' && all.attributes.prepend, [64512, 64512]);
    const nothing = evaluateExport({ kind: 'nothing' }, new Map(), EBGP, route, policyPrefix(route.prefix));
    assert.equal(nothing.kind, 'rejected');
  });

  test('a community condition sees what the route was originated with', () => {
    assert.equal(judge([filter('f', rule('accept', has(1)))]).kind, 'accepted');
    assert.equal(judge([filter('f', rule('accept', has(9)))]).kind, 'rejected');
  });

  test('a community that an earlier rule removed is gone', () => {
    const removal: FilterAction = { kind: 'remove-communities', communities: [standard(64512, 1)] };
    const removed = filter('f', rule('update', undefined, removal), rule('reject', has(1)), rule('accept'));
    const verdict = judge([removed]);
    assert.deepEqual(verdict.kind === 'accepted' && verdict.attributes.communities, []);
  });
});

const INSIDE = { kind: 'extended', type: 'generic', administrator: 0x4306_0000, assigned: 5 } as const;

describe('attributes on the wire', () => {
  const wire = (actions: readonly FilterAction[], session = EBGP, used = route): unknown => {
    const verdict = judge([filter('f', rule('accept', undefined, ...actions))], session, used);
    return verdict.kind === 'accepted' ? verdict.attributes : undefined;
  };
  const plain = {
    communities: [standard(64512, 1)],
    localPref: undefined,
    med: 50,
    prepend: [64512, 64512],
    nextHop: undefined,
  };

  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['local-pref is not sent over eBGP', wire([{ kind: 'local-pref', value: 200 }]), plain],
    ['local-pref is sent over iBGP', wire([], IBGP), { ...plain, localPref: 150 }],
    [
      'over iBGP there always is one: 100 where nothing sets it',
      wire([], IBGP, { ...route, attributes: { ...route.attributes, localPref: undefined } }),
      { ...plain, localPref: 100 },
    ],
    [
      'an action overrides the local-pref of the route',
      wire([{ kind: 'local-pref', value: 200 }], IBGP),
      { ...plain, localPref: 200 },
    ],
    [
      'a non-transitive community stays inside the AS',
      wire([{ kind: 'add-communities', communities: [INSIDE] }]),
      plain,
    ],
    [
      'a non-transitive community is sent over iBGP',
      wire([{ kind: 'add-communities', communities: [INSIDE] }], IBGP),
      { ...plain, communities: [standard(64512, 1), INSIDE], localPref: 150 },
    ],
    ['med is sent as set', wire([{ kind: 'med', value: 7 }]), { ...plain, med: 7 }],
    [
      'communities are added once and sorted',
      wire([add(3), add(2), add(3)]),
      { ...plain, communities: [standard(64512, 1), standard(64512, 2), standard(64512, 3)] },
    ],
    [
      'prepend adds the local AS in front',
      wire([{ kind: 'prepend', count: 1 }]),
      { ...plain, prepend: [64512, 64512, 64512] },
    ],
    [
      '`prepend as` puts the first of its list leftmost',
      wire([{ kind: 'prepend-as', path: [64496, 64497] }]),
      { ...plain, prepend: [64496, 64497, 64512, 64512] },
    ],
    [
      'a stated next hop is sent',
      wire([{ kind: 'next-hop', value: { address: '192.0.2.7' } }]),
      { ...plain, nextHop: '192.0.2.7' },
    ],
    [
      'a next hop of the other family changes nothing',
      wire([{ kind: 'next-hop', value: { address: '2001:db8::7' } }]),
      plain,
    ],
    [
      '`next-hop self` takes a stated one back',
      wire([
        { kind: 'next-hop', value: { address: '192.0.2.7' } },
        { kind: 'next-hop', value: 'self' },
      ]),
      plain,
    ],
  ];
  for (const [says, found, expected] of rows) {
    test(says, () => {
      assert.deepEqual(found, expected);
    });
  }
});
