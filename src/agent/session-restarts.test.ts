import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredPeer } from '../engine/index.ts';
import { desiredPeer, desiredState, sessionStatus } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createSessionRestarts, type Sessions, type Stage, sameSessions } from './session-restarts.ts';

const HOLD_MS = 30_000;

function sessions(peers: readonly Partial<DesiredPeer>[], passwords: Readonly<Record<string, string>> = {}): Sessions {
  return { desired: desiredState({ peers: peers.map(desiredPeer) }), passwords: new Map(Object.entries(passwords)) };
}

function setUp(up: readonly string[]) {
  const clock = createFakeClock();
  const established = new Set(up);
  let turns = 0;
  let isTold = true;
  const restarts = createSessionRestarts({
    clock,
    observe: async () =>
      isTold
        ? ['a', 'b', 'c'].map((peer) =>
            sessionStatus({ peer, state: established.has(peer) ? 'established' : 'active' }),
          )
        : undefined,
    onTurn: () => turns++,
  });
  const tell = (told: boolean) => {
    isTold = told;
  };
  return { clock, established, restarts, tell, turns: () => turns };
}

const NAMES = ['a', 'b', 'c'];
const OLD = sessions(NAMES.map((name) => ({ name })));
const NEW = sessions(NAMES.map((name) => ({ name, holdTimeMs: 9_000 })));
const holdTimes = ({ sessions: { desired } }: Stage) => desired.peers.map(({ holdTimeMs }) => holdTimeMs / 1_000);

test('restarts one session after the other, each when the one before is back', async () => {
  const { clock, established, restarts, turns } = setUp(NAMES);
  const first = await restarts.stage(OLD, NEW);
  assert.deepEqual([first.current, first.waiting, holdTimes(first)], ['a', ['b', 'c'], [9, 30, 30]]);
  established.delete('a');
  const still = await restarts.stage(first.sessions, NEW);
  assert.deepEqual([still.current, holdTimes(still)], ['a', [9, 30, 30]]);
  clock.advance(500);
  assert.equal(turns(), 1);
  established.add('a');
  const second = await restarts.stage(still.sessions, NEW);
  assert.deepEqual([second.current, second.waiting, holdTimes(second)], ['b', ['c'], [9, 9, 30]]);
  established.delete('b');
  established.add('b');
  const third = await restarts.stage(second.sessions, NEW);
  assert.deepEqual([third.current, third.waiting, holdTimes(third)], ['c', [], [9, 9, 9]]);
  const last = await restarts.stage(third.sessions, NEW);
  assert.deepEqual([last.current, last.waiting, last.sessions], [undefined, [], NEW]);
});

test('waits for a session that an earlier life restarted, and for no longer than its own', async () => {
  const { clock, restarts } = setUp(['a', 'c']);
  const begun = sessions(NAMES.map((name) => ({ name, ...(name !== 'c' && { holdTimeMs: 9_000 }) })));
  const first = await restarts.stage(begun, NEW, ['a', 'b']);
  assert.deepEqual([first.current, first.waiting, holdTimes(first)], ['b', ['c'], [9, 9, 30]]);
  clock.advance(9_000);
  const second = await restarts.stage(first.sessions, NEW);
  assert.deepEqual([second.current, second.lost, holdTimes(second)], ['c', ['b'], [9, 9, 9]]);
});

test('goes on when the hold time of a session is over, and tells which one is lost', async () => {
  const { clock, established, restarts } = setUp(NAMES);
  const first = await restarts.stage(OLD, NEW);
  established.delete('a');
  clock.advance(HOLD_MS - 1);
  assert.equal((await restarts.stage(first.sessions, NEW)).current, 'a');
  clock.advance(1);
  const second = await restarts.stage(first.sessions, NEW);
  assert.deepEqual([second.current, second.lost], ['b', ['a']]);
});

test('changes sessions that are not up at once', async () => {
  const { restarts } = setUp(['c']);
  const stage = await restarts.stage(OLD, NEW);
  assert.deepEqual([stage.current, stage.waiting, holdTimes(stage)], ['c', [], [9, 9, 9]]);
});

