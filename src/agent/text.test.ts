import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredRoute, DesiredState } from '../engine/index.ts';
import { compareRoutes, describeRouteChanges } from './describe-changes.ts';
import { quoteNames } from './quote-names.ts';
import { count, renderTable } from './table.ts';
import { renderDuration } from './time-text.ts';

test('renders durations in one unit, rounded down', () => {
  const cases: readonly [seconds: number, text: string][] = [
    [-1, '0 s'],
    [119.9, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ];
  for (const [seconds, text] of cases) assert.equal(renderDuration(seconds * 1000), text);
});

test('counts with the right plural', () => {
  assert.deepEqual(
    [0, 1, 2].map((number) => count(number, 'route')),
    ['0 routes', '1 route', '2 routes'],
  );
});

test('lists at most eight names, sorted', () => {
  assert.equal(quoteNames([]), 'none');
  assert.equal(quoteNames(['b', 'a']), '`a` and `b`');
  assert.match(quoteNames([...'hgfedcbaij']), /^`a`, .*`h` and 2 more$/);
});

test('aligns columns and leaves no space at the end of a line', () => {
  assert.equal(
    renderTable(
      ['A', 'LONG'],
      [
        ['value', ''],
        ['x', 'y'],
      ],
    ),
    'A      LONG\nvalue\nx      y\n',
  );
});

const route = (prefix: string, med?: number): DesiredRoute => ({
  prefix,
  addressKind: 'load-balancer-ip',
  aggregate: false,
  range: 'vips',
  attributes: { communities: [], localPref: undefined, med, prepend: 0 },
  to: undefined,
  service: 'shop/cart',
});

function state(...routes: readonly DesiredRoute[]): DesiredState {
  const speaker = { as: 64512, routerId: '192.0.2.1', listen: { kind: 'off' }, gracefulRestartMs: undefined } as const;
  return { speaker, peers: [], filters: [], ranges: [], routes };
}

test('tells routes that come, go and change apart', () => {
  const before = state(route('198.51.100.1/32'), route('198.51.100.2/32'), route('198.51.100.3/32'));
  const after = state(route('198.51.100.2/32'), route('198.51.100.3/32', 50), route('198.51.100.4/32'));
  assert.equal(
    describeRouteChanges(compareRoutes(before, after)),
    'announced 198.51.100.4/32; withdrawn 198.51.100.1/32; changed 198.51.100.3/32',
  );
});

test('has nothing to tell where nothing changes', () => {
  assert.equal(
    describeRouteChanges(compareRoutes(state(route('198.51.100.1/32')), state(route('198.51.100.1/32')))),
    undefined,
  );
});

test('names eight prefixes of many', () => {
  const many = Array.from({ length: 10 }, (_, index) => route(`198.51.100.${index}/32`));
  assert.match(
    describeRouteChanges(compareRoutes(undefined, state(...many))) ?? '',
    /^announced .*\.7\/32 and 2 more$/,
  );
});
