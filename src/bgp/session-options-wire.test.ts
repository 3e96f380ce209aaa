// What the options of a session do on the wire: a real BIRD with our configuration against a listener, or against
// another BIRD of ours where both ends have to do it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { pause, systemClock } from '../clock.ts';
import type { Filter, FilterAction } from '../dsl/policy.ts';
import { parsePrefix } from '../dsl/prefix.ts';
import type { DesiredPeer, DesiredState } from '../engine/desired-state.ts';
import { evaluateExport } from '../engine/export-filter.ts';
import type { BgpListener } from '../testing/bgp-listener.ts';
import { desiredStateFor, freePorts, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import type { Bird, SessionStatus } from './index.ts';

const noSecrets = { secrets: new Map() };
const skip = skipWithoutBird;
const at = { path: 'edge.bell', line: 1, column: 1 };

test('the OPEN offers what the options ask for', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const options: Partial<DesiredPeer> = {
    ...{ role: 'customer', addPaths: true, extendedNextHop: true, longLivedGracefulRestartMs: 3_600_000 },
  };
  await bird.apply(await desiredStateFor([listener], {}, options), noSecrets);
  await listener.until('the session', ({ isEstablished }) => isEstablished);
  const capabilities = openOf(listener)?.capabilities;
  // RFC 9234: 3 is the customer.
  assert.equal(capabilities?.get(9), '03');
  // RFC 7911: both directions, for IPv4 and IPv6 unicast.
  assert.equal(capabilities?.get(69), '0001010300020103');
  // RFC 8950: IPv4 unicast with IPv6 next hops.
  assert.equal(capabilities?.get(5), '000100010002');
  // RFC 9494: 3600 s for both families.
  assert.equal(capabilities?.get(71), '00010100000e1000020100000e10');
});

test('without the options the OPEN offers none of them', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  await bird.apply(await desiredStateFor([listener]), noSecrets);
  await listener.until('the session', ({ isEstablished }) => isEstablished);
  const capabilities = openOf(listener)?.capabilities;
  assert.deepEqual(
    [9, 69, 5].map((code) => capabilities?.get(code)),
    [undefined, undefined, undefined],
  );
  // An empty one: it keeps a peer's routes, and asks nothing for its own.
  assert.equal(capabilities?.get(71), '');
});

test('a session without a hold time opens, and offers none', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const desired = await desiredStateFor([listener], { routes: [desiredRoute('192.0.2.1/32')] }, { holdTimeMs: 0 });
  assert.equal((await bird.apply(desired, noSecrets)).kind, 'applied');
  await listener.until('the route', ({ routes }) => routes.size === 1);
  assert.equal(openOf(listener)?.holdTime, 0);
});

test('a session shows its own local AS, and an external peer is of any other', { skip }, async (t) => {
  const listener = await openTestListener(t, { as: 64499 });
  const { bird } = await openTestBird(t);
  const attributes = { communities: [], localPref: undefined, med: undefined, prepend: 1 };
  const desired = await desiredStateFor(
    [listener],
    { routes: [desiredRoute('192.0.2.1/32', { attributes })] },
    { localAs: 64505, remoteAs: 'external' },
  );
  await bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes }) => routes.size === 1);
  assert.equal(openOf(listener)?.as, 64505);
  assert.deepEqual(listener.routes.get('192.0.2.1/32')?.attributes.asPath, [64505, 64505]);
  const [session] = (await bird.observe()).sessions;
  assert.deepEqual([session?.neighborAs, session?.localAs], [64499, 64505]);
});

test('an external peer of the local AS gets no session', { skip }, async (t) => {
  const listener = await openTestListener(t, { as: 64512 });
  const { bird } = await openTestBird(t);
  await bird.apply(await desiredStateFor([listener], {}, { remoteAs: 'external' }), noSecrets);
  // OPEN message error, bad peer AS.
  await listener.until('the refusal', ({ events }) =>
    events.some((event) => event.kind === 'notification' && event.code === 2 && event.subcode === 2),
  );
});

test('`next-hop self` of a session is above its filters, for BIRD and the engine alike', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const route = desiredRoute('192.0.2.1/32');
  const action: FilterAction = { kind: 'next-hop', value: { address: '192.0.2.9' } };
  const filter: Filter = {
    ...{ name: 'f', at },
    rules: [{ at, verdict: 'accept', condition: undefined, actions: [action] }],
  };
  const apply = async (nextHop: DesiredPeer['nextHop'], desired: DesiredState) => {
    const peers = desired.peers.map((peer) => ({ ...peer, nextHop }));
    await bird.apply({ ...desired, peers }, noSecrets);
    const [peer] = peers;
    const prefix = parsePrefix(route.prefix);
    assert.ok(peer !== undefined && prefix !== undefined);
    const verdict = evaluateExport(peer.export, new Map([['f', filter]]), peer, route, prefix);
    return verdict.kind === 'accepted' ? (verdict.attributes.nextHop ?? '127.0.0.1') : undefined;
  };
  const desired = await desiredStateFor(
    [listener],
    { filters: [filter], routes: [route] },
    { export: { kind: 'filters', at, filters: ['f'] } },
  );
  for (const nextHop of ['auto', 'self', 'keep'] as const) {
    const expected = await apply(nextHop, desired);
    await listener.until(
      `the next hop ${expected}`,
      ({ routes }) => routes.get(route.prefix)?.attributes.nextHop === expected,
    );
  }
  assert.ok(listener.events.every(({ kind }) => kind !== 'closed'));
});

