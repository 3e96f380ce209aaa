// What `generate` writes, in a real API server: the roles are exactly enough, and every manifest is one it takes.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { openLiveSecrets } from '../kube/api/index.ts';
import { type ApiObject, planWatches } from '../kube/index.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../testing/api-lab.ts';
import type { Manifest } from '../testing/fake-api-history.ts';
import {
  collectionOf,
  createAccount,
  createToken,
  missingRealApi,
  openRealApi,
  type RealApi,
} from '../testing/real-api.ts';
import { type Follower, followCluster } from '../testing/source-follower.ts';
import { isRecord } from '../unknown.ts';
import { run } from './cli.ts';
import { rbacManifests } from './generate/rbac-manifests.ts';

const HEAD = 'speaker { as 64512 }\npeer tor-a { address 192.0.2.1  as 64500 }\n';
/** Everything there is to watch, in all namespaces. */
const EDGE = compilePolicy(`${HEAD}range vips load-balancer-ip 198.51.100.0/24`);
/** Services of one namespace, and no endpoints. */
const NARROW = compilePolicy(`${HEAD}service */* { advertise nothing }
range vips load-balancer-ip 198.51.100.0/24 for shop/* aggregate`);

/** A password in a Secret. */
const SECRET = compilePolicy(`speaker { as 64512 }
peer tor-a { address 192.0.2.1  as 64500  password secret shop/fabric key "key" }
range vips load-balancer-ip 198.51.100.0/24`);

const RBAC = 'rbac.authorization.k8s.io/v1';
const missing = missingRealApi() ?? (process.env.BELLBIRD_TEST_KUBECONFIG ? 'the cluster is not ours' : undefined);

