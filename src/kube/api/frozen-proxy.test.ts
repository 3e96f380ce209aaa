// Watches through a proxy that is a process of its own and stops in the middle of everything: to TCP it looks alive.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serviceManifest } from '../../testing/api-lab.ts';
import { type FakeApiServer, startFakeApiServer } from '../../testing/fake-api-server.ts';
import { followCluster } from '../../testing/source-follower.ts';
import { planEverything } from '../watch-plan.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { openCredentials } from './credentials.ts';
import type { ProbeLimits } from './path-probe.ts';

/** Speaks CONNECT and SOCKS 5, whichever it is asked in, to addresses. */
const PROXY = `
const net = require('node:net');
const server = net.createServer((socket) => {
  socket.on('error', () => {});
  const pass = (host, port, said) => {
    const target = net.connect(port, host, () => {
      socket.write(said);
      socket.pipe(target).pipe(socket);
    });
    target.on('error', () => socket.destroy());
    target.on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
  };
  socket.once('data', (first) => {
    if (first[0] !== 5) {
      const [, host, port] = /^CONNECT ([^:]+):(\\d+)/.exec(String(first));
      return pass(host, Number(port), 'HTTP/1.1 200 OK\\r\\n\\r\\n');
    }
    socket.write(Buffer.from([5, 0]));
    socket.once('data', (asked) => {
      pass([...asked.subarray(4, 8)].join('.'), asked.readUInt16BE(8), Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

interface ProxyLab {
  readonly proxy: ChildProcess;
  readonly server: FakeApiServer;
  readonly environment: Readonly<Record<string, string>>;
}

async function withProxy(scheme: string, run: (lab: ProxyLab) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-proxy-'));
  const server = await startFakeApiServer();
  server.put(serviceManifest('shop/cart'));
  const proxy = spawn(process.execPath, ['-e', PROXY], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(proxy.stdout, 'data');
    const kubeconfig = join(folder, 'config');
    const cluster = { server: server.url, 'proxy-url': `${scheme}://127.0.0.1:${String(port).trim()}` };
    const names = { contexts: [{ name: 'c', context: { cluster: 'c' } }], 'current-context': 'c' };
    writeFileSync(kubeconfig, JSON.stringify({ clusters: [{ name: 'c', cluster }], ...names }));
    await run({ proxy, server, environment: { KUBECONFIG: kubeconfig } });
  } finally {
    proxy.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const quick: ProbeLimits = { silence: 200, answer: 500, again: 50 };

/** Resolves when so many questions have come. */
function questions(server: FakeApiServer, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.onRequest = () => {
    if (server.requests.filter(({ path }) => path === '/version').length >= count) resolve();
  };
  return promise;
}

/** Reads a watch to its end, and resolves with what it ended with. */
async function watch(client: ApiClient): Promise<unknown> {
  const query = { watch: 'true', resourceVersion: '1' };
  const signal = AbortSignal.timeout(25_000);
  const request = { path: '/api/v1/services', query, signal, compressed: false, isWatch: true, onBytes: () => {} };
  try {
    for await (const _ of await client.get(request));
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const scheme of ['http', 'socks5']) {
  test(`a watch through a ${scheme} proxy that freezes ends with the reason`, { timeout: 30_000 }, async () => {
    await withProxy(scheme, async ({ proxy, server, environment }) => {
      const client = createApiClient(openCredentials({ environment }), 'bellbird/test', quick);
      const ended = watch(client);
      // Questions find an answer, and the watch goes on.
      await questions(server, 3);
      proxy.kill('SIGSTOP');
      const error = await ended;
      assert.ok(error instanceof ApiError && error.failure === 'unreachable', String(error));
      assert.match(
        error.message,
        /^nothing came for 0 s, and a request sent through the proxy after that was not answered$/,
      );
      await client.close();
    });
  });
}

test('a source hears what changed meanwhile as soon as its proxy goes on', { timeout: 60_000 }, async () => {
  await withProxy('http', async ({ proxy, server, environment }) => {
    const follow = { environment, probeLimits: quick };
    await followCluster(follow, planEverything(), async ({ source, objects, until }) => {
      await until('the watches', () => server.watches().length === 3);
      proxy.kill('SIGSTOP');
      server.put(serviceManifest('shop/pay'));
      await until('a failure', () => source.status().watches.some(({ trouble }) => trouble?.failure === 'unreachable'));
      proxy.kill('SIGCONT');
      await until('the service', () => objects.has('Service shop/pay'));
    });
  });
});
