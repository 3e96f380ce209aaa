import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type FakeApiServer, type Manifest, startFakeApiServer } from '../../testing/fake-api-server.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createApiClient } from './api-client.ts';
import type { Credentials } from './credentials.ts';
import { createLiveSecrets } from './live-secrets.ts';

const ID = { namespace: 'bgp', name: 'fabric' };
const TOR = { ...ID, key: 'tor' };

function secret(values: Readonly<Record<string, string>>, name = 'fabric', namespace = 'bgp'): Manifest {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return { kind: 'Secret', apiVersion: 'v1', metadata: { namespace, name }, data };
}

const found = (text: string) => ({ kind: 'found', text, trouble: undefined }) as const;

/** A source on a fake API server whose back-offs take no time. */
async function openSecrets(...objects: readonly Manifest[]) {
  const server = await startFakeApiServer();
  for (const object of objects) server.put(object);
  const waits: number[] = [];
  const conditions = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>();
  const check = () => {
    for (const condition of conditions) {
      if (!condition.holds()) continue;
      conditions.delete(condition);
      condition.resolve();
    }
  };
  server.onRequest = check;
  let changes = 0;
  const source = createLiveSecrets({
    api: createApiClient(credentials(server), 'bellbird/test'),
    clock: createFakeClock(),
    random: () => 0.5,
    wait: (delayMs) => {
      waits.push(delayMs);
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  source.start(() => {
    changes++;
    check();
  });
  after(async () => {
    await source.stop();
    await server.stop();
  });
  const until = (holds: () => boolean) =>
    holds() ? Promise.resolve() : new Promise<void>((resolve) => conditions.add({ holds, resolve }));
  const reads = (expected: unknown) => until(() => JSON.stringify(source.read(TOR)) === JSON.stringify(expected));
  return { server, source, waits, until, reads, changes: () => changes };
}

function credentials({ url }: FakeApiServer): Credentials {
  const server = new URL(url);
  const access = { server, headers: {}, tls: {}, proxy: undefined, fingerprint: url };
  return { origin: 'test', server: url, access: async () => access, renew: () => {}, close: () => {} };
}

test('asks for the wanted Secrets by name, and for nothing else', async () => {
  const { server, source, reads } = await openSecrets(secret({ tor: 'one' }), secret({ tor: 'two' }, 'other'));
  assert.deepEqual(source.read(TOR), { kind: 'unread', message: undefined });
  assert.equal(server.requests.length, 0);
  source.want([ID]);
  await reads(found('one'));
  for (const { path, query } of server.requests) {
    assert.equal(path, '/api/v1/namespaces/bgp/secrets');
    assert.equal(query.fieldSelector, 'metadata.name=fabric');
  }
});

test('follows changes of the value, and tells of nothing else', async () => {
  const { server, source, until, reads, changes } = await openSecrets(secret({ tor: 'one' }));
  source.want([ID]);
  await reads(found('one'));
  await until(() => server.watches().length === 1);
  const before = changes();
  server.put({ ...secret({ tor: 'one' }), metadata: { namespace: 'bgp', name: 'fabric', labels: { a: 'b' } } });
  server.put(secret({ tor: 'two' }));
  await reads(found('two'));
  assert.equal(changes(), before + 1);
  server.remove('Secret', 'bgp/fabric');
  await reads({ kind: 'missing', message: 'the cluster has no Secret bgp/fabric' });
  server.put(secret({ other: 'three' }));
  await reads({ kind: 'missing', message: 'the Secret bgp/fabric has no key `tor`' });
});

test('keeps what it knows while the API server is away, and says what stands in the way', async () => {
  const { server, source, until, reads } = await openSecrets(secret({ tor: 'one' }));
  source.want([ID]);
  await reads(found('one'));
  await server.stop();
  const isTroubled = () => {
    const reading = source.read(TOR);
    return reading.kind === 'found' && reading.text === 'one' && /does not answer/.test(reading.trouble ?? '');
  };
  await until(isTroubled);
  server.put(secret({ tor: 'two' }));
  await server.listen();
  await reads(found('two'));
});

test('names the rule to add where the right is missing', async () => {
  const { server, source, until, reads } = await openSecrets(secret({ tor: 'one' }));
  server.interfere = () => ({ kind: 'status', code: 403, reason: 'secrets "fabric" is forbidden' });
  source.want([ID]);
  const message = () => {
    const reading = source.read(TOR);
    return reading.kind === 'unread' ? (reading.message ?? '') : '';
  };
  await until(() => message() !== '');
  assert.match(
    message(),
    /no right to read the Secret bgp\/fabric: .*Role in namespace bgp: .*resourceNames: \["fabric"\]/,
  );
  server.interfere = () => undefined;
  await reads(found('one'));
});

test('lists again when the place of a watch is no longer known', async () => {
  const { server, source, until, reads } = await openSecrets(secret({ tor: 'one' }));
  source.want([ID]);
  await reads(found('one'));
  await until(() => server.watches().length === 1);
  server.hold(true);
  server.put(secret({ tor: 'two' }));
  server.watches()[0]?.fail(410);
  await reads(found('two'));
});

test('forgets a Secret that no policy names any more', async () => {
  const { server, source, until, reads } = await openSecrets(secret({ tor: 'one' }));
  source.want([ID]);
  await reads(found('one'));
  await until(() => server.watches().length === 1);
  source.want([]);
  await until(() => source.read(TOR).kind === 'unread');
  assert.deepEqual(source.read(TOR), { kind: 'unread', message: undefined });
});
