import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { readLiveCluster } from '../kube/api/index.ts';
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
});
