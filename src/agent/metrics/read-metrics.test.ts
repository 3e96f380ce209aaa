import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredPeer, DesiredRoute, DesiredState } from '../../engine/index.ts';
import { desiredPeer, sessionStatus } from '../../testing/desired.ts';
import type { AgentStatus, WatchStatus } from '../status.ts';
import { METRICS, type MetricDefinition, type Sample } from './catalogue.ts';
import { hashPolicy } from './policy-hash.ts';
import { type MetricsParts, readMetrics } from './read-metrics.ts';

const now = Date.UTC(2026, 10, 21, 20, 15, 0);
const seconds = (number: number) => now - number * 1_000;

const PEER = desiredPeer({ address: '192.0.2.1', port: 179 });
const BFD: NonNullable<DesiredPeer['bfd']> = { intervalMs: 300, multiplier: 3 };

const UP = sessionStatus({
  protocol: 'peer_tor_a',
  sinceMs: 90_000,
  neighborAddress: '192.0.2.1',
  neighborAs: 64500,
  localAs: 64512,
  sourceAddress: '192.0.2.11',
  lastError: 'Received: Administrative reset',
  bfd: 'up',
  families: [
    { family: 'ipv4', received: 1, advertised: 12 },
    { family: 'ipv6', received: 0, advertised: 4 },
  ],
});

const WATCH: WatchStatus = {
  what: 'services',
  why: 'the policy has ranges',
  resource: 'services',
  namespace: undefined,
  objects: 5,
  isConnected: true,
  lastContactAt: seconds(40),
  lastEventAt: seconds(300),
  lastBookmarkAt: seconds(40),
  trouble: undefined,
  counts: {
    lists: 2,
    watches: 3,
    events: 40,
    bookmarks: 9,
    changes: 7,
    bytes: 12_345,
    failuresBy: { gone: 1, server: 4 },
  },
};

const STATUS: AgentStatus = {
  now,
  node: 'worker-1',
  version: '0.1.0',
  pid: 1234,
  startedAt: seconds(3_600),
  policy: { entries: ['/etc/bellbird'], files: ['a.bell'], loadedAt: seconds(60), origin: 'disk', refused: undefined },
  cluster: {
    source: 'kube',
    isComplete: true,
    lastChangeAt: seconds(300),
    nodes: 3,
    services: 5,
    endpointSlices: 8,
    live: { server: 'https://192.0.2.10:6443', lastContactAt: seconds(40), watches: [WATCH], unseen: [] },
    recalledFrom: undefined,
  },
  bird: {
    isRunning: true,
    version: '2.17.5',
    pid: 1235,
    startedAt: seconds(7_200),
    how: 'adopted',
    configuredAt: seconds(299),
  },
  sessions: { established: 1, total: 1 },
  routes: { advertised: 2, withheld: { 'no-local-endpoint': 3 }, waiting: { delayed: 1 }, held: [] },
  excluded: undefined,
  problems: [
    { code: 'session-down', message: 'a', since: now },
    { code: 'session-down', message: 'b', since: now },
  ],
};

const route = (prefix: string, aggregate: boolean): DesiredRoute => ({
  prefix,
  addressKind: 'load-balancer-ip',
  aggregate,
  range: 'vips',
  attributes: { communities: [], localPref: undefined, med: undefined, prepend: 0 },
  to: undefined,
  service: undefined,
});

const APPLIED: Pick<DesiredState, 'routes'> = {
  routes: [route('198.51.100.10/32', false), route('198.51.100.0/24', true), route('2001:db8::1/128', false)],
};

const PARTS: MetricsParts = {
  status: STATUS,
  build: { commit: '0123abc', birdVersion: '2.17.5' },
  peers: [{ desired: { ...PEER, bfd: BFD }, session: UP }],
  flaps: new Map([['tor-a', 2]]),
  applied: APPLIED,
  policyHash: hashPolicy({ entries: [], files: { 'a.bell': '' } }),
  savedAt: seconds(50),
  isDrained: false,
  birdRestarts: 1,
  own: { residentBytes: 60_000_000, cpuSeconds: 4.5 },
  openFiles: 30,
  usage: { residentBytes: 5_000_000, cpuSeconds: 1 },
};

const values = (samples: readonly Sample[] | undefined) =>
  samples?.map(({ labels, value }) => [...Object.values(labels), value]);

test('has a value for every metric that is not counted by the loop, with exactly its labels', () => {
  const samples = new Map<string, readonly Sample[]>(Object.entries(readMetrics(PARTS)));
  const counted = [
    'bellbird_route_changes_total',
    'bellbird_policy_reloads_total',
    'bellbird_configures_total',
    'bellbird_service_events_total',
    'bellbird_configure_duration_seconds',
    'bellbird_change_to_applied_seconds',
  ];
  const definitions: Readonly<Record<string, MetricDefinition>> = METRICS;
  assert.deepEqual([...samples.keys(), ...counted].toSorted(), Object.keys(definitions).toSorted());
  for (const [name, found] of samples) {
    assert.ok(found.length > 0, name);
    for (const { labels } of found) assert.deepEqual(Object.keys(labels), definitions[name]?.labels, name);
  }
});

test('reads sessions under the name of their peer and its address', () => {
  const samples = readMetrics(PARTS);
  assert.deepEqual(values(samples.bellbird_bgp_session_up), [['tor-a', '192.0.2.1', 1]]);
  assert.deepEqual(values(samples.bellbird_bgp_session_uptime_seconds), [['tor-a', '192.0.2.1', 90]]);
  assert.deepEqual(values(samples.bellbird_bgp_announced_prefixes), [
    ['tor-a', '192.0.2.1', 'ipv4', 12],
    ['tor-a', '192.0.2.1', 'ipv6', 4],
  ]);
  assert.deepEqual(values(samples.bellbird_bgp_session_flaps_total), [['tor-a', 2]]);
});