describe('what is generated, in a real API server', { skip: missing ?? false, timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-rights-'));
  let api: RealApi;
  let logins = 0;
  /** Without EndpointSlices of version v1. */
  let isOld = false;

  before(async () => {
    api = await openRealApi();
    isOld = await api.call('GET', '/apis/discovery.k8s.io/v1').then(
      () => false,
      () => true,
    );
    if (isOld) return;
    await createAccount(api, 'shop', 'default');
    for (const object of [nodeManifest('worker-1'), service('cart'), sliceManifest('shop/cart')]) {
      await api.call('POST', collectionOf(object), object);
    }
  });
  after(async () => {
    if (missing === undefined) await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A service account with the roles of a policy, in a namespace of its own; its kubeconfig. */
  async function login(namespace: string, manifests: readonly ApiObject[]): Promise<string> {
    await createAccount(api, namespace, 'bellbird');
    for (const manifest of manifests) {
      await apply(manifest).catch((error: unknown) => {
        if (!/ 409 /.test(String(error))) throw error;
      });
    }
    const token = await createToken(api, namespace, 'bellbird', `token-${logins++}`);
    const kubeconfig = api.kubeconfigFor?.(namespace, { token });
    assert.ok(kubeconfig);
    return kubeconfig;
  }

  /** Creates an object where it belongs; a field the server does not know is an error. */
  const apply = (manifest: ApiObject) => api.call('POST', `${placeOf(manifest)}?fieldValidation=Strict`, manifest);

  test('the roles suffice to list and to watch', async (t) => {
    if (isOld) return t.skip('the server is too old');
    const kubeconfig = await login('bellbird', rbacManifests(EDGE, 'bellbird'));
    for (const node of ['worker-1', undefined]) {
      await followCluster({ environment: { KUBECONFIG: kubeconfig } }, planWatches(EDGE, node), async (follower) => {
        await follower.until('all watches', () => isWatching(follower));
        for (const id of ['Node worker-1', 'Service shop/cart', 'EndpointSlice shop/cart-abcde']) {
          assert.ok(follower.objects.has(id), id);
        }
        assert.deepEqual(follower.told, []);
        assert.ok(follower.source.status().watches.every(({ counts }) => counts.failures === 0));
      });
    }
  });

  test('a right that is taken away is named once, and takes no route with it', async (t) => {
    if (isOld) return t.skip('the server is too old');
    const kubeconfig = await login('bellbird', rbacManifests(EDGE, 'bellbird'));
    const path = `/apis/${RBAC}/clusterroles/bellbird`;
    const role = await api.call('GET', path);
    assert.ok(isRecord(role) && Array.isArray(role.rules));
    const rules: readonly unknown[] = role.rules;
    await followCluster(
      { environment: { KUBECONFIG: kubeconfig } },
      planWatches(EDGE, 'worker-1'),
      async (follower) => {
        const { objects, gone, told, until } = follower;
        await until('all watches', () => isWatching(follower));
        await api.call('PATCH', path, {
          rules: rules.filter((rule) => !JSON.stringify(rule).includes('endpointslices')),
        });
        await api.server?.stop();
        await api.server?.start();
        const named = () => told.filter((text) => text.includes('add this rule'));
        await until('words', () => named().length > 0);
        const rule =
          '{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }';
        assert.ok(named()[0]?.endsWith(`add this rule to the ClusterRole: ${rule}`), named()[0]);
        // The others go on.
        const web = service('web');
        await api.call('POST', collectionOf(web), web);
        await until('a service', () => objects.has('Service shop/web'));
        assert.ok(objects.has('EndpointSlice shop/cart-abcde'));
        await api.call('PATCH', path, { rules });
        await until('all is well', () => told.at(-1) === 'all is well');
        assert.equal(named().length, 1);
        assert.deepEqual(gone, []);
      },
    );
  });

  test('a policy that names its namespaces needs no more than a Role in each', async (t) => {
    if (isOld) return t.skip('the server is too old');
    const manifests = rbacManifests(NARROW, 'narrow').map((manifest) => renamed(manifest, 'narrow'));
    const kubeconfig = await login('narrow', manifests);
    await followCluster(
      { environment: { KUBECONFIG: kubeconfig } },
      planWatches(NARROW, undefined),
      async (follower) => {
        await follower.until('all watches', () => isWatching(follower));
        assert.deepEqual(follower.told, []);
      },
    );
    await followCluster({ environment: { KUBECONFIG: kubeconfig } }, planWatches(EDGE, undefined), async (follower) => {
      await follower.until('words', () => follower.told.length >= 2);
      assert.equal(follower.source.status().ready, false);
      for (const text of follower.told) assert.match(text, /add this rule to the ClusterRole/);
    });
  });

  test('a Secret that the policy names can be followed, and no other', async (t) => {
    if (isOld) return t.skip('the server is too old');
    for (const name of ['fabric', 'other']) {
      const data = { key: Buffer.from(`password of ${name}`).toString('base64') };
      await api.call('POST', '/api/v1/namespaces/shop/secrets', { metadata: { name }, data });
    }
    const manifests = rbacManifests(SECRET, 'secretive').map((manifest) => renamed(manifest, 'secretive'));
    const kubeconfig = await login('secretive', manifests);
    const source = openLiveSecrets({ environment: { KUBECONFIG: kubeconfig }, userAgent: 'bellbird/test' });
    const known = (name: string) => source.read({ namespace: 'shop', name, key: 'key' });
    const changed = Promise.withResolvers<void>();
    source.start(() => {
      const other = known('other');
      if (known('fabric').kind === 'found' && other.kind === 'unread' && other.message) changed.resolve();
    });
    source.want(['fabric', 'other'].map((name) => ({ namespace: 'shop', name })));
    await changed.promise;
    assert.deepEqual(known('fabric'), { kind: 'found', text: 'password of fabric', trouble: undefined });
    assert.match(JSON.stringify(known('other')), /secrets .*other/);
    await source.stop();
  });

  test('the kustomize base has no field that the server does not know', async (t) => {
    if (isOld) return t.skip('the server is too old');
    const policy = join(folder, 'edge.bell');
    writeFileSync(policy, `${HEAD}range vips load-balancer-ip 198.51.100.0/24\n`);
    const base = join(folder, 'base');
    const quiet = { write: () => true };
    const args = ['generate', 'daemonset', base, '--policy', policy, '--namespace', 'bellbird-base'];
    assert.equal(await run(args, { stdout: quiet, stderr: quiet }), 0);
    const { resources }: { resources: readonly string[] } = parse(
      readFileSync(join(base, 'kustomization.yaml'), 'utf8'),
    );
    const kinds: string[] = [];
    for (const file of resources) {
      for (const document of parseAllDocuments(readFileSync(join(base, file), 'utf8'))) {
        const manifest: unknown = document.toJS();
        assert.ok(isRecord(manifest));
        await apply(renamed(manifest, 'bellbird-base'));
        kinds.push(String(manifest.kind));
      }
    }
    assert.deepEqual(kinds, ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'DaemonSet']);
    const metadata = { name: 'surplus', namespace: 'bellbird-base' };
    const surplus = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, surplus: true };
    await assert.rejects(apply(surplus), /unknown field/, 'the server tells of fields it does not know');
  });
});

function service(name: string): Manifest {
  const spec = { ports: [{ port: 80 }], clusterIP: undefined, clusterIPs: undefined };
  return serviceManifest(`shop/${name}`, spec);
}

function isWatching({ source }: Follower): boolean {
  return source.status().watches.every(({ connected }) => connected);
}

/** Another name for what has no namespace, and for the role that a binding refers to, so that tests do not meet. */
function renamed(manifest: ApiObject, name: string): ApiObject {
  const { metadata, roleRef } = manifest;
  if (!/Role/.test(String(manifest.kind))) return manifest;
  return {
    ...manifest,
    metadata: { ...(isRecord(metadata) ? metadata : {}), name },
    ...(isRecord(roleRef) ? { roleRef: { ...roleRef, name } } : {}),
  };
}

/** The collection that an object is created in. */
function placeOf({ apiVersion, kind, metadata }: ApiObject): string {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${String(apiVersion)}`;
  const namespace = isRecord(metadata) && metadata.namespace !== undefined ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${namespace}/${String(kind).toLowerCase()}s`;
}
