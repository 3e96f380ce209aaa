// The rights that a watch plan needs, in the form of RBAC rules.

import { resources } from './resources.ts';
import type { WatchTarget } from './watch-target.ts';

/** One rule of a Role or a ClusterRole. */
export interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Rules of one Role (`namespace`) or of the ClusterRole (none). */
export interface RbacScope {
  readonly namespace: string | undefined;
  readonly rules: readonly RbacRule[];
}

const VERBS: readonly string[] = ['get', 'list', 'watch'];

/** The smallest rights with which the targets can be read; the ClusterRole first. */
export function rbacScopes(targets: readonly WatchTarget[]): readonly RbacScope[] {
  const named = [...new Set(targets.flatMap(({ namespace }) => namespace ?? []))].sort();
  const scopes = targets.some(({ namespace }) => namespace === undefined) ? [undefined, ...named] : named;
  return scopes.map((namespace) => ({
    namespace,
    rules: uniqueRules(targets.filter((target) => target.namespace === namespace)),
  }));
}

/** `{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }`, to be pasted into a role. */
export function renderRule({ apiGroups, resources: names, verbs }: RbacRule): string {
  const list = (values: readonly string[]) => `[${values.map((value) => `"${value}"`).join(', ')}]`;
  return `{ apiGroups: ${list(apiGroups)}, resources: ${list(names)}, verbs: ${list(verbs)} }`;
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
