import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionStatus } from '../bgp/index.ts';
import type { DesiredPeer } from '../engine/index.ts';
import { desiredPeer, sessionStatus } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { renderPeers, viewPeers } from './peers-view.ts';
import { createProblems } from './problems.ts';
import { createSessionWatch } from './session-watch.ts';

const PEER = desiredPeer({ name: 'tor_a', address: '192.0.2.1', port: 179 });

const UP = sessionStatus({
  peer: 'tor_a',
  sinceMs: 90_000,
  neighborAddress: '192.0.2.1',
  neighborAs: 64500,
  localAs: 64512,
  sourceAddress: '192.0.2.11',
  families: [
    { family: 'ipv4', received: 1, advertised: 12 },
    { family: 'ipv6', received: 0, advertised: 4 },
  ],
});
const DOWN: SessionStatus = { ...UP, state: 'active', sinceMs: 1_000, lastError: 'Socket: Connection refused' };

function createHarness() {
  const lines: string[] = [];
  const log = createLog({ format: 'text', level: 'info', color: false, write: (line) => lines.push(line.slice(13)) });
  const problems = createProblems(createFakeClock(), log);
  return { lines, log, problems, watch: createSessionWatch(log, problems) };
}

test('logs a session that comes up and one that goes down, with the reason', () => {
  const { lines, watch } = createHarness();
  for (const session of [DOWN, UP, UP, DOWN]) watch.look([PEER], [session]);
  assert.deepEqual(lines, [
    'info  the session with `tor_a` is established\n',
    'warn  the session with `tor_a` is down: Socket: Connection refused\n',
  ]);
});

test('counts every session that goes down, also one that is up again at the next look', () => {
  const { watch } = createHarness();
  for (const session of [DOWN, UP, { ...UP, sinceMs: 92_000 }, { ...UP, sinceMs: 500 }, DOWN, DOWN]) {
    watch.look([PEER], [session]);
  }
  assert.deepEqual([...watch.flaps()], [['tor_a', 2]]);
  watch.look([PEER], [UP]);
  watch.look([], []);
  assert.deepEqual([...watch.flaps()], [['tor_a', 2]], 'a peer that the policy has no more did not go down');
});

test('counts a session as a problem only when it had time to open', () => {
  const { problems, watch } = createHarness();
  watch.look([PEER], [DOWN]);
  assert.deepEqual(problems.list(), []);
  watch.look([PEER], [{ ...DOWN, sinceMs: 16_000 }]);
  assert.equal(problems.list()[0]?.code, 'session-down');
  watch.look([PEER], [UP]);
  assert.deepEqual(problems.list(), []);
});

test('counts a session that BIRD begins anew all the time as one that does not open', () => {
  const { lines, problems, watch } = createHarness();
  const refused: SessionStatus = { ...DOWN, state: 'idle', lastError: 'Error: Bad peer AS' };
  const looks = Array.from({ length: 8 }, () => {
    watch.look([PEER], [refused]);
    return problems.list().length;
  });
  assert.deepEqual(looks, [0, 0, 0, 0, 0, 0, 0, 1]);
  watch.look([PEER], [{ ...refused, state: 'active' }]);
  assert.equal(lines.length, 1, 'it is told once, not with every state');
  watch.look([PEER], [UP]);
  watch.look([PEER], [refused]);
  assert.deepEqual(problems.list(), []);
});

test('says what keeps BIRD from listening', () => {
  const { problems, watch } = createHarness();
  watch.look([PEER], [{ ...DOWN, state: 'idle', sinceMs: 20_000, lastError: 'Error: No listening socket' }]);
  assert.deepEqual(
    problems.list().map(({ message }) => message),
    [
      'the session with `tor_a` is not established, the last error was `Error: No listening socket`: another program has the port, or the address is not of this machine; it is tried again every 10 s',
    ],
  );
});

test('says nothing about sessions that this node should not run', () => {
  const { lines, watch } = createHarness();
  watch.look([], [UP]);
  assert.deepEqual(lines, []);
});

test('shows a row per family under the names that users know', () => {
  assert.equal(
    renderPeers('worker-1', viewPeers([PEER], [UP])),
    `Node      Local AS  Peer AS  Peer Address  Session State  Uptime  Family  Received  Advertised  Peer
worker-1  64512     64500    192.0.2.1     established    90 s    ipv4    1         12          tor_a
                                                                  ipv6    0         4
`,
  );
});

test('shows the last error of a session that is not up', () => {
  const text = renderPeers('worker-1', viewPeers([{ ...PEER, families: ['ipv4'] }], [DOWN]));
  assert.match(text, /^worker-1 +64512 +64500 +192\.0\.2\.1 +active +- +ipv4 +- +- +tor_a\n/m);
  assert.match(text, /^tor_a: the last error was `Socket: Connection refused`\n$/m);
});

test('shows a peer that BIRD does not know', () => {
  assert.match(renderPeers('worker-1', viewPeers([PEER], [])), /not in BIRD/);
});

test('says so where a node runs no session', () => {
  assert.equal(renderPeers('worker-1', []), 'worker-1 runs no session\n');
});

const WATCHED: DesiredPeer = { ...PEER, bfd: { intervalMs: 300, multiplier: 3 } };

