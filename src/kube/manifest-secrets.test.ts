import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createManifestSecrets, readManifestSecrets } from './manifest-secrets.ts';
import { readManifests } from './read-manifests.ts';
import type { PathObserver } from './watch-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));

const TOR = { namespace: 'bgp', name: 'fabric', key: 'tor' };
const manifest = (text: string) => `apiVersion: v1
kind: Secret
metadata: { namespace: bgp, name: fabric }
data: { tor: ${Buffer.from(text).toString('base64')} }
`;

test('reads Secrets among other objects, in documents and in lists', async () => {
  const file = join(folder, 'all.yaml');
  const list = `apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Secret, metadata: { namespace: bgp, name: aisle }, stringData: { tor: plain } }
- { apiVersion: v1, kind: Node, metadata: { name: worker-1 } }
`;
  writeFileSync(file, `${manifest('one')}---\n${list}`);
  const read = await readManifestSecrets(file);
  assert.deepEqual(read(TOR), { kind: 'found', text: 'one', trouble: undefined });
  assert.deepEqual(read({ ...TOR, name: 'aisle' }), { kind: 'found', text: 'plain', trouble: undefined });
  assert.equal(read({ ...TOR, name: 'none' }).kind, 'missing');
});

test('keeps Secrets out of the snapshot of the same file', async () => {
  const file = join(folder, 'snapshot.yaml');
  writeFileSync(file, `${manifest('rosebud')}---\n{ apiVersion: v1, kind: Node, metadata: { name: worker-1 } }\n`);
  const { snapshot, problems } = await readManifests([file]);
  const objects = [...snapshot.nodes.values(), ...snapshot.services.values(), ...snapshot.endpointSlices.values()];
  assert.deepEqual([problems, objects.map(({ kind }) => kind)], [[], ['Node']]);
  assert.doesNotMatch(JSON.stringify(objects), /rosebud|cm9zZWJ1ZA/);
});

test('follows the files, and keeps what it knows while one cannot be read', async () => {
  const file = join(folder, 'followed.yaml');
  writeFileSync(file, manifest('one'));
  let observer: PathObserver | undefined;
  const watch = (_: string, given: PathObserver) => {
    observer = given;
    return { close: async () => {} };
  };
  const { promise: first, resolve: onFirst } = Promise.withResolvers<void>();
  let onChange = onFirst;
  const secrets = createManifestSecrets(file, { watch });
  secrets.start(() => onChange());
  assert.equal(observer, undefined, 'nothing is watched before something is wanted');
  secrets.want([TOR]);
  await first;
  assert.deepEqual(secrets.read(TOR), { kind: 'found', text: 'one', trouble: undefined });
  const rewrite = async (text: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    onChange = resolve;
    writeFileSync(file, text);
    observer?.onNotice(file);
    await promise;
  };
  await rewrite(manifest('two'));
  assert.deepEqual(secrets.read(TOR), { kind: 'found', text: 'two', trouble: undefined });
  await rewrite('kind: Secret\n  metadata: {');
  assert.deepEqual(secrets.read(TOR), { kind: 'found', text: 'two', trouble: undefined });
  await rewrite('kind: Node\n');
  assert.equal(secrets.read(TOR).kind, 'missing');
  await secrets.stop();
});