test('takes every session for one that is up while BIRD does not tell', async () => {
  const { restarts, tell } = setUp([]);
  tell(false);
  const stage = await restarts.stage(OLD, NEW);
  assert.deepEqual([stage.current, stage.waiting], ['a', ['b', 'c']]);
});

test('does not wait where nothing restarts, where nothing is known, or where the socket is another', async () => {
  const { restarts } = setUp(NAMES);
  assert.equal((await restarts.stage(OLD, OLD)).sessions, OLD);
  assert.equal((await restarts.stage(undefined, NEW)).sessions, NEW);
  const { speaker } = NEW.desired;
  const moved = { ...NEW, desired: { ...NEW.desired, speaker: { ...speaker, listen: { kind: 'off' } as const } } };
  const stage = await restarts.stage(OLD, moved);
  assert.deepEqual([stage.sessions, stage.replace], [moved, true]);
});

test('restarts all at once where one that comes needs the socket of the others on all addresses', async () => {
  const { restarts } = setUp(NAMES);
  const off = { ...desiredState().speaker, listen: { kind: 'off' as const } };
  const bound = (source: string | undefined): Sessions => ({
    passwords: new Map(),
    desired: desiredState({ speaker: off, peers: NAMES.map((name) => desiredPeer({ name, source })) }),
  });
  const stage = await restarts.stage(bound('127.0.0.1'), bound(undefined));
  assert.deepEqual([stage.waiting, stage.replace], [[], true]);
  assert.equal((await restarts.stage(OLD, NEW)).replace, false);
});

test('keeps the old password of a session that waits, and the new one of no other', async () => {
  const { restarts } = setUp(NAMES);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const password = { kind: 'secret', namespace: 'bgp', name: 'fabric', key: 'tor', at } as const;
  const peers = NAMES.map((name) => ({ name, password }));
  const before = sessions(peers, { a: 'old', b: 'old', c: 'old' });
  const stage = await restarts.stage(before, sessions(peers, { a: 'new', b: 'new', c: 'old' }));
  assert.deepEqual([stage.current, stage.waiting], ['a', ['b']]);
  assert.deepEqual(Object.fromEntries(stage.sessions.passwords), { a: 'new', b: 'old', c: 'old' });
});

test('keeps the filters that only waiting sessions name', async () => {
  const { restarts } = setUp(NAMES);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const exports = (name: string) => ({ kind: 'filters', at, filters: [name] }) as const;
  const state = (filter: string, holdTimeMs: number): Sessions => ({
    desired: desiredState({
      peers: ['a', 'b'].map((name) => desiredPeer({ name, holdTimeMs, export: exports(filter) })),
      filters: [{ name: filter, at, rules: [] }],
    }),
    passwords: new Map(),
  });
  const { sessions: staged } = await restarts.stage(state('old', HOLD_MS), state('new', 9_000));
  assert.deepEqual(
    staged.desired.filters.map(({ name }) => name),
    ['new', 'old'],
  );
});

test('lets a peer go, or lose its password, without waiting for anybody', async () => {
  const { restarts } = setUp(NAMES);
  const without = sessions([{ name: 'a' }]);
  assert.equal((await restarts.stage(OLD, without)).sessions, without);
});

test('knows equal sessions without comparing them, and a password that is another', () => {
  const wanted = { ...OLD, desired: { ...OLD.desired, routes: [] } };
  assert.equal(sameSessions(OLD, wanted), true);
  assert.equal(sameSessions(OLD, NEW), false);
  assert.equal(sameSessions(OLD, { ...wanted, passwords: new Map([['a', 'rosebud']]) }), false);
});

test('waits no longer for a session that is removed', async () => {
  const { restarts } = setUp(NAMES);
  const first = await restarts.stage(OLD, NEW);
  assert.equal(first.current, 'a');
  const without = sessions([
    { name: 'b', holdTimeMs: 9_000 },
    { name: 'c', holdTimeMs: 9_000 },
  ]);
  const next = await restarts.stage(first.sessions, without);
  assert.deepEqual([next.current, next.waiting, next.lost], ['b', ['c'], []]);
});
