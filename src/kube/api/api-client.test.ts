// Requests over real connections: who is let in, with what, and what comes back when something is in the way.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serviceManifest } from '../../testing/api-lab.ts';
import { makeCertificates } from '../../testing/certificates.ts';
import { type FakeApiOptions, type FakeApiServer, startFakeApiServer } from '../../testing/fake-api-server.ts';
import { portOf } from '../../testing/port-of.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { ApiError, type ApiFailure } from './api-error.ts';
import { openCredentials } from './credentials.ts';
import type { Environment } from './no-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-client-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const certificates = makeCertificates();
const withoutOpenssl = certificates === undefined && 'openssl is not installed';

/** Writes a file into the folder of these tests and returns its path. */
function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Runs a test with a server and a client whose kubeconfig has these members. */
async function withClient(
  options: FakeApiOptions,
  config: { readonly cluster?: object; readonly user?: object; readonly environment?: Environment },
  run: (client: ApiClient, server: FakeApiServer) => Promise<void>,
): Promise<void> {
  const server = await startFakeApiServer(options);
  server.put(serviceManifest('shop/cart'));
  const path = write('config', {
    clusters: [{ name: 'c', cluster: { server: server.url, ...config.cluster } }],
    users: [{ name: 'c', user: config.user ?? {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    'current-context': 'c',
  });
  const credentials = openCredentials({ environment: { ...config.environment, KUBECONFIG: path } });
  const client = createApiClient(credentials, 'bellbird/test');
  try {
    await run(client, server);
  } finally {
    await client.close();
    await server.stop();
  }
}

async function get(client: ApiClient, path = '/api/v1/services'): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  const chunks: Buffer[] = [];
  for await (const chunk of await client.get({ path, query: {}, signal, compressed: true, onBytes: () => {} })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const failure = (expected: ApiFailure) => (error: unknown) => error instanceof ApiError && error.failure === expected;

test('says who it is', async () => {
  await withClient({}, {}, async (client, server) => {
    await get(client);
    assert.equal(server.requests[0]?.headers['user-agent'], 'bellbird/test');
    assert.equal(server.requests[0]?.headers.accept, 'application/json');
  });
});

test('unpacks what comes compressed, and counts what came', async () => {
  await withClient({}, {}, async (client, server) => {
    for (let at = 0; at < 50; at++) server.put(serviceManifest(`shop/s${at}`));
    let bytes = 0;
    const options = { path: '/api/v1/services', query: {}, signal: AbortSignal.timeout(10_000), compressed: true };
    let text = '';
    const body = await client.get({ ...options, onBytes: (count) => (bytes += count) });
    for await (const chunk of body) text += chunk.toString('utf8');
    assert.ok(bytes > 0 && bytes < text.length / 3, `${bytes} of ${text.length}`);
    assert.match(text, /"name":"s49"/);
  });
});

test('uses a token file as it is now', async () => {
  const tokens = new Set(['first']);
  const tokenFile = write('token', 'first\n');
  await withClient({ tokens }, { user: { tokenFile } }, async (client, server) => {
    await get(client);
    tokens.delete('first');
    tokens.add('second');
    await assert.rejects(get(client), failure('unauthorized'));
    write('token', 'second\n');
    await get(client);
    assert.equal(server.connections(), 1);
  });
});

test('runs an exec plugin once, and again after it was refused', async () => {
  const tokens = new Set(['one']);
  const log = join(folder, 'runs');
  const plugin = write(
    'plugin',
    `#!/bin/sh\necho run >> ${log}\necho "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$(cat ${folder}/exec-token)\\"}}"\n`,
  );
  chmodSync(plugin, 0o755);
  write('exec-token', 'one');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
  await withClient({ tokens }, { user: { exec } }, async (client) => {
    await Promise.all([get(client), get(client), get(client)]);
    tokens.clear();
    tokens.add('two');
    write('exec-token', 'two');
    await assert.rejects(get(client), failure('unauthorized'));
    client.renew();
    await get(client);
    assert.equal(readFileSync(log, 'utf8'), 'run\nrun\n');
  });
});

test('runs an exec plugin again when its token has run out', async () => {
  const log = join(folder, 'expiring-runs');
  const credential = (expires: string) =>
    JSON.stringify({ kind: 'ExecCredential', status: { token: 'one', expirationTimestamp: expires } });
  write('credential', credential(new Date(Date.now() - 1_000).toISOString()));
  const plugin = write('expiring', `#!/bin/sh\necho run >> ${log}\ncat ${folder}/credential\n`);
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
  await withClient({ tokens: new Set(['one']) }, { user: { exec } }, async (client) => {
    await get(client);
    write('credential', credential(new Date(Date.now() + 600_000).toISOString()));
    for (let at = 0; at < 3; at++) await get(client);
    assert.equal(readFileSync(log, 'utf8'), 'run\nrun\n');
  });
});

test('shows the certificate that an exec plugin gives', { skip: withoutOpenssl }, async () => {
  if (certificates === undefined) return;
  const { ca, server: tls, client: own } = certificates;
  const status = { clientCertificateData: own.cert, clientKeyData: own.key };
  write('cert-credential', { kind: 'ExecCredential', status });
  const plugin = write('cert-plugin', `#!/bin/sh\ncat ${folder}/cert-credential\n`);
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
  const cluster = { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const options = { tls: { ...tls, clientCa: ca } };
  await withClient(options, { cluster, user: { exec } }, async (client, server) => {
    await get(client);
    await get(client);
    assert.equal(server.connections(), 1);
  });
  await withClient(options, { cluster }, async (client) => {
    await assert.rejects(get(client), failure('unreachable'));
  });
});

test('acts as whom the kubeconfig says, with groups, uid and all', async () => {
  const user = {
    as: 'system:serviceaccount:net:bellbird',
    'as-uid': 'a-uid',
    'as-groups': ['system:authenticated', 'net-admins'],
    'as-user-extra': { 'example.org/Reason': ['test', 'more'] },
  };
  await withClient({}, { user }, async (client, server) => {
    await get(client);
    const { headers } = server.requests[0] ?? { headers: {} };
    const seen = Object.entries(headers).filter(([name]) => name.startsWith('impersonate-'));
    assert.deepEqual(Object.fromEntries(seen), {
      'impersonate-user': 'system:serviceaccount:net:bellbird',
      'impersonate-uid': 'a-uid',
      'impersonate-group': 'system:authenticated, net-admins',
      'impersonate-extra-example.org%2freason': 'test, more',
    });
  });
});

test('says which plugin does not work', async () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/nonexistent/plugin' };
  await withClient({}, { user: { exec } }, async (client) => {
    await assert.rejects(
      get(client),
      (error) => failure('credentials')(error) && /\/nonexistent\/plugin/.test(String(error)),
    );
  });
});

test('takes up a kubeconfig that was rewritten', async () => {
  const tokens = new Set(['new']);
  await withClient({ tokens }, { user: { token: 'old' } }, async (client, server) => {
    await assert.rejects(get(client), failure('unauthorized'));
    write('config', {
      clusters: [{ name: 'c', cluster: { server: server.url } }],
      users: [{ name: 'c', user: { token: 'new' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
      'current-context': 'c',
    });
    await get(client);
  });
});

test('trusts the CA that the kubeconfig names and no other', { skip: withoutOpenssl }, async () => {
  const tls = certificates?.server;
  if (tls === undefined || certificates === undefined) return;
  const ca = write('ca.crt', certificates.ca);
  await withClient({ tls }, { cluster: { 'certificate-authority': ca } }, async (client, server) => {
    await get(client);
    await get(client);
    assert.equal(server.connections(), 1);
  });
  await withClient({ tls }, {}, async (client) => {
    await assert.rejects(get(client), (error) => failure('unreachable')(error) && /certificate/.test(String(error)));
  });
  await withClient({ tls }, { cluster: { 'insecure-skip-tls-verify': true } }, async (client) => {
    await get(client);
  });
});

test('shows its client certificate, and opens new connections when there is another one', {
  skip: withoutOpenssl,
}, async () => {
  if (certificates === undefined) return;
  const { ca, server: tls, client: own } = certificates;
  const other = makeCertificates();
  const user = { 'client-certificate': write('tls.crt', own.cert), 'client-key': write('tls.key', own.key) };
  const cluster = { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  await withClient({ tls: { ...tls, clientCa: ca } }, { cluster, user }, async (client, server) => {
    await get(client);
    await get(client);
    assert.equal(server.connections(), 1);
    write('tls.crt', other?.client.cert ?? '');
    write('tls.key', other?.client.key ?? '');
    await assert.rejects(get(client), failure('unreachable'));
    write('tls.crt', own.cert);
    write('tls.key', own.key);
    await get(client);
  });
});

test('goes through the proxy that the kubeconfig names', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200).end('{"kind":"ServiceList"}');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(target).pipe(socket);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const port = portOf(proxy);
  const tls = certificates?.server;
  const ca = { 'certificate-authority-data': Buffer.from(certificates?.ca ?? '').toString('base64') };
  try {
    const cluster = { ...(tls && ca), 'proxy-url': `http://127.0.0.1:${port}` };
    await withClient(tls ? { tls } : {}, { cluster }, async (client, server) => {
      await get(client);
      assert.ok(asked[0]?.includes(new URL(server.url).host), asked[0]);
    });
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('goes through a SOCKS proxy, and says which kind it does not speak', async () => {
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => {});
    // A greeting, then a name or an address to connect to.
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request) => {
        const target = connect(request.readUInt16BE(request.length - 2), '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          socket.pipe(target).pipe(socket);
        });
        target.on('error', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const port = portOf(proxy);
  const tls = certificates?.server;
  const ca = { 'certificate-authority-data': Buffer.from(certificates?.ca ?? '').toString('base64') };
  const through = (scheme: string) => ({ ...(tls && ca), 'proxy-url': `${scheme}://127.0.0.1:${port}` });
  await withClient(tls ? { tls } : {}, { cluster: through('socks5') }, async (client, server) => {
    await get(client);
    await get(client);
    assert.equal(server.connections(), 1);
  });
  await withClient({}, { cluster: through('socks4') }, async (client) => {
    await assert.rejects(get(client), /of SOCKS only version 5 is spoken/);
  });
  proxy.close();
});

test('keeps a path that the server address has', async () => {
  const server = await startFakeApiServer();
  server.put(serviceManifest('shop/cart'));
  const path = write('config', {
    clusters: [{ name: 'c', cluster: { server: `${server.url}/k8s/clusters/c-1/` } }],
    contexts: [{ name: 'c', context: { cluster: 'c' } }],
    'current-context': 'c',
  });
  const client = createApiClient(openCredentials({ environment: { KUBECONFIG: path } }), 'bellbird/test');
  try {
    await get(client);
    assert.equal(server.requests[0]?.path, '/k8s/clusters/c-1/api/v1/services');
  } finally {
    await client.close();
    await server.stop();
  }
});

test('tells a refused connection, a reset and a name that is not known apart from an answer', async () => {
  await withClient({}, {}, async (client, server) => {
    server.interfere = () => ({ kind: 'reset' });
    await assert.rejects(get(client), failure('unreachable'));
    server.interfere = () => ({ kind: 'cut', afterBytes: 50, ending: 'reset' });
    await assert.rejects(get(client), failure('unreachable'));
    server.interfere = () => ({ kind: 'status', code: 503, retryAfter: 4 });
    await assert.rejects(
      get(client),
      (error) => failure('server')(error) && error instanceof ApiError && error.retryAfterMs === 4_000,
    );
    await server.stop();
    await assert.rejects(get(client), (error) => failure('unreachable')(error) && /ECONNREFUSED/.test(String(error)));
  });
});

test('ends a request when it is told to, with the reason it was given', async () => {
  await withClient({}, {}, async (client, server) => {
    const controller = new AbortController();
    server.interfere = () => ({ kind: 'silence' });
    server.onSilence = () => controller.abort(new ApiError('stalled', 'nothing came'));
    const options = { path: '/api/v1/services', query: {}, compressed: false, onBytes: () => {} };
    await assert.rejects(client.get({ ...options, signal: controller.signal }), failure('stalled'));
  });
});
