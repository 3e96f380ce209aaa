import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { openLiveSecrets, readLiveCluster, readLiveSecrets } from '../kube/api/index.ts';
import { planWatches, type WatchPlan } from '../kube/index.ts';
import { missingRealApi, openRealApi, type RealApi } from '../testing/real-api.ts';
import { rbacManifests } from './generate/rbac-manifests.ts';

// Without EndpointSlices, which old servers have in another version.
const HEAD = `speaker { as 64512 }
peer tor-a { address 192.0.2.1  as 64500 }
service */* { advertise nothing }
`;
const VIPS = compilePolicy(`${HEAD}range vips load-balancer-ip 198.51.100.0/24 for default/* aggregate`);
const EXTERNAL = compilePolicy(`${HEAD}range ext external-ip 203.0.113.0/24 aggregate`);
const LOCKED = compilePolicy(
  `${HEAD}peer tor-b { address 192.0.2.2 as 64500 password secret default/fabric key "tor" }`,
);
const GROUP = '/apis/rbac.authorization.k8s.io/v1';
const PATHS: Readonly<Record<string, string>> = {
  ClusterRole: `${GROUP}/clusterroles`,
  ClusterRoleBinding: `${GROUP}/clusterrolebindings`,
  Role: `${GROUP}/namespaces/default/roles`,
  RoleBinding: `${GROUP}/namespaces/default/rolebindings`,
};

describe('the generated roles, in a real API server', { skip: missingRealApi() ?? false }, () => {
  let api: RealApi;

  before(async () => {
    api = await openRealApi();
  });
  after(() => api.close());

  const readAs = (kubeconfig: string, plan: WatchPlan) =>
    readLiveCluster({ environment: { KUBECONFIG: kubeconfig }, plan, userAgent: 'bellbird/test' });

  test('suffice for the policy that they were made for, and for no other', async (t) => {
    const { powerless } = api;
    if (powerless === undefined) return t.skip('the cluster is not ours');
    await assert.rejects(readAs(powerless, planWatches(VIPS, undefined)), /no right to list them/);
    for (const manifest of rbacManifests(VIPS, 'bellbird')) {
      // The account stands for the user that the server knows.
      const user = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'powerless' };
      const body = 'subjects' in manifest ? { ...manifest, subjects: [user] } : manifest;
      await api.call('POST', PATHS[String(manifest.kind)] ?? '', body);
    }
    const { problems } = await readAs(powerless, planWatches(VIPS, undefined));
    assert.deepEqual(problems, []);
    await assert.rejects(readAs(powerless, planWatches(EXTERNAL, undefined)), /add this rule to the ClusterRole/);
  });

  test('suffice for the Secrets that the policy names, and for no other', async (t) => {
    const { powerless } = api;
    if (powerless === undefined) return t.skip('the cluster is not ours');
    const access = { environment: { KUBECONFIG: powerless }, userAgent: 'bellbird/test' };
    const SECRETS = '/api/v1/namespaces/default/secrets';
    const secret = (name: string, tor: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
      stringData: { tor },
    });
    for (const name of ['fabric', 'other']) await api.call('POST', SECRETS, secret(name, 'rosebud'));
    const refs = ['fabric', 'other'].map((name) => ({ namespace: 'default', name, key: 'tor' }));
    const [own = { namespace: '', name: '', key: '' }, other = own] = refs;
    const before = (await readLiveSecrets(access, refs))(own);
    assert.match(
      before.kind === 'unread' ? (before.message ?? '') : '',
      /no right to read .* add this rule to the Role/,
    );
    for (const manifest of rbacManifests(LOCKED, 'bellbird')) {
      if (manifest.kind !== 'Role' && manifest.kind !== 'RoleBinding') continue;
      const user = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'powerless' };
      const named = { ...manifest, metadata: { name: 'bellbird-secrets', namespace: 'default' } };
      const roleRef = { apiGroup: user.apiGroup, kind: 'Role', name: 'bellbird-secrets' };
      const body = 'subjects' in manifest ? { ...named, roleRef, subjects: [user] } : named;
      await api.call('POST', PATHS[String(manifest.kind)] ?? '', body);
    }
    const source = openLiveSecrets(access);
    let check = () => {};
    const until = (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (holds()) resolve();
        };
        check();
      });
    const reads = (text: string) => until(() => JSON.stringify(source.read(own)).includes(text));
    source.want(refs);
    source.start(() => check());
    await reads('rosebud');
    await until(() => JSON.stringify(source.read(other)).includes('no right to read'));
    await api.call('PUT', `${SECRETS}/fabric`, secret('fabric', 'kane'));
    await reads('kane');
    await api.call('DELETE', `${SECRETS}/fabric`);
    await reads('the cluster has no Secret default/fabric');
    await source.stop();
  });
});
