// The smallest rights with which an agent can read what a policy needs: a ClusterRole, or Roles where the policy names its
// namespaces or Secrets, bound to one service account.

import type { Policy } from '../../dsl/index.ts';
import { type ApiObject, mergePlans, planWatches, type RbacScope, rbacScopes, secretsOf } from '../../kube/index.ts';

/** Roles and bindings for the service account `bellbird` in `namespace`; `events` where it writes Events on Services. */
export function rbacManifests(policy: Policy, namespace: string, { events = false } = {}): readonly ApiObject[] {
  // Agents ask for their own node only where that will do; the right is the same.
  const { targets } = mergePlans(planWatches(policy, undefined));
  const scopes = rbacScopes(targets, secretsOf([policy]));
  return (events ? scopes.map(withEvents) : scopes).flatMap((scope) => [role(scope), binding(scope, namespace)]);
}

/** An Event is written into the namespace of its Service. */
function withEvents({ namespace, rules }: RbacScope): RbacScope {
  const hasServices = rules.some(({ resources }) => resources.includes('services'));
  const rule = { apiGroups: [''], resources: ['events'], verbs: ['create'] };
  return { namespace, rules: hasServices ? [...rules, rule] : rules };
}

function role({ namespace, rules }: RbacScope): ApiObject {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  return { ...header(kind, namespace), rules };
}

function binding(scope: RbacScope, account: string): ApiObject {
  const kind = scope.namespace === undefined ? 'ClusterRole' : 'Role';
  return {
    ...header(`${kind}Binding`, scope.namespace),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'bellbird' },
    subjects: [{ kind: 'ServiceAccount', name: 'bellbird', namespace: account }],
  };
}

function header(kind: string, namespace: string | undefined): ApiObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: 'bellbird', ...(namespace === undefined ? {} : { namespace }) },
  };
}
