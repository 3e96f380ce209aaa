// The listener against a hand-written other side; real BIRDs talk to it in src/bgp.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type BgpListener, startBgpListener } from './bgp-listener.ts';
import {
  encodeAnnouncement,
  encodeKeepalive,
  encodeNotification,
  encodeOpen,
  encodeWithdrawal,
  fourOctetAsCapability,
  gracefulRestartCapability,
  multiprotocolCapability,
} from './bgp-message.ts';

const attributes = {
  origin: 'igp',
  asPath: [64512],
  nextHop: '192.0.2.1',
  med: undefined,
  localPref: undefined,
  communities: [],
  largeCommunities: [],
  extendedCommunities: [],
} as const;

test('keeps the routes as last announced', async (t) => {
  const listener = await open(t);
  const socket = await talk(listener, false);
  socket.write(encodeAnnouncement('ipv4', ['192.0.2.1/32', '192.0.2.2/32'], attributes));
  socket.write(encodeAnnouncement('ipv4', ['192.0.2.1/32'], { ...attributes, med: 7 }));
  socket.write(encodeWithdrawal('ipv4', ['192.0.2.2/32']));
  await listener.until('the withdrawal', ({ updates }) => updates === 3);
  assert.deepEqual(
    [...listener.routes.values()].map(({ prefix, attributes: { med } }) => ({ prefix, med })),
    [{ prefix: '192.0.2.1/32', med: 7 }],
  );
  assert.deepEqual(
    listener.events.map(({ kind }) => kind),
    ['established', 'update', 'update', 'update'],
  );
});

test('keeps the routes of a lost session until the end of the next one\u2019s', async (t) => {
  const listener = await open(t);
  const first = await talk(listener, true);
  first.write(encodeAnnouncement('ipv4', ['192.0.2.1/32', '192.0.2.2/32'], attributes));
  await listener.until('the routes', ({ routes }) => routes.size === 2);
  first.destroy();
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);
  assert.deepEqual(
    [...listener.routes.values()].map(({ stale }) => stale),
    [true, true],
  );
  const second = await talk(listener, true);
  second.write(encodeAnnouncement('ipv4', ['192.0.2.1/32'], attributes));
  second.write(encodeWithdrawal('ipv4', []));
  await listener.until('the end', ({ events }) => events.at(-1)?.kind === 'end-of-rib');
  assert.deepEqual(
    [...listener.routes.values()].map(({ prefix, stale }) => ({ prefix, stale })),
    [{ prefix: '192.0.2.1/32', stale: false }],
  );
});

test('drops the routes of a lost session without graceful restart', async (t) => {
  const listener = await open(t);
  const socket = await talk(listener, false);
  socket.write(encodeAnnouncement('ipv4', ['192.0.2.1/32'], attributes));
  await listener.until('the route', ({ routes }) => routes.size === 1);
  socket.destroy();
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);
  assert.equal(listener.routes.size, 0);
});

test('drops the routes of a session that ends with a notification', async (t) => {
  const listener = await open(t);
  const socket = await talk(listener, true);
  socket.write(encodeAnnouncement('ipv4', ['192.0.2.1/32'], attributes));
  socket.end(encodeNotification(6, 2));
  await listener.until('the end', ({ events }) => events.at(-1)?.kind === 'closed');
  assert.equal(listener.routes.size, 0);
  assert.deepEqual(
    listener.events.filter((event) => event.kind === 'notification').map(({ code, subcode }) => [code, subcode]),
    [[6, 2]],
  );
});

test('says what it waited for, and what it saw, when the time is over', async (t) => {
  const listener = await open(t);
  const message = 'a route: not after 1 ms; last seen: ';
  await assert.rejects(
    listener.until('a route', () => false, 1),
    { message },
  );
});

async function open(t: TestContext): Promise<BgpListener> {
  const listener = await startBgpListener({ as: 64500 });
  t.after(() => listener.close());
  return listener;
}

/** A session with the listener, established, with or without graceful restart. */
async function talk(listener: BgpListener, keepsRoutes: boolean): Promise<Socket> {
  const before = listener.events.filter(({ kind }) => kind === 'established').length;
  const socket = connect(listener.port, listener.address);
  const restart = keepsRoutes ? [gracefulRestartCapability(30, ['ipv4', 'ipv6'])] : [];
  const capabilities = [multiprotocolCapability('ipv4'), fourOctetAsCapability(64512), ...restart];
  socket.write(encodeOpen({ as: 64512, holdTime: 90, routerId: '192.0.2.7', capabilities }));
  socket.write(encodeKeepalive());
  socket.resume();
  await listener.until(
    'the session',
    ({ events }) => events.filter(({ kind }) => kind === 'established').length === before + 1,
  );
  return socket;
}
