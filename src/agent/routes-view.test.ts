import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPlan, createEngine, snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { desiredRoute } from '../testing/desired.ts';
import { NO_HOLDS } from './holds.ts';
import { renderRoutes, routesToJson } from './routes-view.ts';

const policy = compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.101 as 64500 }
`);
const objects = [10, 11, 12].flatMap((host) => [
  service(`shop/s${host}`, { clusterIPs: [`10.96.0.${host}`], loadBalancerIngress: ingress(`198.51.100.${host}`) }),
  slice(`shop/s${host}`, [ready('worker-1')]),
]);
const plan = buildPlan(createEngine(policy, snapshotOf([...workers(1), ...objects])));
const now = Date.UTC(2026, 0, 1);
const state = {
  now,
  inBird: new Set(['198.51.100.10/32', '198.51.100.99/32']),
  holds: { ...NO_HOLDS, delayed: new Map([['198.51.100.11/32', now + 4_000]]) },
};

test('says below the plan what waits, what BIRD does not have yet, and what it still has', () => {
  const [, ...lines] = renderRoutes(plan, state).split('\n1 route ');
  assert.deepEqual(
    lines.map((line) => line.trim()),
    ['delayed: 198.51.100.11/32 for 4 s', 'not in BIRD yet: 198.51.100.12/32', 'still in BIRD: 198.51.100.99/32'],
  );
});

test('gives for each route in JSON whether BIRD has it, and until when it waits', () => {
  const text = JSON.stringify(routesToJson(plan, state));
  assert.deepEqual(text.match(/"inBird":(true|false)(,"delayedUntil":"[^"]*")?/g), [
    '"inBird":true',
    '"inBird":false,"delayedUntil":"2026-01-01T00:00:04.000Z"',
    '"inBird":false',
  ]);
});

test('tells what `guard` holds from what is late', () => {
  const since = now - 60_000;
  const held = new Map([['198.51.100.99/32', { route: desiredRoute('198.51.100.99/32'), since }]]);
  const guarded = { ...state, holds: { ...NO_HOLDS, held, beyond: new Set(['198.51.100.11/32', '198.51.100.12/32']) } };
  const text = renderRoutes(plan, guarded);
  assert.match(text, /^2 routes beyond `max-routes`: 198\.51\.100\.11\/32, 198\.51\.100\.12\/32$/m);
  assert.match(text, /^1 route held by `max-withdraw`: 198\.51\.100\.99\/32$/m);
  assert.doesNotMatch(text, /not in BIRD yet|still in BIRD/);
  const json = JSON.stringify(routesToJson(plan, guarded));
  assert.match(json, /"held":\[\{"prefix":"198\.51\.100\.99\/32","since":"2025-12-31T23:59:00\.000Z"\}\]/);
  assert.equal(json.match(/"inBird":false,"held":true/g)?.length, 2);
  const drained = { ...guarded, holds: { ...guarded.holds, isWithdrawn: true } };
  assert.match(renderRoutes(plan, drained), /^1 route held by `max-withdraw` and draining: 198\.51\.100\.99\/32$/m);
  assert.match(JSON.stringify(routesToJson(plan, drained)), /"since":"2025-12-31T23:59:00\.000Z","draining":true\}\]/);
});
