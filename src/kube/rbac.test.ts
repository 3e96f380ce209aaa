import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rbacScopes, renderRule, ruleFor, ruleForSecrets } from './rbac.ts';
import type { ResourceName } from './resources.ts';
import { planEverything } from './watch-plan.ts';
import type { WatchTarget } from './watch-target.ts';

function target(resource: ResourceName, namespace?: string): WatchTarget {
  return { resource, namespace, labelSelector: undefined, fieldSelector: undefined, why: '' };
}

const verbs = ['get', 'list', 'watch'];

test('gives one rule for each API group', () => {
  assert.deepEqual(rbacScopes(planEverything().targets), [
    {
      namespace: undefined,
      rules: [
        { apiGroups: [''], resources: ['nodes', 'services'], verbs },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      ],
    },
  ]);
});

test('gives a Role for each namespace, and the ClusterRole only what has none', () => {
  const targets = [target('services', 'shop'), target('nodes'), target('services', 'infra')];
  assert.deepEqual(rbacScopes(targets), [
    { namespace: undefined, rules: [{ apiGroups: [''], resources: ['nodes'], verbs }] },
    { namespace: 'infra', rules: [{ apiGroups: [''], resources: ['services'], verbs }] },
    { namespace: 'shop', rules: [{ apiGroups: [''], resources: ['services'], verbs }] },
  ]);
});

test('writes a rule as it stands in a role', () => {
  assert.equal(
    renderRule(ruleFor(target('endpointslices'))),
    '{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }',
  );
});

test('gives a Role for the named Secrets of each namespace, and nothing more of them', () => {
  const secrets = [
    { namespace: 'shop', name: 'keys' },
    { namespace: 'bgp', name: 'fabric' },
    { namespace: 'bgp', name: 'aisle' },
  ];
  const rule = (...resourceNames: string[]) => ({ apiGroups: [''], resources: ['secrets'], resourceNames, verbs });
  assert.deepEqual(rbacScopes([target('nodes'), target('services', 'shop')], secrets), [
    { namespace: undefined, rules: [{ apiGroups: [''], resources: ['nodes'], verbs }] },
    { namespace: 'bgp', rules: [rule('aisle', 'fabric')] },
    { namespace: 'shop', rules: [{ apiGroups: [''], resources: ['services'], verbs }, rule('keys')] },
  ]);
  assert.equal(
    renderRule(ruleForSecrets(['fabric'])),
    '{ apiGroups: [""], resources: ["secrets"], resourceNames: ["fabric"], verbs: ["get", "list", "watch"] }',
  );
});
