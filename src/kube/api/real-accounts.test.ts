// Who may read what of a real API server, and with which token: service accounts, rotated tokens, rights that are missing.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serviceManifest } from '../../testing/api-lab.ts';
import {
  collectionOf,
  createAccount,
  createToken,
  missingRealApi,
  openRealApi,
  type RealApi,
} from '../../testing/real-api.ts';
import { followCluster } from '../../testing/source-follower.ts';
import { planEverything } from '../watch-plan.ts';
import { openCredentials } from './credentials.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const NAMESPACE = 'bellbird-accounts';
const missing = missingRealApi() ?? (process.env.BELLBIRD_TEST_KUBECONFIG ? 'the cluster is not ours' : undefined);
// Of a resource that every version has.
const everything = planEverything();
const plan = { ...everything, targets: everything.targets.filter(({ resource }) => resource !== 'endpointslices') };

describe('accounts of a real API server', { skip: missing ?? false, timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-accounts-'));
  let api: RealApi;
  let created = 0;

  before(async () => {
    api = await openRealApi();
    await createAccount(api, NAMESPACE, 'agent');
    const rules = [{ apiGroups: [''], resources: ['nodes', 'services'], verbs: ['list', 'watch'] }];
    await api.call('POST', `${RBAC}/clusterroles`, { metadata: { name: 'reader' }, rules });
    await api.call('POST', `${RBAC}/clusterrolebindings`, {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: NAMESPACE }],
    });
  });
  after(async () => {
    if (missing === undefined) await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Creates a service, and returns its id as followers know it. */
  const createService = async () => {
    const name = `s${created++}`;
    const spec = { ports: [{ port: 80 }], clusterIP: undefined, clusterIPs: undefined };
    const manifest = serviceManifest(`${NAMESPACE}/${name}`, spec);
    await api.call('POST', collectionOf(manifest), manifest);
    return `Service ${NAMESPACE}/${name}`;
  };
  const forget = (secret: string) => api.call('DELETE', `/api/v1/namespaces/${NAMESPACE}/secrets/${secret}`);
  const restart = async () => {
    await api.server?.stop();
    await api.server?.start();
  };

  test('a pod goes on with the next token of its service account, and waits for one where it has none', async () => {
    const { server, ca } = await loadCluster(api.kubeconfig);
    const serviceAccount = join(folder, 'serviceaccount');
    mkdirSync(serviceAccount);
    const give = (token: string) => writeFileSync(join(serviceAccount, 'token'), token);
    writeFileSync(join(serviceAccount, 'ca.crt'), ca);
    give(await createToken(api, NAMESPACE, 'agent', 'first'));
    const environment = { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port };
    await followCluster({ environment, serviceAccount }, plan, async ({ source, objects, gone, told, until }) => {
      const seen = await createService();
      await until('a service', () => objects.has(seen));
      give(await createToken(api, NAMESPACE, 'agent', 'second'));
      await forget('first');
      await restart();
      const next = await createService();
      await until('a service after the first token', () => objects.has(next));
      const refused = source.status().watches.flatMap(({ counts }) => counts.failuresBy.unauthorized ?? []);
      assert.deepEqual(refused, []);
      await forget('second');
      const before = told.length;
      await restart();
      await until('words', () => told.slice(before).some((text) => /does not accept the credentials/.test(text)));
      assert.ok(objects.has(seen) && objects.has(next));
      give(await createToken(api, NAMESPACE, 'agent', 'third'));
      const last = await createService();
      await until('a service with the third token', () => objects.has(last));
      await until('all is well', () => told.at(-1) === 'all is well');
      assert.deepEqual(gone, []);
    });
  });

  test('without any right nothing is taken for an empty cluster, and each rule that is missing is named', async () => {
    const { powerless } = api;
    assert.ok(powerless);
    const seen = await createService();
    await followCluster({ environment: { KUBECONFIG: powerless } }, plan, async ({ source, objects, told, until }) => {
      await until('words', () => told.length >= plan.targets.length);
      const rule = (resource: string) =>
        `{ apiGroups: [""], resources: ["${resource}"], verbs: ["get", "list", "watch"] }`;
      for (const resource of ['nodes', 'services']) {
        const words = `add this rule to the ClusterRole: ${rule(resource)}`;
        assert.equal(told.filter((text) => text.includes(words)).length, 1, words);
      }
      assert.equal(source.status().ready, false);
      assert.equal(objects.size, 0);
      await api.call('POST', `${RBAC}/clusterrolebindings`, {
        metadata: { name: 'powerful' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'powerless' }],
      });
      await until('the cluster', () => objects.has(seen));
      await until('all is well', () => told.at(-1) === 'all is well');
    });
  });
});

/** Where the API server of a kubeconfig is, and the CA it is known by. */
async function loadCluster(kubeconfig: string): Promise<{ readonly server: URL; readonly ca: string }> {
  const { server, tls } = await openCredentials({ environment: { KUBECONFIG: kubeconfig } }).access();
  return { server, ca: String(tls.ca) };
}
