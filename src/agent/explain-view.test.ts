import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { desiredRoute } from '../testing/desired.ts';
import { explanationToJson, renderAgentExplanation } from './explain-view.ts';
import { NO_HOLDS } from './holds.ts';

const policy = compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
service shop/cart { advertise-delay 5s }
peer tor-a { address 192.0.2.101 as 64500 }
`);
const objects = [
  service('shop/cart', { clusterIPs: ['10.96.0.1'], loadBalancerIngress: ingress('198.51.100.10') }),
  slice('shop/cart', [ready('worker-1')]),
];
const found = createEngine(policy, snapshotOf([...workers(1), ...objects])).explain({ subject: '198.51.100.10' });
assert.ok(found.kind === 'explanation');
const now = Date.UTC(2026, 0, 1);
const PREFIX = '198.51.100.10/32';
const delayed = { ...NO_HOLDS, delayed: new Map([[PREFIX, now + 3_000]]) };

test('adds for how long a route still waits', () => {
  assert.match(
    renderAgentExplanation(found, delayed, now),
    /advertise-delay is 5 s.*\n198\.51\.100\.10\/32 waits: it is due, and announced in 3 s, as `advertise-delay` says\n$/s,
  );
  assert.match(
    JSON.stringify(explanationToJson(found, delayed)),
    /"waits":\{"reason":"delayed","until":"2026-01-01T00:00:03\.000Z"\}/,
  );
});

test('is the explanation of the engine where nothing waits', () => {
  assert.doesNotMatch(renderAgentExplanation(found, NO_HOLDS, now), /waits/);
  assert.doesNotMatch(JSON.stringify(explanationToJson(found, NO_HOLDS)), /waits/);
});

test('adds that a route waits for an answer of a wait-for', () => {
  const waiting = { ...NO_HOLDS, waiting: new Set([PREFIX]) };
  const line = '198.51.100.10/32 waits: it is due, and announced once every `wait-for` has answered\n';
  assert.ok(renderAgentExplanation(found, waiting, now).endsWith(line));
  assert.match(JSON.stringify(explanationToJson(found, waiting)), /"waits":\{"reason":"waiting"\}/);
});

test('adds that `guard` keeps a route announced, or does not let it be announced', () => {
  const route = desiredRoute(PREFIX);
  const kept = { ...NO_HOLDS, held: new Map([[PREFIX, { route, since: now }]]) };
  assert.match(renderAgentExplanation(found, kept, now), /198\.51\.100\.10\/32 is held: it stays announced/);
  assert.match(
    JSON.stringify(explanationToJson(found, kept)),
    /"held":\{"reason":"held","since":"2026-01-01T00:00:00\.000Z"\}/,
  );
  const drained = { ...kept, isWithdrawn: true };
  assert.match(renderAgentExplanation(found, drained, now), /is held: it comes back with `bellbird undrain`/);
  assert.match(
    JSON.stringify(explanationToJson(found, drained)),
    /"held":\{"reason":"held","since":"[^"]+","draining":true\}/,
  );
  const beyond = { ...NO_HOLDS, beyond: new Set([PREFIX]) };
  assert.match(renderAgentExplanation(found, beyond, now), /198\.51\.100\.10\/32 is held: it is due, and beyond/);
  assert.match(JSON.stringify(explanationToJson(found, beyond)), /"waits":\{"reason":"held"\}/);
});

test('says what is not watched where it might have a part in the answer', () => {
  const unseen = ['only Services of type LoadBalancer are watched: no range is for another kind'];
  assert.ok(renderAgentExplanation(found, NO_HOLDS, now, unseen).endsWith(`\nnote: ${unseen[0]}\n`));
  assert.deepEqual(JSON.parse(JSON.stringify(explanationToJson(found, NO_HOLDS, unseen))).unseen, unseen);
  const service = createEngine(policy, snapshotOf([...workers(1), ...objects])).explain({ subject: 'shop/cart' });
  assert.ok(service.kind === 'explanation');
  const answers = service.entries.filter((entry) => entry.service === 'shop/cart');
  assert.doesNotMatch(renderAgentExplanation({ ...service, entries: answers }, NO_HOLDS, now, unseen), /note:/);
});