test('`import-limit` blocks what is too much, or ends the session for good', { skip }, async (t) => {
  const [a, b] = [await openTestListener(t), await openTestListener(t, { address: '127.0.0.3' })];
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([a, b], {}, { import: { kind: 'all' } });
  const actions = ['block', 'disable'] as const;
  const peers = base.peers.map((peer, index): DesiredPeer => {
    return { ...peer, importLimit: { count: 2, action: actions[index] ?? 'warn' } };
  });
  await bird.apply({ ...base, peers }, noSecrets);
  for (const listener of [a, b]) await listener.until('the session', ({ isEstablished }) => isEstablished);
  const prefixes = ['198.51.100.1/32', '198.51.100.2/32', '198.51.100.3/32'];
  for (const listener of [a, b]) listener.announce('ipv4', prefixes, pathOf([64500]));
  await b.until('the end', ({ events }) => events.some(({ kind }) => kind === 'closed'));
  const sessions = await untilSessions(bird, (found) => received(found, 'tor-a') === 2);
  assert.equal(stateOf(sessions, 'tor-a'), 'established');
  assert.equal(sessions.find(({ peer }) => peer === 'tor-b')?.lastError, 'Automatic shutdown: Route limit exceeded');
});

test('`export-limit` blocks what is too much', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const routes = ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'].map((prefix) => desiredRoute(prefix));
  const desired = await desiredStateFor([listener], { routes }, { exportLimit: { count: 2, action: 'block' } });
  await bird.apply(desired, noSecrets);
  await listener.until('the end of the routes', ({ events }) => events.some(({ kind }) => kind === 'end-of-rib'));
  assert.equal(listener.routes.size, 2);
});

test('`allow-local-as` lets routes in that have been here', { skip }, async (t) => {
  const [a, b] = [await openTestListener(t), await openTestListener(t, { address: '127.0.0.3' })];
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([a, b], {}, { import: { kind: 'all' } });
  const peers = base.peers.map((peer, index) => ({ ...peer, allowLocalAs: index === 0 ? 1 : undefined }));
  await bird.apply({ ...base, peers }, noSecrets);
  for (const listener of [a, b]) {
    await listener.until('the session', ({ isEstablished }) => isEstablished);
    listener.announce('ipv4', ['198.51.100.1/32'], pathOf([64500, 64512]));
    listener.announce('ipv4', ['198.51.100.2/32'], pathOf([64500]));
  }
  const sessions = await untilSessions(
    bird,
    (found) => received(found, 'tor-a') === 2 && received(found, 'tor-b') === 1,
  );
  assert.equal(sessions.length, 2);
});

test('two ends with TTL security open a session', { skip }, async (t) => {
  const { a, b } = await openPair(t, '127.3.1', { ttlSecurity: true, multihop: { hops: 2 } });
  await untilSessions(a, (found) => stateOf(found, 'b') === 'established');
  await untilSessions(b, (found) => stateOf(found, 'a') === 'established');
});

