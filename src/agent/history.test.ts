import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingress, service } from '../engine/testdata/cluster-factory.ts';
import { desiredRoute, desiredState } from '../testing/desired.ts';
import { createHistory, historyToJson, renderHistory } from './history.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const state = (...hosts: readonly number[]) =>
  desiredState({ routes: hosts.map((host) => desiredRoute(`198.51.100.${host}/32`)) });
const CART = service('shop/cart', { loadBalancerIngress: ingress('198.51.100.10') });

test('remembers changes with their causes, the last first', () => {
  const history = createHistory(() => NOW);
  history.because('the agent started');
  history.begin();
  history.applied(undefined, state(10), []);
  history.becauseOf([
    { kind: 'upserted', object: CART },
    { kind: 'deleted', objectKind: 'EndpointSlice', key: 'shop/web-1' },
    { kind: 'upserted', object: CART },
  ]);
  history.begin();
  history.applied(state(10), state(11), [{ peer: 'tor-a', why: ['password'] }]);
  const [last, first] = history.list();
  assert.deepEqual(last?.causes, ['Service shop/cart', 'EndpointSlice shop/web-1 deleted']);
  assert.deepEqual([first?.causes, first?.announced.count], [['the agent started'], 1]);
  assert.equal(
    renderHistory(history.list()),
    `2026-01-01 12:00:00Z  the agent started
  announced 198.51.100.10/32
2026-01-01 12:00:00Z  Service shop/cart, EndpointSlice shop/web-1 deleted
  announced 198.51.100.11/32
  withdrawn 198.51.100.10/32
  the session with tor-a restarted: password
`,
  );
  assert.match(
    JSON.stringify(historyToJson('worker-1', history.list())),
    /^\{"apiVersion":"bellbird\/v1","kind":"History"/,
  );
});

test('forgets causes of which nothing came', () => {
  const history = createHistory(() => NOW);
  history.becauseOf([{ kind: 'upserted', object: CART }]);
  history.begin();
  history.applied(state(10), state(10), []);
  assert.equal(renderHistory(history.list()), 'nothing was changed since the agent started\n');
  history.because('the policy files');
  history.begin();
  history.applied(state(10), state(), []);
  assert.deepEqual(history.list()[0]?.causes, ['the policy files']);
});

test('counts what happens while BIRD takes a state among the causes of the next one', () => {
  const history = createHistory(() => NOW);
  history.because('the policy files');
  history.begin();
  history.because('a drain');
  history.applied(state(10), state(11), []);
  history.begin();
  history.applied(state(11), state(), []);
  assert.deepEqual(
    history.list().map(({ causes }) => causes),
    [['a drain'], ['the policy files']],
  );
});

test('forgets causes for which BIRD had nothing to do', () => {
  const history = createHistory(() => NOW);
  history.becauseOf([{ kind: 'upserted', object: CART }]);
  history.begin();
  history.unchanged();
  history.because('the policy files');
  history.begin();
  history.applied(state(10), state(), []);
  assert.deepEqual(
    history.list().map(({ causes }) => causes),
    [['the policy files']],
  );
});

test('keeps the causes of a state that BIRD did not take', () => {
  const history = createHistory(() => NOW);
  history.because('the policy files');
  history.begin();
  history.begin();
  history.applied(state(10), state(11), []);
  assert.deepEqual(history.list()[0]?.causes, ['the policy files']);
});

test('keeps numbers, and not everything there was', () => {
  const history = createHistory(() => NOW);
  for (let turn = 0; turn < 300; turn++) {
    for (let cause = 0; cause < 20; cause++) history.because(`cause ${cause}`);
    history.begin();
    history.applied(state(), state(...Array.from({ length: 50 }, (_, host) => host)), []);
  }
  const [last] = history.list();
  assert.equal(history.list().length, 200);
  assert.deepEqual([last?.announced.count, last?.announced.first.length, last?.causes.length], [50, 8, 9]);
  assert.match(renderHistory(history.list()), /cause 7, 12 more\n {2}announced .*198\.51\.100\.7\/32 and 42 more\n$/);
});