test('counts a peer that BIRD does not know as one whose session is down', () => {
  const samples = readMetrics({ ...PARTS, peers: [{ desired: PEER, session: undefined }], flaps: new Map() });
  assert.deepEqual(values(samples.bellbird_bgp_session_up), [['tor-a', '192.0.2.1', 0]]);
  assert.deepEqual(values(samples.bellbird_bgp_session_flaps_total), [['tor-a', 0]]);
  assert.deepEqual(values(samples.bellbird_bgp_announced_prefixes), [
    ['tor-a', '192.0.2.1', 'ipv4', 0],
    ['tor-a', '192.0.2.1', 'ipv6', 0],
  ]);
});

test('counts a dynamic peer by the sessions that it has', () => {
  const desired = { ...PEER, address: '192.0.2.0/28' };
  const waiting = { ...UP, state: 'active', neighborAddress: undefined, neighborRange: '192.0.2.0/28' } as const;
  const none = readMetrics({ ...PARTS, peers: [{ desired, session: waiting }] });
  assert.deepEqual(none.bellbird_bgp_session_up, []);
  const opened = readMetrics({ ...PARTS, peers: [{ desired, session: { ...UP, neighborAddress: '192.0.2.3' } }] });
  assert.deepEqual(values(opened.bellbird_bgp_session_up), [['tor-a', '192.0.2.3', 1]]);
});

test('counts routes by kind, and those that are not announced by reason', () => {
  const samples = readMetrics(PARTS);
  assert.deepEqual(values(samples.bellbird_routes_announced), [
    ['load-balancer-ip', 'exact', 'ipv4', 1],
    ['load-balancer-ip', 'aggregate', 'ipv4', 1],
    ['load-balancer-ip', 'exact', 'ipv6', 1],
  ]);
  assert.deepEqual(values(samples.bellbird_routes_withheld), [['no-local-endpoint', 3]]);
  assert.deepEqual(values(samples.bellbird_routes_waiting), [
    ['delayed', 1],
    ['waiting', 0],
    ['held', 0],
    ['draining', 0],
  ]);
  assert.deepEqual(values(samples.bellbird_routes_kept), [[0]]);
  assert.deepEqual(values(samples.bellbird_problems), [['session-down', 2]]);
});

test('counts what guard keeps announced, and not what a drain has withdrawn of it', () => {
  const held = [
    { prefix: '198.51.100.1/32', since: now },
    { prefix: '198.51.100.2/32', since: now, draining: true },
  ] as const;
  const samples = readMetrics({ ...PARTS, status: { ...STATUS, routes: { ...STATUS.routes, held } } });
  assert.deepEqual(values(samples.bellbird_routes_kept), [[1]]);
});

test('tells when the policy in effect is not that of the files', () => {
  const policy = { ...STATUS.policy, refused: { at: now, reason: '1 error' } };
  const refused = readMetrics({ ...PARTS, status: { ...STATUS, policy } });
  assert.deepEqual(values(refused.bellbird_policy_last_reload_successful), [[0]]);
  assert.deepEqual(values(refused.bellbird_policy_stale), [[1]]);
  assert.deepEqual(values(readMetrics(PARTS).bellbird_policy_stale), [[0]]);
});

test('joins the watches of one resource to what is true of all of them', () => {
  const quiet = { ...WATCH, isConnected: false, lastContactAt: seconds(100), lastEventAt: undefined };
  const other = { ...WATCH, namespace: 'shop' };
  const live = { server: '', lastContactAt: seconds(100), watches: [WATCH, quiet, other], unseen: [] };
  const samples = readMetrics({ ...PARTS, status: { ...STATUS, cluster: { ...STATUS.cluster, live } } });
  assert.deepEqual(values(samples.bellbird_watch_connected), [
    ['services', '', 0],
    ['services', 'shop', 1],
  ]);
  assert.deepEqual(values(samples.bellbird_watch_staleness_seconds), [
    ['services', '', 100],
    ['services', 'shop', 40],
  ]);
  assert.deepEqual(values(samples.bellbird_watch_received_bytes_total)?.[0], ['services', '', 24_690]);
  assert.deepEqual(values(samples.bellbird_watch_errors_total)?.slice(0, 2), [
    ['services', '', 'gone', 2],
    ['services', '', 'server', 8],
  ]);
  assert.deepEqual(values(samples.bellbird_cluster_staleness_seconds), [[100]]);
});

test('has no moment of what has not happened', () => {
  const cluster = { ...STATUS.cluster, live: undefined, lastChangeAt: undefined };
  const samples = readMetrics({ ...PARTS, savedAt: undefined, status: { ...STATUS, cluster } });
  assert.deepEqual(samples.bellbird_last_good_timestamp_seconds, []);
  assert.deepEqual(samples.bellbird_cluster_last_change_timestamp_seconds, []);
  assert.deepEqual(samples.bellbird_cluster_staleness_seconds, []);
  assert.deepEqual(samples.bellbird_watch_connected, []);
});

test('gives policies with the same text the same name, wherever they are named first', () => {
  const one = hashPolicy({ entries: ['/a'], files: { 'a.bell': 'x', 'b.bell': 'y' } });
  assert.equal(one, hashPolicy({ entries: ['/b'], files: { 'b.bell': 'y', 'a.bell': 'x' } }));
  assert.notEqual(one, hashPolicy({ entries: ['/a'], files: { 'a.bell': 'xy', 'b.bell': '' } }));
  assert.match(one, /^[0-9a-f]{64}$/);
});