test('BFD notices a dead peer long before the hold time', { skip: skip || skipWithoutRawSockets() }, async (t) => {
  const { a, b } = await openPair(t, '127.3.3', { bfd: { intervalMs: 100, multiplier: 3 } });
  await untilSessions(a, ([session]) => session?.state === 'established' && session.bfd === 'up');
  const pid = b.pid() ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const sessions = await untilSessions(a, (found) => stateOf(found, 'b') !== 'established');
    assert.equal(sessions[0]?.lastError, 'Error: BFD session down');
    assert.equal(sessions[0]?.bfd, 'down');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('a peer with TCP-AO opens its session, or says that the kernel cannot', { skip }, async (t) => {
  const password = { kind: 'env', variable: 'KEY', at } as const;
  const authentication = { kind: 'tcp-ao', keyId: 7, algorithm: 'hmac-sha1' } as const;
  const { a } = await openPair(
    t,
    '127.3.4',
    { password, authentication },
    new Map([...'ab'].map((name) => [name, 'x'])),
  );
  const sessions = await untilSessions(
    a,
    ([session]) => session?.state === 'established' || session?.lastError !== undefined,
  );
  const [session] = sessions;
  if (session?.state !== 'established') assert.equal(session?.lastError, 'Error: Authentication failed');
});

test('whoever connects from the prefix of a dynamic peer gets a session of its own', { skip }, async (t) => {
  const [port = 0] = await freePorts(1);
  const speaker = (own: string, as: number) => ({
    ...{ as, routerId: own, gracefulRestartMs: 30_000 },
    listen: { kind: 'on' as const, address: own, port },
  });
  const { bird } = await openTestBird(t);
  const routes = [desiredRoute('192.0.2.1/32'), desiredRoute('192.0.2.2/32', { to: ['elsewhere'] })];
  const racks = desiredPeer({ name: 'racks', address: '127.5.0.0/24', remoteAs: 'external' });
  const state = desiredState({ speaker: speaker('127.5.0.1', 64512), peers: [racks], routes });
  assert.equal((await bird.apply(state, noSecrets)).kind, 'applied');
  const routers: Bird[] = [];
  for (const [index, address] of ['127.5.0.2', '127.5.0.3'].entries()) {
    const { bird: router } = await openTestBird(t);
    routers.push(router);
    const peer = desiredPeer({
      name: 'node',
      address: '127.5.0.1',
      port,
      import: { kind: 'all' },
      connectRetryMs: 1_000,
    });
    const peers = [{ ...peer, localAs: 64500 + index, remoteAs: 64512 }];
    await router.apply(desiredState({ speaker: speaker(address, 64500 + index), peers }), noSecrets);
  }
  const opened = ({ peer, state: is }: SessionStatus) => peer === 'racks' && is === 'established';
  const sessions = await untilSessions(bird, (found) => found.filter(opened).length === 2);
  assert.deepEqual(sessions.map(({ neighborAddress }) => neighborAddress ?? '').sort(), ['', '127.5.0.2', '127.5.0.3']);
  assert.deepEqual(
    sessions
      .filter(({ neighborRange }) => neighborRange !== undefined)
      .map(({ protocol, neighborRange }) => [protocol, neighborRange]),
    [['peer_racks', '127.5.0.0/24']],
  );
  for (const router of routers) await untilSessions(router, (found) => received(found, 'node') === 1);

  // A change of the routes leaves the sessions as they are.
  await bird.apply({ ...state, routes: [...routes, desiredRoute('192.0.2.3/32')] }, noSecrets);
  for (const router of routers) await untilSessions(router, (found) => received(found, 'node') === 2);
  const names = (found: readonly SessionStatus[]) => found.map(({ protocol }) => protocol).sort();
  const after = await untilSessions(bird, (found) => found.filter(opened).length === 2);
  assert.deepEqual(names(after), names(sessions));

  // One that goes leaves a session behind that waits for it.
  await routers[0]?.stop({ withdraw: true });
  await untilSessions(bird, (found) => found.length === 3 && found.filter(opened).length === 1);
});

function openOf(listener: BgpListener) {
  const [event] = listener.events.filter((found) => found.kind === 'established');
  return event?.kind === 'established' ? event.peer : undefined;
}

function pathOf(asPath: readonly number[]) {
  return {
    ...{ origin: 'igp' as const, asPath, nextHop: '192.0.2.77', med: undefined, localPref: undefined },
    ...{ communities: [], largeCommunities: [], extendedCommunities: [] },
  };
}

/** Two BIRDs of ours, `a` on .1 and `b` on .2 of the network, each with the other as its peer. */
async function openPair(
  t: TestContext,
  network: string,
  options: Partial<DesiredPeer>,
  secrets: ReadonlyMap<string, string> = new Map(),
): Promise<{ readonly a: Bird; readonly b: Bird }> {
  const [port = 0] = await freePorts(1);
  const [one, two] = [`${network}.1`, `${network}.2`];
  const state = (own: string, other: string, name: string, localAs: number, remoteAs: number) =>
    desiredState({
      speaker: {
        ...{ as: localAs, routerId: own, gracefulRestartMs: 30_000 },
        listen: { kind: 'on', address: own, port },
      },
      peers: [desiredPeer({ name, address: other, port, localAs, remoteAs, connectRetryMs: 1_000, ...options })],
    });
  const [{ bird: a }, { bird: b }] = [await openTestBird(t), await openTestBird(t)];
  assert.equal((await a.apply(state(one, two, 'b', 64512, 64500), { secrets })).kind, 'applied');
  assert.equal((await b.apply(state(two, one, 'a', 64500, 64512), { secrets })).kind, 'applied');
  return { a, b };
}

/** Asks BIRD until it reports what is expected: it says nothing by itself. */
async function untilSessions(
  bird: Bird,
  condition: (sessions: readonly SessionStatus[]) => boolean,
): Promise<readonly SessionStatus[]> {
  const limit = systemClock.elapsed() + 15_000;
  for (;;) {
    const { sessions } = await bird.observe();
    if (condition(sessions)) return sessions;
    assert.ok(systemClock.elapsed() < limit, `not after 15 s: ${JSON.stringify(sessions)}`);
    await pause(systemClock, 20);
  }
}

function stateOf(sessions: readonly SessionStatus[], peer: string): SessionStatus['state'] | undefined {
  return sessions.find((session) => session.peer === peer)?.state;
}

function received(sessions: readonly SessionStatus[], peer: string): number | undefined {
  const families = sessions.find((session) => session.peer === peer)?.families;
  return families?.find(({ family }) => family === 'ipv4')?.received;
}

/** BFD's packets need CAP_NET_RAW, bit 13, or CAP_NET_ADMIN, bit 12. */
function skipWithoutRawSockets(): string | false {
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return (BigInt(`0x${effective}`) & 0x3000n) === 0n ? 'no CAP_NET_RAW' : false;
}
