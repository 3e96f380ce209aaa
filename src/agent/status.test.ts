import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStatus } from './render-status.ts';
import { type AgentStatus, statusToJson, type WatchStatus } from './status.ts';

const now = Date.UTC(2026, 10, 21, 20, 15, 3);
const minutes = (number: number) => now - number * 60_000;

const WELL: AgentStatus = {
  now,
  node: 'worker-1',
  version: '0.1.0',
  pid: 1234,
  startedAt: minutes(200),
  policy: {
    entries: ['/etc/bellbird'],
    files: ['/etc/bellbird/edge.bell'],
    loadedAt: minutes(41),
    origin: 'disk',
    refused: undefined,
  },
  cluster: {
    source: '/lab/cluster',
    isComplete: true,
    lastChangeAt: now - 12_000,
    nodes: 3,
    services: 1,
    endpointSlices: 2,
    live: undefined,
    recalledFrom: undefined,
  },
  bird: {
    isRunning: true,
    version: '2.17.5',
    pid: 1240,
    startedAt: minutes(4320),
    how: 'adopted',
    configuredAt: minutes(3),
  },
  sessions: { established: 2, total: 2 },
  routes: { advertised: 12, withheld: { 'prefix-excluded': 1, 'no-local-endpoint': 3 }, waiting: {}, held: [] },
  excluded: undefined,
  problems: [],
};

const ILL: AgentStatus = {
  ...WELL,
  policy: { ...WELL.policy, origin: 'last-good', refused: { at: minutes(16), reason: '2 errors' } },
  cluster: { ...WELL.cluster, isComplete: false },
  bird: { ...WELL.bird, isRunning: false },
  sessions: { established: 0, total: 2 },
  excluded: { reason: 'node-excluded', at: 'edge.bell:9:1' },
  problems: [
    { code: 'policy-refused', message: 'the policy files are refused', since: minutes(16) },
    { code: 'session-down', message: 'the session with `tor-a` is active', since: now - 30_000 },
  ],
};

test('says on one line each how everything is', () => {
  assert.equal(
    renderStatus(WELL),
    `node      worker-1
agent     bellbird 0.1.0, pid 1234, up 3 h
policy    /etc/bellbird/edge.bell, loaded 2026-11-21 19:34:03Z (41 min ago)
cluster   /lab/cluster, 3 nodes, 1 service, 2 endpoint slices, last change 2026-11-21 20:14:51Z (12 s ago)
bird      BIRD 2.17.5, pid 1240, up 3 d, adopted, configured 2026-11-21 20:12:03Z (3 min ago)
sessions  2 of 2 established
routes    12 advertised, 4 withheld (no-local-endpoint 3, prefix-excluded 1)
problems  none
`,
  );
});

test('names the statement that excludes the node, what became of the files, and every problem since when', () => {
  assert.equal(
    renderStatus(ILL),
    `node      worker-1: advertises nothing, node-excluded by edge.bell:9:1
agent     bellbird 0.1.0, pid 1234, up 3 h
policy    /etc/bellbird/edge.bell, as it was last applied, loaded 2026-11-21 19:34:03Z (41 min ago)
          the files on disk are refused since 2026-11-21 19:59:03Z (16 min ago): 2 errors
cluster   /lab/cluster, not complete yet
bird      not running
sessions  0 of 2 established
routes    12 advertised, 4 withheld (no-local-endpoint 3, prefix-excluded 1)
problems  policy-refused: the policy files are refused (since 2026-11-21 19:59:03Z (16 min ago))
          session-down: the session with \`tor-a\` is active (since 2026-11-21 20:14:33Z (30 s ago))
`,
  );
});

test('tells a BIRD that does not answer from one that does not run', () => {
  const birdLine = (bird: Partial<AgentStatus['bird']>) =>
    /^bird +(.*)$/m.exec(renderStatus({ ...WELL, bird: { ...WELL.bird, ...bird } }))?.[1];
  assert.equal(birdLine({ isSilent: true }), 'does not answer, pid 1240');
  assert.equal(birdLine({ isRunning: false, isSilent: true, pid: undefined }), 'does not answer');
  assert.equal(birdLine({ isRunning: false }), 'not running');
});

