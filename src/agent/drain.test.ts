import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { desiredRoute, desiredState } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createDrain } from './drain.ts';

const root = mkdtempSync(join(tmpdir(), 'bellbird-drain-'));
after(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, 'state-'));
const STATE = desiredState({ routes: [desiredRoute('198.51.100.10/32'), desiredRoute('198.51.100.11/32')] });

test('leaves a node that is not drained as it is', () => {
  const drain = createDrain(folder(), createFakeClock());
  assert.equal(drain.apply(STATE), STATE);
  assert.equal(drain.end(), false);
});

test('sends routes with graceful-shutdown first, withdraws them then, and gives them back', () => {
  const [clock, state] = [createFakeClock(), folder()];
  const drain = createDrain(state, clock);
  let changes = 0;
  drain.onChange = () => changes++;
  drain.begin(10_000);
  const [first, second] = drain.apply(STATE).routes;
  const shutdown = { kind: 'standard', high: 65_535, low: 0 };
  assert.deepEqual([first?.attributes.communities, first?.attributes.localPref], [[shutdown], 0]);
  assert.equal(drain.apply(STATE).routes[1], second, 'an unchanged route stays the same object');
  assert.equal(changes, 1);
  clock.advance(10_000);
  assert.equal(changes, 2);
  assert.deepEqual(drain.apply(STATE).routes, []);
  assert.equal(drain.end(), true);
  assert.equal(drain.apply(STATE), STATE);
  assert.equal(createDrain(state, clock).view(), undefined);
});

test('withdraws them in the end also where the wall clock is behind when the time is over', () => {
  const clock = createFakeClock();
  let behind = 0;
  const drain = createDrain(folder(), { ...clock, now: () => clock.now() - behind });
  let changes = 0;
  drain.onChange = () => changes++;
  drain.begin(10_000);
  behind = 1;
  clock.advance(10_000);
  assert.equal(drain.stage(), 'leaving');
  changes = 0;
  clock.advance(1);
  assert.deepEqual([changes, drain.stage()], [1, 'withdrawn']);
});

test('outlives the agent, with what is left of the wait', () => {
  const [clock, state] = [createFakeClock(), folder()];
  createDrain(state, clock).begin(10_000);
  assert.equal(statSync(join(state, 'drain.json')).mode & 0o777, 0o600);
  clock.advance(4_000);
  const next = createDrain(state, clock);
  let changes = 0;
  next.onChange = () => changes++;
  assert.equal(next.apply(STATE).routes.length, 2);
  clock.advance(6_000);
  assert.deepEqual([changes, next.apply(STATE).routes.length], [1, 0]);
});

test('writes its file in one step, so that nobody ever reads half of it', () => {
  const [clock, state] = [createFakeClock(), folder()];
  const drain = createDrain(state, clock);
  drain.begin(10_000);
  // Another name for the file itself, whatever stands in its place later.
  linkSync(join(state, 'drain.json'), join(state, 'before'));
  const text = readFileSync(join(state, 'before'), 'utf8');
  drain.begin(0);
  assert.equal(readFileSync(join(state, 'before'), 'utf8'), text);
  assert.notEqual(readFileSync(join(state, 'drain.json'), 'utf8'), text);
  assert.deepEqual(readdirSync(state).sort(), ['before', 'drain.json']);
});

test('stays as it was where the file cannot be written', () => {
  const [clock, state] = [createFakeClock(), folder()];
  const drain = createDrain(state, clock);
  mkdirSync(join(state, 'drain.json'));
  assert.throws(() => drain.begin(10_000));
  assert.equal(drain.apply(STATE), STATE);
  assert.deepEqual(readdirSync(state), ['drain.json']);
});

test('stays drained where the file cannot be read', () => {
  const state = folder();
  mkdirSync(join(state, 'drain.json'));
  assert.equal(createDrain(state, createFakeClock()).stage(), 'withdrawn');
});

test('stays drained where the file is damaged', () => {
  const state = folder();
  writeFileSync(join(state, 'drain.json'), '{"since":');
  assert.deepEqual(createDrain(state, createFakeClock()).apply(STATE).routes, []);
});

test('only ever brings the withdrawal forward when it is asked for again', () => {
  const clock = createFakeClock();
  const drain = createDrain(folder(), clock);
  const { since } = drain.begin(10_000);
  clock.advance(1_000);
  assert.deepEqual(drain.begin(60_000), { since, withdrawAt: since + 10_000 });
  assert.deepEqual(drain.begin(0), { since, withdrawAt: since + 1_000 });
  assert.deepEqual(drain.apply(STATE).routes, []);
});
