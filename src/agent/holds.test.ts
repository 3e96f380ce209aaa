import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DesiredState } from '../engine/index.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { desiredRoute, desiredState } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createDrain } from './drain.ts';
import { createHolds, type HeldState } from './holds.ts';

const POLICY = compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.101 as 64500 }
guard { max-withdraw 50% within 10s }
`);
const HOUR_MS = 3_600_000;
const DECISIONS = { node: 'worker-1', excluded: undefined, routes: [], desired: [], withheld: [] };

const prefixes = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `198.51.100.${from + index}/32`);

/** The holds of a node that can be drained, with what BIRD was last given. */
function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-holds-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = createFakeClock();
  const drain = createDrain(folder, clock);
  const holds = createHolds({ clock, askUrl: async () => undefined, drain }, () => {});
  let before: DesiredState | undefined;
  /** The cluster asks for these routes; the last one that is given is what BIRD refuses to take. */
  const want = async (due: readonly string[], isTaken = true): Promise<HeldState> => {
    const wanted = desiredState({ routes: due.map((prefix) => desiredRoute(prefix)) });
    const plan = { isKnown: true, decisions: DECISIONS, sessions: { speaker: undefined, peers: [], problems: [] } };
    const announced = async () => new Set(before?.routes.map(({ prefix }) => prefix));
    const held = await holds.hold({
      policy: POLICY,
      plan: { ...plan, desired: wanted, problems: [] },
      wanted,
      announced,
      before,
    });
    if (!isTaken) return held;
    held.done();
    before = held.desired;
    return held;
  };
  return { clock, drain, holds, want };
}

const announcedOf = ({ desired }: HeldState) => desired.routes.map(({ prefix }) => prefix);
/** Prefixes that are sent with `graceful-shutdown`. */
const leavingOf = ({ desired }: HeldState) =>
  desired.routes.flatMap(({ prefix, attributes: { communities, localPref } }) =>
    communities.length === 1 && localPref === 0 ? prefix : [],
  );

test('a drain sends held routes with graceful-shutdown like all others, withdraws them then, and gives them back', async (t) => {
  const { clock, drain, want } = setUp(t);
  await want(prefixes(10, 49));
  assert.equal((await want(prefixes(10, 14))).held.size, 35);
  drain.begin(10_000);
  const leaving = await want(prefixes(10, 14));
  assert.deepEqual(leavingOf(leaving), prefixes(10, 49));
  assert.deepEqual([leaving.held.size, [...leaving.draining], leaving.isWithdrawn], [35, prefixes(10, 14), false]);
  clock.advance(10_000);
  const withdrawn = await want(prefixes(10, 14));
  assert.deepEqual(announcedOf(withdrawn), []);
  assert.deepEqual([withdrawn.held.size, withdrawn.isWithdrawn], [35, true]);
  drain.end();
  const back = await want(prefixes(10, 14));
  assert.deepEqual([announcedOf(back), leavingOf(back)], [prefixes(10, 49), []]);
  assert.deepEqual([back.held.size, back.draining.size, back.isWithdrawn], [35, 0, false]);
});

test('what is confirmed while the node is drained does not come back', async (t) => {
  const { drain, holds, want } = setUp(t);
  await want(prefixes(10, 49));
  await want(prefixes(10, 14));
  drain.begin(0);
  await want(prefixes(10, 14));
  assert.equal(holds.confirm().length, 35);
  assert.equal((await want(prefixes(10, 14))).held.size, 0);
  drain.end();
  assert.deepEqual(announcedOf(await want(prefixes(10, 14))), prefixes(10, 14));
});

test('a held route that is due again while the node is drained comes back as it is then', async (t) => {
  const { drain, want } = setUp(t);
  await want(prefixes(10, 49));
  await want(prefixes(10, 14));
  drain.begin(0);
  await want(prefixes(10, 15));
  drain.end();
  const back = await want(prefixes(10, 15));
  assert.deepEqual(
    [back.held.size, back.held.has('198.51.100.15/32'), announcedOf(back)],
    [34, false, prefixes(10, 49)],
  );
});

test('routes that still leave are held as ever, and such that are withdrawn already are not', async (t) => {
  const { clock, drain, want } = setUp(t);
  await want(prefixes(10, 49));
  drain.begin(10_000);
  const leaving = await want(prefixes(10, 29).slice(0, 5));
  assert.deepEqual([leaving.held.size, leavingOf(leaving)], [35, prefixes(10, 49)]);
  clock.advance(10_000);
  await want(prefixes(10, 49));
  assert.equal((await want(prefixes(10, 14))).held.size, 0);
  drain.end();
  assert.deepEqual(announcedOf(await want(prefixes(10, 14))), prefixes(10, 14));
});

test('after a long drain the share is one of what the node would have announced', async (t) => {
  const { clock, drain, want } = setUp(t);
  await want(prefixes(10, 49));
  drain.begin(0);
  await want(prefixes(10, 49));
  clock.advance(HOUR_MS);
  await want(prefixes(10, 49));
  clock.advance(HOUR_MS);
  drain.end();
  await want(prefixes(10, 49));
  const few = await want(prefixes(10, 37));
  assert.deepEqual([few.held.size, announcedOf(few)], [0, prefixes(10, 37)], '12 of 40');
  assert.equal((await want(prefixes(10, 28))).held.size, 9, '21 of 40');
});

test('withdrawals while the node is drained are no measure for those after it', async (t) => {
  const { drain, want } = setUp(t);
  await want(prefixes(10, 49));
  drain.begin(0);
  await want(prefixes(10, 49));
  await want(prefixes(10, 29));
  drain.end();
  await want(prefixes(10, 29));
  assert.equal((await want(prefixes(10, 18))).held.size, 0, '11 after the drain');
});

test('what BIRD did not take of an end of the drain is asked for again', async (t) => {
  const { drain, want } = setUp(t);
  await want(prefixes(10, 49));
  await want(prefixes(10, 14));
  drain.begin(0);
  await want(prefixes(10, 14));
  drain.end();
  await want(prefixes(10, 14), false);
  assert.deepEqual(announcedOf(await want(prefixes(10, 14))), prefixes(10, 49));
});
