// Connections as a server sees them: which are used again, which are cut, and what a proxy is asked.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { portOf } from '../../testing/port-of.ts';
import { createHttpPool, type HttpPool } from './http-pool.ts';
import { createSocketOpener } from './open-socket.ts';

interface Lab {
  readonly pool: HttpPool;
  readonly server: Server;
  readonly sockets: readonly Socket[];
}

/** Runs a test with a server that answers so, and a pool for it. */
async function withPool(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  run: (lab: Lab) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer(answer);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  const pool = createHttpPool({ ...(await listen(server)), tls: {}, proxy: undefined, ...ways });
  try {
    await run({ pool, server, sockets });
  } finally {
    pool.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const ways = { openSocket: createSocketOpener(), keepMs: 60_000 };

async function listen(server: Server): Promise<{ readonly server: URL }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server: new URL(`http://127.0.0.1:${portOf(server)}`) };
}

async function get(pool: HttpPool, path = '/'): Promise<string> {
  const answer = await pool.send({ path, headers: {}, signal: AbortSignal.timeout(10_000) });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A connection comes back to the pool one turn after its answer. */
const returned = () => new Promise((resolve) => setImmediate(resolve));

test('uses a connection again', async () => {
  await withPool(
    (_, response) => response.end('yes'),
    async ({ pool, sockets }) => {
      assert.equal(await get(pool), 'yes');
      await returned();
      assert.equal(await get(pool), 'yes');
      assert.equal(sockets.length, 1);
    },
  );
});

test('asks again where a kept connection turns out to be closed', async () => {
  const seen: string[] = [];
  await withPool(
    (request, response) => {
      seen.push(request.url ?? '');
      if (seen.length === 2) request.socket.resetAndDestroy();
      else response.end('yes');
    },
    async ({ pool, sockets }) => {
      await get(pool, '/first');
      await returned();
      assert.equal(await get(pool, '/second'), 'yes');
      assert.deepEqual(seen, ['/first', '/second', '/second']);
      assert.equal(sockets.length, 2);
    },
  );
});

test('does not ask again where a new connection breaks', async () => {
  let asked = 0;
  await withPool(
    (request) => {
      asked++;
      request.socket.resetAndDestroy();
    },
    async ({ pool }) => {
      await assert.rejects(get(pool));
      assert.equal(asked, 1);
    },
  );
});

test('lets what runs go on to its end when it is retired, and keeps nothing', async () => {
  const open: ServerResponse[] = [];
  await withPool(
    (_, response) => {
      open.push(response);
      response.write('begun, ');
    },
    async ({ pool, sockets }) => {
      const answer = await pool.send({ path: '/', headers: {}, signal: AbortSignal.timeout(10_000) });
      pool.retire();
      assert.equal(pool.isIdle(), false);
      open[0]?.end('ended');
      let text = '';
      for await (const chunk of answer) text += chunk;
      assert.equal(text, 'begun, ended');
      const [socket] = sockets;
      if (socket !== undefined && !socket.closed) await once(socket, 'close');
      assert.equal(pool.isIdle(), true);
    },
  );
});

test('cuts what runs when it is destroyed', async () => {
  await withPool(
    (_, response) => response.write('begun, '),
    async ({ pool }) => {
      const answer = await pool.send({ path: '/', headers: {}, signal: AbortSignal.timeout(10_000) });
      pool.destroy();
      await assert.rejects(async () => {
        for await (const _ of answer);
      });
    },
  );
});

test('logs in to a proxy, and says what it answers', async () => {
  const logins: (string | undefined)[] = [];
  const proxy = createServer();
  proxy.on('connect', ({ headers }, socket) => {
    logins.push(headers['proxy-authorization']);
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  const { server } = await listen(proxy);
  const pool = createHttpPool({
    server: new URL('http://api.example.org'),
    tls: {},
    proxy: `http://me:s%20cret@${server.host}`,
    ...ways,
  });
  try {
    await assert.rejects(get(pool), /proxy 127\.0\.0\.1: it answers CONNECT with HTTP 407/);
    assert.deepEqual(logins, [`Basic ${Buffer.from('me:s cret').toString('base64')}`]);
  } finally {
    pool.destroy();
    proxy.closeAllConnections();
    proxy.close();
  }
});
