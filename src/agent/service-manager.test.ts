import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createServiceManager } from './service-manager.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function createHarness(env: Readonly<Record<string, string>>) {
  const clock = createFakeClock();
  const told: (readonly string[])[] = [];
  const failures: string[] = [];
  let status = '2 routes';
  let failure: string | undefined;
  const manager = createServiceManager({
    env,
    clock,
    status: () => status,
    onFailure: (reason) => failures.push(reason),
    tell: async (assignments) => {
      told.push(assignments);
      return failure;
    },
    monotonic: () => 1_234_567n,
  });
  manager.ready();
  const settle = async (milliseconds: number) => {
    await turn();
    clock.advance(milliseconds);
    await turn();
  };
  return {
    clock,
    told,
    failures,
    manager,
    settle,
    set: (text: string) => {
      status = text;
    },
    fail: (reason: string | undefined) => {
      failure = reason;
    },
  };
}

test('tells nobody where systemd did not start the agent', async () => {
  const { told, clock } = createHarness({});
  await turn();
  assert.deepEqual([told, clock.pending()], [[], 0]);
});

test('tells readiness at once, and the status whenever it is another', async () => {
  const { told, settle, set, manager, clock } = createHarness({ NOTIFY_SOCKET: '/run/systemd/notify' });
  await settle(10_000);
  assert.deepEqual(told, [['READY=1', 'STATUS=2 routes']]);
  set('3 routes');
  await settle(10_000);
  assert.deepEqual(told[1], ['READY=1', 'STATUS=3 routes']);
  manager.leave();
  assert.equal(clock.pending(), 0);
});

test('gives a sign of life three times within the limit of the watchdog', async () => {
  const { told, settle } = createHarness({ NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '15000000' });
  for (let beat = 0; beat < 3; beat++) await settle(5_000);
  assert.equal(told.length, 4);
  assert.ok(told.every((assignments) => assignments.includes('WATCHDOG=1') && assignments.includes('READY=1')));
});

test('reports once that systemd cannot be told, and tells it again', async () => {
  const { told, failures, settle, set, fail } = createHarness({ NOTIFY_SOCKET: '/run/systemd/notify' });
  await settle(0);
  fail('spawn systemd-notify ENOENT');
  set('3 routes');
  for (let beat = 0; beat < 3; beat++) await settle(10_000);
  assert.equal(told.length, 4);
  assert.deepEqual(failures, ['spawn systemd-notify ENOENT']);
  fail(undefined);
  for (let beat = 0; beat < 3; beat++) await settle(10_000);
  assert.equal(told.length, 5);
});

test('tells that the policy is read again, and readiness only once that is carried out', async () => {
  const { told, settle, manager } = createHarness({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '60000000' });
  await settle(0);
  told.length = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const reloading = manager.reload(() => promise);
  await settle(10_000);
  assert.deepEqual(told, [['RELOADING=1', 'MONOTONIC_USEC=1234567'], ['WATCHDOG=1']]);
  resolve();
  await reloading;
  assert.deepEqual(told.at(-1), ['READY=1', 'STATUS=2 routes', 'WATCHDOG=1']);
  await settle(10_000);
  assert.deepEqual(told.at(-1), ['READY=1', 'STATUS=2 routes', 'WATCHDOG=1']);
});

test('is ready after the last of several readings, though the status is as it was', async () => {
  const { told, settle, manager } = createHarness({ NOTIFY_SOCKET: '/run/notify' });
  await settle(0);
  told.length = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = manager.reload(() => promise);
  await manager.reload(async () => {});
  assert.equal(told.flat().includes('READY=1'), false);
  resolve();
  await first;
  assert.deepEqual(told.at(-1), ['READY=1', 'STATUS=2 routes']);
});

test('reads the policy again where nobody is to be told', async () => {
  const { told, manager } = createHarness({});
  let isDone = false;
  await manager.reload(async () => {
    isDone = true;
  });
  assert.deepEqual([isDone, told], [true, []]);
});