test('writes null in JSON for what is known to be absent', () => {
  assert.deepEqual(statusToJson({ ...WELL, bird: { ...ILL.bird, version: undefined, pid: undefined } }), {
    apiVersion: 'bellbird/v1',
    kind: 'Status',
    node: 'worker-1',
    agent: { version: '0.1.0', pid: 1234, startedAt: '2026-11-21T16:55:03.000Z' },
    policy: {
      entries: ['/etc/bellbird'],
      files: ['/etc/bellbird/edge.bell'],
      loadedAt: '2026-11-21T19:34:03.000Z',
      origin: 'disk',
      refused: null,
    },
    cluster: {
      source: '/lab/cluster',
      complete: true,
      lastChangeAt: '2026-11-21T20:14:51.000Z',
      objects: { nodes: 3, services: 1, endpointSlices: 2 },
      recalledFrom: null,
      live: null,
    },
    bird: {
      running: false,
      answers: false,
      version: null,
      pid: null,
      startedAt: '2026-11-18T20:15:03.000Z',
      how: 'adopted',
      configuredAt: '2026-11-21T20:12:03.000Z',
    },
    sessions: { established: 2, total: 2 },
    routes: { advertised: 12, withheld: { 'prefix-excluded': 1, 'no-local-endpoint': 3 }, waiting: {}, held: [] },
    excluded: null,
    drain: null,
    problems: [],
  });
});

test('says how many routes wait', () => {
  const status = { ...WELL, routes: { ...WELL.routes, waiting: { delayed: 2 } } };
  assert.match(
    renderStatus(status),
    /^routes {4}12 advertised, 4 withheld \(no-local-endpoint 3, prefix-excluded 1\), 2 waiting \(delayed 2\)$/m,
  );
});

function watch(given: Pick<WatchStatus, 'what' | 'why' | 'objects'> & Partial<WatchStatus>): WatchStatus {
  return {
    resource: given.what,
    namespace: undefined,
    isConnected: true,
    lastContactAt: now - 40_000,
    lastEventAt: undefined,
    lastBookmarkAt: now - 45_000,
    trouble: undefined,
    counts: { lists: 1, watches: 1, events: 0, bookmarks: 1, changes: 0, bytes: 1_000, failuresBy: {} },
    ...given,
  };
}

test('says of each watch when it last heard anything, for machines', () => {
  const watches = [watch({ what: 'services', why: 'the policy has ranges', objects: 5 })];
  const live = { server: 'https://192.0.2.10:6443', lastContactAt: now - 40_000, watches, unseen: [] };
  const json: unknown = JSON.parse(JSON.stringify(statusToJson({ ...WELL, cluster: { ...WELL.cluster, live } })));
  assert.partialDeepStrictEqual(json, {
    cluster: {
      live: {
        watches: [
          {
            what: 'services',
            why: 'the policy has ranges',
            objects: 5,
            connected: true,
            lastContactAt: '2026-11-21T20:14:23.000Z',
            lastEventAt: null,
            lastBookmarkAt: '2026-11-21T20:14:18.000Z',
            trouble: null,
          },
        ],
      },
    },
  });
});

test('says what is watched of a live cluster, why, and when it was last heard from', () => {
  const live = {
    server: 'https://192.0.2.10:6443',
    lastContactAt: now - 40_000,
    watches: [
      watch({ what: 'services', why: 'the policy has ranges', objects: 5 }),
      watch({ what: 'nodes', why: 'every node is looked at', objects: 3, trouble: 'HTTP 403: no right' }),
    ],
    unseen: ['no EndpointSlice is watched: no decision depends on endpoints'],
  };
  const cluster = { ...WELL.cluster, source: 'kube', live, recalledFrom: minutes(5) };
  const lines = renderStatus({ ...WELL, cluster }).split('\n');
  assert.deepEqual(lines.slice(3, 8), [
    'cluster   kube, 3 nodes, 1 service, 2 endpoint slices, last change 2026-11-21 20:14:51Z (12 s ago), as it was saved 2026-11-21 20:10:03Z (5 min ago)',
    '          https://192.0.2.10:6443, last heard from 2026-11-21 20:14:23Z (40 s ago)',
    '          watching services: 5, because the policy has ranges',
    '          watching nodes: 3, because every node is looked at; HTTP 403: no right',
    '          no EndpointSlice is watched: no decision depends on endpoints',
  ]);
});

test('lists the routes that guard holds below the numbers', () => {
  const held = Array.from({ length: 10 }, (_, host) => ({ prefix: `198.51.100.${host}/32`, since: WELL.now - 60_000 }));
  const status = { ...WELL, routes: { ...WELL.routes, waiting: { held: 3 }, held } };
  assert.match(
    renderStatus(status),
    /3 waiting \(held 3\)\n {10}10 held by guard since .* 198\.51\.100\.7\/32 and 2 more; `bellbird confirm`$/m,
  );
});

test('tells which routes that guard holds are withdrawn because the node is drained', () => {
  const held = [{ prefix: '198.51.100.1/32', since: WELL.now - 60_000, draining: true }] as const;
  const status = { ...WELL, routes: { ...WELL.routes, held } };
  assert.match(
    renderStatus(status),
    /1 held by guard since .*, withdrawn until `bellbird undrain`: 198\.51\.100\.1\/32; `bellbird confirm`$/m,
  );
  assert.match(
    JSON.stringify(statusToJson(status)),
    /"held":\[\{"prefix":"198\.51\.100\.1\/32","since":"[^"]+Z","draining":true\}\]/,
  );
});
