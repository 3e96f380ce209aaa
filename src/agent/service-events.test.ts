import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredRoute, DesiredState, NodeDecisions } from '../engine/index.ts';
import type { ServiceEvent } from '../kube/index.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { createServiceEvents, GATHER_MS, GIVE_UP_MS, QUIET_MS } from './service-events.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const route = (prefix: string, service: string | undefined): DesiredRoute => ({
  prefix,
  addressKind: 'load-balancer-ip',
  aggregate: service === undefined,
  range: 'vips',
  attributes: { communities: [], localPref: undefined, med: undefined, prepend: 0 },
  to: undefined,
  service,
});

const state = (...routes: readonly DesiredRoute[]): Pick<DesiredState, 'routes'> => ({ routes });
const CART = route('198.51.100.10/32', 'shop/cart');
const CART6 = route('2001:db8::10/128', 'shop/cart');
const NOTHING: Pick<NodeDecisions, 'withheld'> = { withheld: [] };
const NO_ENDPOINT: Pick<NodeDecisions, 'withheld'> = {
  withheld: [
    {
      prefix: CART.prefix,
      addressKind: 'load-balancer-ip',
      service: undefined,
      range: 'vips',
      reason: 'no-local-endpoint',
      at: { path: 'edge.bell', line: 1, column: 1 },
    },
  ],
};

function createHarness() {
  const clock = createFakeClock();
  const written: ServiceEvent[] = [];
  const outcomes: string[] = [];
  const lines: string[] = [];
  let failure: string | undefined;
  const events = createServiceEvents({
    node: 'worker-1',
    writer: {
      write: async (event) => {
        written.push(event);
        return failure;
      },
      close: async () => {},
    },
    clock,
    log: createLog({ format: 'text', level: 'info', color: false, write: (line) => lines.push(line.slice(13)) }),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  const settle = async (milliseconds: number) => {
    clock.advance(milliseconds);
    for (let round = 0; round < 4; round++) await turn();
  };
  return {
    clock,
    events,
    written,
    outcomes,
    lines,
    settle,
    fail: (reason: string | undefined) => {
      failure = reason;
    },
  };
}

test('says which addresses of a service the node announces, in one Event', async () => {
  const { events, written, outcomes, settle, clock } = createHarness();
  const at = clock.now();
  events.applied(undefined, state(CART, CART6), NOTHING);
  await settle(GATHER_MS);
  assert.deepEqual(written, [
    {
      namespace: 'shop',
      name: 'cart',
      node: 'worker-1',
      reason: 'nodeAssigned',
      message: 'announcing from node "worker-1" with protocol "bgp": 198.51.100.10/32, 2001:db8::10/128',
      firstAt: at,
      lastAt: at,
      count: 2,
    },
  ]);
  assert.deepEqual(outcomes, ['written']);
  assert.equal(clock.pending(), 0);
});

test('says why a node announces an address no longer', async () => {
  const { events, written, settle } = createHarness();
  events.applied(state(CART), state(), NO_ENDPOINT);
  await settle(GATHER_MS);
  assert.deepEqual(
    written.map(({ reason, message }) => [reason, message]),
    [['nodeUnassigned', 'no longer announcing from node "worker-1": 198.51.100.10/32 (no-local-endpoint)']],
  );
});

test('says nothing of aggregates, nor of what stays as it is', async () => {
  const { events, written, settle, clock } = createHarness();
  events.applied(state(CART), state(CART, route('198.51.100.0/24', undefined)), NOTHING);
  await settle(QUIET_MS);
  assert.deepEqual([written, clock.pending()], [[], 0]);
});

test('gathers what flaps into one Event with a count', async () => {
  const { events, written, settle } = createHarness();
  events.applied(undefined, state(CART), NOTHING);
  await settle(GATHER_MS);
  for (let round = 0; round < 10; round++) {
    events.applied(state(CART), state(), NO_ENDPOINT);
    events.applied(state(), state(CART), NOTHING);
    await settle(5_000);
  }
  assert.equal(written.length, 1);
  await settle(QUIET_MS);
  assert.deepEqual(
    written.map(({ reason, count }) => [reason, count]),
    [
      ['nodeAssigned', 1],
      ['nodeAssigned', 20],
    ],
  );
});

test('writes many at a measured pace, and gives up on a whole cluster at once', async () => {
  const { events, written, outcomes, settle } = createHarness();
  const routes = Array.from({ length: 600 }, (_, index) =>
    route(`10.0.${index >> 8}.${index & 255}/32`, `shop/s${index}`),
  );
  events.applied(undefined, state(...routes), NOTHING);
  assert.equal(outcomes.filter((outcome) => outcome === 'dropped').length, 100);
  await settle(GATHER_MS);
  const [first] = written.splice(0);
  assert.equal(first?.name, 's0');
  for (let second = 0; second < 10; second++) await settle(1_000);
  assert.ok(written.length <= 85, String(written.length));
  assert.ok(written.length >= 5, String(written.length));
});

test('warns once where Events cannot be written, waits, and tries again', async () => {
  const { events, written, lines, outcomes, settle, fail } = createHarness();
  fail('HTTP 403: events is forbidden');
  events.applied(undefined, state(CART), NOTHING);
  await settle(GATHER_MS);
  const pay = route('198.51.100.11/32', 'shop/pay');
  events.applied(state(), state(pay), NOTHING);
  await settle(GIVE_UP_MS);
  events.applied(state(), state(pay), NOTHING);
  await settle(GATHER_MS);
  assert.deepEqual(lines, [
    'warn  Events on Services cannot be written: HTTP 403: events is forbidden; routes do not depend on it, and nothing more is said of it until it works\n',
  ]);
  assert.deepEqual(outcomes, ['failed', 'dropped', 'failed']);
  assert.deepEqual(
    written.map(({ name }) => name),
    ['cart', 'pay'],
  );
});

test('writes nothing after the end', async () => {
  const { events, written, settle, clock } = createHarness();
  events.applied(undefined, state(CART), NOTHING);
  await events.stop();
  events.applied(undefined, state(CART), NOTHING);
  await settle(QUIET_MS);
  assert.deepEqual([written, clock.pending()], [[], 0]);
});
