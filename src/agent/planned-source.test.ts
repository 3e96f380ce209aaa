import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot } from '../engine/index.ts';
import { snapshotOf } from '../engine/index.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import type { LiveSource, LiveStatus } from '../kube/api/index.ts';
import { renderTarget, type SourceObserver, type SourceProblem } from '../kube/index.ts';
import { createLog } from './log.ts';
import { createPlannedSource, type OpenLiveSource } from './planned-source.ts';

const HEAD = 'speaker { as 64512 }\npeer tor { address 192.0.2.1  as 64500 }\n';
const VIPS = compilePolicy(`${HEAD}range vips load-balancer-ip 198.51.100.0/24`);
const EXTERNAL = compilePolicy(`${HEAD}range ext external-ip 203.0.113.0/24`);
const EMPTY = snapshotOf([]);

type Request = Parameters<OpenLiveSource>[0];

/** A planned source over fakes that a test steers, and everything that its observer was told. */
function createHarness() {
  const opened: { request: Request; observer: SourceObserver | undefined; isStopped: boolean }[] = [];
  const snapshots: Snapshot[] = [];
  const problems: SourceProblem[] = [];
  const over: SourceProblem[] = [];
  let changes = 0;
  const open: OpenLiveSource = (request) => {
    const entry: (typeof opened)[number] = { request, observer: undefined, isStopped: false };
    opened.push(entry);
    const status = (): LiveStatus => ({
      server: 'https://192.0.2.10:6443',
      ready: true,
      lastContact: 1,
      unseen: request.plan.unseen,
      watches: request.plan.targets.map((target) => ({
        target,
        state: 'watching',
        synced: true,
        objects: 0,
        version: target.resource === 'services' ? '42' : undefined,
        lastContact: 1,
        lastEvent: undefined,
        lastBookmark: undefined,
        connected: true,
        trouble: undefined,
        counts: { lists: 1, watches: 1, events: 0, bookmarks: 0, changes: 0, bytes: 0, failures: 0, failuresBy: {} },
      })),
    });
    const source: LiveSource = {
      start: (observer) => {
        entry.observer = observer;
      },
      stop: async () => {
        entry.isStopped = true;
      },
      status,
    };
    return source;
  };
  const source = createPlannedSource({
    node: 'worker-1',
    open,
    log: createLog({ format: 'json', level: 'error', color: false, write: () => {} }),
  });
  const start = () =>
    source.start({
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onChanges: () => changes++,
      onProblem: (problem) => problems.push(problem),
      onProblemOver: (problem) => over.push(problem),
    });
  return { source, start, opened, snapshots, problems, over, changes: () => changes };
}

test('asks for what the first policy needs, and tells what and why', () => {
  const { source, start, opened, snapshots } = createHarness();
  source.want([VIPS]);
  assert.equal(opened.length, 0);
  start();
  assert.equal(source.covers(VIPS), false);
  opened[0]?.observer?.onSnapshot(EMPTY);
  assert.equal(source.covers(VIPS), true);
  assert.equal(snapshots.length, 1);
  assert.equal(source.status()?.watches[1]?.what, 'services where spec.type=LoadBalancer');
  assert.equal(source.status()?.watches[1]?.why, 'the policy has ranges for load-balancer-ip');
});

test('goes on with what it reads until what a new policy needs is complete', () => {
  const { source, start, opened, snapshots, changes } = createHarness();
  source.want([VIPS]);
  start();
  opened[0]?.observer?.onSnapshot(EMPTY);
  source.want([EXTERNAL, VIPS]);
  const next = opened[1];
  assert.deepEqual(next?.request.plan.targets.map(renderTarget), [
    'nodes',
    'services',
    'endpointslices.discovery.k8s.io where !service.kubernetes.io/headless',
  ]);
  assert.equal(next?.request.known.services, '42');
  opened[0]?.observer?.onChanges([]);
  assert.equal(changes(), 1);
  assert.equal(source.covers(EXTERNAL), false);
  assert.equal(opened[0]?.isStopped, false);
  next?.observer?.onSnapshot(EMPTY);
  assert.equal(opened[0]?.isStopped, true);
  assert.equal(source.covers(EXTERNAL), true);
  assert.equal(snapshots.length, 2);
});

test('opens nothing for a policy that needs the same', () => {
  const { source, start, opened } = createHarness();
  source.want([VIPS]);
  start();
  opened[0]?.observer?.onSnapshot(EMPTY);
  source.want([VIPS, compilePolicy(`${HEAD}range other load-balancer-ip 203.0.113.0/24`)]);
  assert.equal(opened.length, 1);
});

test('lets go of a second source when the policy that needed it is gone, and of its troubles', () => {
  const { source, start, opened, problems, over } = createHarness();
  source.want([VIPS]);
  start();
  opened[0]?.observer?.onSnapshot(EMPTY);
  source.want([EXTERNAL, VIPS]);
  const trouble = { where: 'services', message: 'no right to list them' };
  opened[1]?.request.onTrouble(trouble);
  assert.deepEqual([problems, over], [[trouble], []]);
  source.want([VIPS]);
  assert.deepEqual(over, [trouble]);
  assert.deepEqual([opened[0]?.isStopped, opened[1]?.isStopped, opened.length], [false, true, 2]);
});

test('tells that troubles are over when all is well again', () => {
  const { source, start, opened, over } = createHarness();
  source.want([VIPS]);
  start();
  const trouble = { where: 'https://192.0.2.10:6443', message: 'the API server does not answer' };
  opened[0]?.request.onTrouble(trouble);
  opened[0]?.request.onRecovered();
  assert.deepEqual(over, [trouble]);
});

test('stops everything that it opened', async () => {
  const { source, start, opened } = createHarness();
  source.want([VIPS]);
  start();
  opened[0]?.observer?.onSnapshot(EMPTY);
  source.want([EXTERNAL]);
  await source.stop();
  assert.deepEqual(
    opened.map(({ isStopped }) => isStopped),
    [true, true],
  );
});
