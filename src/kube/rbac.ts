// The rights that a watch plan and the Secrets of a policy need, in the form of RBAC rules.

import { resources } from './resources.ts';
import type { SecretId } from './secrets.ts';
import type { WatchTarget } from './watch-target.ts';

/** One rule of a Role or a ClusterRole. */
export interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Names of the only objects that it is for; absent: all. */
  readonly resourceNames?: readonly string[];
}

/** Rules of one Role (`namespace`) or of the ClusterRole (none). */
export interface RbacScope {
  readonly namespace: string | undefined;
  readonly rules: readonly RbacRule[];
}

const VERBS: readonly string[] = ['get', 'list', 'watch'];

/** The smallest rights with which the targets and these Secrets can be read; the ClusterRole first. */
export function rbacScopes(targets: readonly WatchTarget[], secrets: readonly SecretId[] = []): readonly RbacScope[] {
  const named = [...new Set([...targets, ...secrets].flatMap(({ namespace }) => namespace ?? []))].sort();
  const scopes = targets.some(({ namespace }) => namespace === undefined) ? [undefined, ...named] : named;
  return scopes.map((namespace) => {
    const names = secrets.filter((secret) => secret.namespace === namespace).map(({ name }) => name);
    const rules = uniqueRules(targets.filter((target) => target.namespace === namespace));
    return { namespace, rules: names.length === 0 ? rules : [...rules, ruleForSecrets(names)] };
  });
}

/** The rule that lets these Secrets of one namespace be read: for list and watch, where they are asked for by name. */
export function ruleForSecrets(names: readonly string[]): RbacRule {
  return { apiGroups: [''], resources: ['secrets'], resourceNames: [...names].sort(), verbs: VERBS };
}

/** `{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }`, to be pasted into a role. */
export function renderRule({ apiGroups, resources: names, resourceNames, verbs }: RbacRule): string {
  const list = (values: readonly string[]) => `[${values.map((value) => `"${value}"`).join(', ')}]`;
  const only = resourceNames === undefined ? '' : `resourceNames: ${list(resourceNames)}, `;
  return `{ apiGroups: ${list(apiGroups)}, resources: ${list(names)}, ${only}verbs: ${list(verbs)} }`;
}

/** The rule that lets one target be read. */
export function ruleFor({ resource }: WatchTarget): RbacRule {
  const { group, name } = resources[resource];
  return { apiGroups: [group], resources: [name], verbs: VERBS };
}

/** One rule for each API group. */
function uniqueRules(targets: readonly WatchTarget[]): readonly RbacRule[] {
  const groups = Map.groupBy(targets, ({ resource }) => resources[resource].group);
  return [...groups].map(([group, members]) => ({
    apiGroups: [group],
    resources: [...new Set(members.map(({ resource }) => resource))].sort(),
    verbs: VERBS,
  }));
}