test('says at once that BIRD lacks what BFD needs, and only later that a peer does not answer', () => {
  const { problems } = createHarness();
  const log = createLog({ format: 'text', level: 'error', color: false, write: () => undefined });
  const quiet = (mayUseBfd: boolean | undefined, session: SessionStatus) => {
    createSessionWatch(log, problems, { mayUseBfd: () => mayUseBfd }).look([WATCHED], [session]);
    return problems.list().map(({ code }) => code);
  };
  const fresh = { ...UP, sinceMs: 1_000 };
  assert.deepEqual(quiet(false, { ...fresh, bfd: 'down' }), ['bfd-not-allowed']);
  assert.deepEqual(quiet(true, { ...fresh, bfd: 'down' }), []);
  assert.deepEqual(quiet(undefined, { ...UP, bfd: 'down' }), ['bfd-down']);
  assert.deepEqual(quiet(true, { ...UP, bfd: 'up' }), []);
});

test('tells a kernel without TCP-AO from a session that is merely down', () => {
  const { problems, watch } = createHarness();
  const refused: SessionStatus = { ...DOWN, sinceMs: 16_000, lastError: 'Error: Authentication failed' };
  watch.look([PEER], [refused]);
  assert.equal(problems.list()[0]?.code, 'session-down');
  watch.look([{ ...PEER, authentication: { kind: 'tcp-ao', keyId: 1, algorithm: 'hmac-sha1' } }], [refused]);
  assert.equal(problems.list()[0]?.code, 'tcp-ao-not-supported');
  assert.match(problems.list()[0]?.message ?? '', /CONFIG_TCP_AO$/);
});

test('shows BFD that is not up below the table, and the AS of an external peer once it is known', () => {
  const external: DesiredPeer = { ...WATCHED, remoteAs: 'external' };
  const lines = (session: SessionStatus) => renderPeers('worker-1', viewPeers([external], [session])).split('\n');
  assert.equal(lines({ ...UP, bfd: 'init' }).at(-2), 'tor_a: BFD is init');
  assert.match(lines({ ...UP, bfd: 'up' })[1] ?? '', /64512 +64500 /);
  assert.match(lines({ ...DOWN, neighborAs: undefined })[1] ?? '', /64512 +external /);
});

test('shows a dynamic peer by those who connected, and takes none of them for missing', () => {
  const racks: DesiredPeer = { ...PEER, name: 'racks', address: '192.0.2.0/24', remoteAs: 'external' };
  const listens: SessionStatus = {
    ...{ ...DOWN, peer: 'racks', protocol: 'peer_racks', sinceMs: 60_000 },
    ...{ neighborAddress: undefined, neighborRange: '192.0.2.0/24', neighborAs: undefined, lastError: undefined },
  };
  const one: SessionStatus = { ...UP, peer: 'racks', protocol: 'dynamic_racks_1', neighborAddress: '192.0.2.7' };
  const addresses = (sessions: readonly SessionStatus[]) =>
    renderPeers('worker-1', viewPeers([racks], sessions)).match(/192\.0\.2\.\S+/g);
  assert.deepEqual(addresses([listens]), ['192.0.2.0/24']);
  const two: SessionStatus = { ...one, protocol: 'dynamic_racks_2', neighborAddress: '192.0.2.8' };
  assert.deepEqual(addresses([listens, one, two]), ['192.0.2.7', '192.0.2.8']);

  const { lines, problems, watch } = createHarness();
  watch.look([racks], [listens, one]);
  for (let look = 0; look < 20; look++)
    watch.look([racks], [listens, { ...DOWN, ...one, state: 'active', sinceMs: 60_000 }]);
  assert.deepEqual(problems.list(), []);
  assert.deepEqual(lines, [
    'info  the session with `racks` at 192.0.2.7 is established\n',
    'warn  the session with `racks` at 192.0.2.7 is down\n',
  ]);
});

test('a link where nobody opens the session of an unnumbered peer is told, with what may be the cause', () => {
  const uplink: DesiredPeer = {
    ...PEER,
    name: 'uplink',
    address: 'fe80::/10',
    interface: 'eth1',
    remoteAs: 'external',
  };
  const listens: SessionStatus = { ...DOWN, peer: 'uplink', protocol: 'peer_uplink', neighborRange: 'fe80::/10' };
  const found: SessionStatus = { ...UP, peer: 'uplink', protocol: 'dynamic_uplink_1', neighborAddress: 'fe80::1%eth1' };
  const codesAfter = (looks: number, sessions: readonly SessionStatus[], mayAdvertise?: boolean) => {
    const { log, problems } = createHarness();
    const watch = createSessionWatch(log, problems, { mayAdvertise: () => mayAdvertise });
    for (let look = 0; look < looks; look++) watch.look([uplink], sessions);
    return problems.list().map(({ code }) => code);
  };
  assert.deepEqual(codesAfter(2, [listens]), []);
  assert.deepEqual(codesAfter(20, [listens]), ['session-down']);
  assert.deepEqual(codesAfter(20, [listens, found]), []);
  assert.deepEqual(codesAfter(20, [listens], false), ['discovery-not-allowed']);
});
