// What of the cluster a policy can depend on, and so what is listed and watched: the less, the better for the API server.
// Pure. In: policy and the node it runs on; out: resources with selectors, each with the reason why, and the labels and
// annotations that can decide anything. In doubt more is asked for.
// Limit: what is not asked for decides nothing, but cannot be explained either; `unseen` says so for messages.

import type { AddressKind, Policy, Range, ServiceBlock } from '../dsl/policy.ts';
import { keepsAtLeast, keptByPolicy } from './keep.ts';
import type { Keep } from './trim.ts';
import type { WatchTarget } from './watch-target.ts';

/** What to list and watch for a policy. */
export interface WatchPlan {
  readonly targets: readonly WatchTarget[];
  readonly keep: Keep;
  /** Sentences about objects that are not asked for, for `status` and `explain`. */
  readonly unseen: readonly string[];
}

/** Slices of headless services, which advertise nothing, carry this label. */
const NOT_HEADLESS = '!service.kubernetes.io/headless';

/** From so many namespaces on, one request for all is cheaper than one for each. */
const NAMESPACE_LIMIT = 4;

/** Plans for one node, or for every node of the cluster if `node` is absent. */
export function planWatches(policy: Policy, node: string | undefined): WatchPlan {
  const namespaces = namedNamespaces(policy);
  const services = planServices(policy, namespaces);
  const slices = planSlices(policy, namespaces);
  return {
    targets: [planNodes(policy, node, slices.length > 0), ...services, ...slices],
    keep: keptByPolicy(policy),
    unseen: describeUnseen(services, slices),
  };
}

/** Everything that the engine reads, of every object: for policies that are not known yet. */
export function planEverything(): WatchPlan {
  const all = {
    namespace: undefined,
    labelSelector: undefined,
    fieldSelector: undefined,
    why: 'everything is asked for',
  };
  return {
    targets: [
      { ...all, resource: 'nodes' },
      { ...all, resource: 'services' },
      { ...all, resource: 'endpointslices' },
    ],
    keep: { kind: 'all' },
    unseen: [],
  };
}

/** True if a source that runs with the first plan has all that the second asks for, so that it need not be replaced. */
export function coversPlan(running: WatchPlan, wanted: WatchPlan): boolean {
  const covered = wanted.targets.every((target) => running.targets.some((candidate) => includes(candidate, target)));
  return covered && keepsAtLeast(running.keep, wanted.keep);
}

function includes(running: WatchTarget, wanted: WatchTarget): boolean {
  const atLeast = (own: string | undefined, other: string | undefined) => own === undefined || own === other;
  return (
    running.resource === wanted.resource &&
    atLeast(running.namespace, wanted.namespace) &&
    atLeast(running.labelSelector, wanted.labelSelector) &&
    atLeast(running.fieldSelector, wanted.fieldSelector)
  );
}

function planServices(policy: Policy, namespaces: readonly string[] | undefined): readonly WatchTarget[] {
  if (policy.ranges.length === 0) return [];
  const kinds = [...new Set(policy.ranges.map(({ addressKind }) => addressKind))];
  // Only services of this type have load balancer addresses.
  const onlyLoadBalancers = kinds.every((kind) => kind === 'load-balancer-ip');
  return perNamespace(namespaces, {
    resource: 'services',
    labelSelector: undefined,
    fieldSelector: onlyLoadBalancers ? 'spec.type=LoadBalancer' : undefined,
    why: `the policy has ranges for ${kinds.join(', ')}`,
  });
}

function planSlices(policy: Policy, namespaces: readonly string[] | undefined): readonly WatchTarget[] {
  const range = policy.ranges.find((candidate) => dependsOnEndpoints(policy, candidate));
  if (range === undefined) return [];
  return perNamespace(namespaces, {
    resource: 'endpointslices',
    labelSelector: NOT_HEADLESS,
    fieldSelector: undefined,
    why: isWhenUsed(range)
      ? `range \`${range.name}\` is advertised only where it is used`
      : `addresses of range \`${range.name}\` can have routes that need endpoints`,
  });
}

