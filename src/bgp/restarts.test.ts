import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredPeer, DesiredState } from '../engine/desired-state.ts';
import { desiredStateFor, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import { isBetterReplaced, restartsSessions } from './restarts.ts';

const at = { path: 'edge.bell', line: 1, column: 1 };
const limit = { count: 10, action: 'disable' } as const;
const password = { kind: 'env', variable: 'KEY', at } as const;

/** A change of one setting of a peer, and why the session restarts; nothing if it stays up. */
const changes: readonly (readonly [string, Partial<DesiredPeer>, readonly string[]])[] = [
  ['nothing', {}, []],
  ['the description', { description: 'rack 7' }, []],
  ['the export filters', { export: { kind: 'nothing' } }, []],
  ['the import filters', { import: { kind: 'all' } }, []],
  ['the address', { address: '127.0.0.9' }, ['address']],
  ['the port', { port: 9 }, ['port']],
  ['the remote AS', { remoteAs: 64501 }, ['as']],
  ['the local AS', { localAs: 64513 }, ['local-as']],
  ['the source', { source: '127.0.0.99' }, ['source']],
  ['the source, to where the speaker listens', { source: '127.0.0.1' }, []],
  ['the families', { families: ['ipv4'] }, ['family']],
  ['the next hop', { nextHops: { ipv4: undefined, ipv6: '2001:db8::2' } }, ['next-hop']],
  ['a password', { password }, ['password']],
  ['the hops', { multihop: { hops: 3 } }, ['multihop']],
  ['multihop to direct', { multihop: undefined }, ['multihop']],
  ['passive', { passive: true }, ['passive']],
  ['the hold time', { holdTimeMs: 90_000 }, ['hold-time']],
  ['the keepalive time', { keepaliveMs: 3_000 }, ['keepalive']],
  ['the connect retry time', { connectRetryMs: 9_000 }, ['connect-retry']],
  ['graceful restart', { gracefulRestartMs: undefined }, ['graceful-restart']],
  ['long-lived graceful restart', { longLivedGracefulRestartMs: 60_000 }, ['long-lived-graceful-restart']],
  ['BFD', { bfd: { intervalMs: 300, multiplier: 3 } }, []],
  ['TTL security', { ttlSecurity: true }, ['ttl-security']],
  ['authentication', { authentication: { kind: 'tcp-ao', keyId: 1, algorithm: 'hmac-sha1' } }, ['authentication']],
  ['the rule for next hops', { nextHop: 'self' }, []],
  ['limits above the number of routes', { importLimit: limit, exportLimit: limit }, []],
  ['the local AS that is let in', { allowLocalAs: 1 }, ['allow-local-as']],
  ['the role', { role: 'customer' }, ['role']],
  ['additional paths', { addPaths: true }, ['add-paths']],
  ['transit', { transit: true }, []],
  ['extended next hops', { extendedNextHop: true }, ['extended-next-hop']],
];

for (const [what, change, why] of changes) {
  test(`${what} changed: ${why.length === 0 ? 'the session stays up' : 'the session restarts'}`, () => {
    const before = desiredState({ peers: [desiredPeer(), desiredPeer({ name: 'tor-b' })] });
    const after = { ...before, peers: [desiredPeer(change), desiredPeer({ name: 'tor-b' })] };
    assert.deepEqual(restartsSessions(before, after), why.length === 0 ? [] : [{ peer: 'tor-a', why }]);
  });
}

test('a peer that goes ends its session, one that comes ends none', () => {
  const [a, b] = [desiredPeer(), desiredPeer({ name: 'tor-b' })];
  const before = desiredState({ peers: [a] });
  assert.deepEqual(restartsSessions(before, desiredState({ peers: [b] })), [{ peer: 'tor-a', why: ['removed'] }]);
  assert.deepEqual(restartsSessions(before, desiredState({ peers: [a, b] })), []);
});

test('where the speaker listens concerns every session, its router id none', () => {
  const peers = [desiredPeer({ name: 'tor-b' }), desiredPeer()];
  const before = desiredState({ peers });
  const moved = { ...before, speaker: { ...before.speaker, listen: { kind: 'off' as const } } };
  assert.deepEqual(restartsSessions(before, moved), [
    { peer: 'tor-a', why: ['listen'] },
    { peer: 'tor-b', why: ['listen'] },
  ]);
  const listen = { kind: 'on', address: '127.0.0.8', port: 1790 } as const;
  const elsewhere = { ...before, speaker: { ...before.speaker, listen } };
  const bound = { ...before, peers: [desiredPeer({ name: 'tor-b', source: '127.0.0.7' }), desiredPeer()] };
  assert.deepEqual(restartsSessions(bound, { ...elsewhere, peers: bound.peers }), [{ peer: 'tor-a', why: ['source'] }]);
  const renamed = { ...before, speaker: { ...before.speaker, routerId: '192.0.2.2' } };
  assert.deepEqual(restartsSessions(before, renamed), []);
});

test('a peer that needs a socket on all addresses restarts the sessions that had one of their own', () => {
  const off = { ...desiredState().speaker, listen: { kind: 'off' as const } };
  const bound = desiredPeer({ source: '127.0.0.1' });
  const other = desiredPeer({ name: 'six', address: '2001:db8::1', source: '2001:db8::9' });
  const before = desiredState({ speaker: off, peers: [bound, other] });
  const after = { ...before, peers: [...before.peers, desiredPeer({ name: 'tor-b', address: '127.0.0.3' })] };
  assert.deepEqual(restartsSessions(before, after), [{ peer: 'tor-a', why: ['listen'] }]);
  assert.deepEqual(restartsSessions(after, before), [
    { peer: 'tor-a', why: ['listen'] },
    { peer: 'tor-b', why: ['removed'] },
  ]);
});

test('BIRD is better replaced where a socket changes and no session that stays would lose routes by it', () => {
  const at = (port: number) => ({
    ...desiredState().speaker,
    listen: { kind: 'on' as const, address: undefined, port },
  });
  const peers = [desiredPeer(), desiredPeer({ name: 'tor-b' })];
  const without = peers.map((peer) => ({ ...peer, gracefulRestartMs: undefined }));
  const state = (port: number, of: readonly DesiredPeer[] = peers) => desiredState({ speaker: at(port), peers: of });
  assert.equal(isBetterReplaced(state(1790), state(1791)), true);
  assert.equal(isBetterReplaced(state(1790), state(1790)), false);
  assert.equal(isBetterReplaced(state(1790, without), state(1791, without)), false);
  assert.equal(isBetterReplaced(state(1790), state(1791, without)), false);
  const slower = peers.map((peer) => ({ ...peer, holdTimeMs: 90_000 }));
  assert.equal(isBetterReplaced(state(1790), state(1790, slower)), false);
  const moved = (address: string) =>
    desiredState({ peers, speaker: { ...at(1), listen: { kind: 'on', address, port: 1790 } } });
  assert.equal(isBetterReplaced(moved('127.0.0.1'), moved('127.0.0.9')), true);
  // One that has a source of its own goes on listening there, and would lose its routes.
  const fixed = { ...desiredPeer({ name: 'tor-c', source: '127.0.0.7' }), gracefulRestartMs: undefined };
  const around = (address: string) => ({ ...moved(address), peers: [...peers, fixed] });
  assert.equal(isBetterReplaced(around('127.0.0.1'), around('127.0.0.9')), false);
});

test('installing routes restarts sessions whose next hops have to be looked for, and no others', () => {
  const imported = { import: { kind: 'all' } } as const;
  const peers = [
    desiredPeer({ ...imported, name: 'direct', multihop: undefined }),
    desiredPeer({ ...imported, name: 'far' }),
    desiredPeer({ name: 'silent' }),
  ];
  const before = desiredState({ peers });
  const after = { ...before, speaker: { ...before.speaker, installRoutes: true as const } };
  assert.deepEqual(restartsSessions(before, after), [{ peer: 'far', why: ['install'] }]);
  assert.deepEqual(restartsSessions(after, before), [{ peer: 'far', why: ['install'] }]);
  assert.deepEqual(restartsSessions(after, after), []);
});

test('a password that is only named at another place is the same', () => {
  const before = desiredState({ peers: [desiredPeer({ password })] });
  const after = desiredState({ peers: [desiredPeer({ password: { ...password, at: { ...at, line: 9 } } })] });
  assert.deepEqual(restartsSessions(before, after), []);
});

test('BIRD restarts the sessions that are said to restart, and no others', { skip: skipWithoutBird }, async (t) => {
  const quick = changes.filter(
    ([, change]) => !('address' in change || 'port' in change || 'password' in change || 'authentication' in change),
  );
  const tried = quick.filter(([, change]) => !('remoteAs' in change || 'localAs' in change || 'passive' in change));
  const listeners = await Promise.all(
    tried.map((_, index) => openTestListener(t, { address: `127.2.0.${index + 1}` })),
  );
  const base = await desiredStateFor(listeners, { routes: [desiredRoute('192.0.2.1/32')] });
  const name = (index: number) => `peer-${index}`;
  const before: DesiredState = { ...base, peers: base.peers.map((peer, index) => ({ ...peer, name: name(index) })) };
  const after: DesiredState = {
    ...before,
    peers: before.peers.map((peer, index) => ({ ...peer, ...tried[index]?.[1] })),
  };
  const { bird } = await openTestBird(t);
  await bird.apply(before, { secrets: new Map() });
  for (const listener of listeners) await listener.until('the session', ({ routes }) => routes.size === 1);
  await bird.apply(after, { secrets: new Map() });

  const expected = restartsSessions(before, after).map(({ peer }) => peer);
  for (const [index, listener] of listeners.entries()) {
    if (expected.includes(name(index))) {
      await listener.until(`the end of ${name(index)}`, ({ events }) => events.some(({ kind }) => kind === 'closed'));
    }
  }
  const { sessions } = await bird.observe();
  for (const [index, listener] of listeners.entries()) {
    const stayed = listener.events.every(({ kind }) => kind !== 'closed');
    assert.equal(stayed, !expected.includes(name(index)), tried[index]?.[0]);
    if (stayed) assert.equal(sessions.find(({ peer }) => peer === name(index))?.state, 'established');
  }
});

test('BIRD restarts a session for a peer that needs its socket on all addresses', {
  skip: skipWithoutBird,
}, async (t) => {
  const listener = await openTestListener(t);
  const bound = { source: '127.0.0.1' };
  const off = { ...desiredState().speaker, listen: { kind: 'off' as const } };
  const before = { ...(await desiredStateFor([listener], {}, bound)), speaker: off };
  const after = { ...before, peers: [...before.peers, desiredPeer({ name: 'tor-b', address: '127.0.0.9', port: 9 })] };
  const { bird } = await openTestBird(t);
  await bird.apply(before, { secrets: new Map() });
  await listener.until('the session', ({ isEstablished }) => isEstablished);
  await bird.apply(after, { secrets: new Map() });
  await listener.until('its end', ({ events }) => events.some(({ kind }) => kind === 'closed'));
  await listener.until('the session again', ({ isEstablished }) => isEstablished);
});