function planNodes(policy: Policy, node: string | undefined, endpoints: boolean): WatchTarget {
  const target = { resource: 'nodes', namespace: undefined, labelSelector: undefined } as const;
  if (node === undefined) return { ...target, fieldSelector: undefined, why: 'every node is looked at' };
  if (policy.serviceBlocks.some(({ limit }) => limit?.count !== undefined)) {
    const why = 'a `limit` chooses among the nodes of the cluster';
    return { ...target, fieldSelector: undefined, why };
  }
  if (endpoints && canFallBack(policy)) {
    const why = 'the last usable endpoints of an address count by whether the nodes they are on may advertise it';
    return { ...target, fieldSelector: undefined, why };
  }
  return { ...target, fieldSelector: `metadata.name=${node}`, why: 'no decision depends on other nodes' };
}

/** True if a route can appear or vanish with endpoints. */
function dependsOnEndpoints(policy: Policy, range: Range): boolean {
  return isWhenUsed(range) || !isSilenced(policy, range.addressKind);
}

function isWhenUsed({ mode }: Range): boolean {
  return mode.kind === 'aggregate' && mode.whenUsed;
}

// Any service can ask for an exact route by its traffic policy; so only a policy that says so for all has none.
function isSilenced(policy: Policy, kind: AddressKind): boolean {
  const concerned = policy.serviceBlocks.filter(
    ({ advertise }) => advertise !== undefined && (advertise.kinds.length === 0 || advertise.kinds.includes(kind)),
  );
  const last = concerned.findLastIndex(isForAll);
  const silenced = last >= 0 && concerned.slice(last).every(({ advertise }) => advertise?.mode === 'nothing');
  return silenced || policy.exclusions.services.some(({ paths, where }) => where === undefined && coversAll(paths));
}

/** True if `endpoints ready-or-last`, the default, can hold for any address. */
function canFallBack(policy: Policy): boolean {
  const setting = policy.serviceBlocks.filter(({ endpoints }) => endpoints !== undefined);
  const last = setting.findLastIndex(isForAll);
  return last < 0 || setting.slice(last).some(({ endpoints }) => endpoints?.rule === 'ready-or-last');
}

function isForAll({ path, where }: ServiceBlock): boolean {
  return where === undefined && (path === undefined || path === '*/*');
}

function coversAll(paths: readonly string[]): boolean {
  return paths.length === 0 || paths.includes('*/*');
}

/** The namespaces that the policy's ranges name one by one; undefined if any other can matter. */
function namedNamespaces(policy: Policy): readonly string[] | undefined {
  const paths = policy.ranges.flatMap((range) => (range.for.length === 0 ? ['*/*'] : range.for));
  const namespaces = [...new Set(paths.map((path) => path.split('/')[0] ?? '*'))].sort();
  const literal = namespaces.every((namespace) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace));
  return literal && namespaces.length <= NAMESPACE_LIMIT ? namespaces : undefined;
}

function perNamespace(
  namespaces: readonly string[] | undefined,
  target: Omit<WatchTarget, 'namespace'>,
): readonly WatchTarget[] {
  return (namespaces ?? [undefined]).map((namespace) => ({ ...target, namespace }));
}

function describeUnseen(services: readonly WatchTarget[], slices: readonly WatchTarget[]): readonly string[] {
  const [first] = services;
  if (first === undefined) return ['no Service is watched: the policy has no range'];
  const named = services.flatMap(({ namespace }) => namespace ?? []);
  return [
    first.fieldSelector === undefined
      ? ''
      : 'only Services of type LoadBalancer are watched: no range is for another kind',
    named.length === 0 ? '' : `only Services of ${named.join(', ')} are watched: no range is for another namespace`,
    slices.length > 0 ? '' : 'no EndpointSlice is watched: no decision depends on endpoints',
  ].filter((sentence) => sentence !== '');
}
