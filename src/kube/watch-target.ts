// One thing to list and watch, and why: the parts of a watch plan.

import { type ResourceName, resources } from './resources.ts';

/** A resource, narrowed down as far as the API can. */
export interface WatchTarget {
  readonly resource: ResourceName;
  /** Absent: every namespace, or a resource that has none. */
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
  /** For `status`: what of the policy needs it. */
  readonly why: string;
}

/** `services`, `endpointslices.discovery.k8s.io in namespace shop`, `nodes where metadata.name=worker-1`. */
export function renderTarget(target: WatchTarget): string {
  const { name, group } = resources[target.resource];
  const where = [target.labelSelector, target.fieldSelector].filter((selector) => selector !== undefined).join(',');
  return [
    group === '' ? name : `${name}.${group}`,
    target.namespace === undefined ? '' : ` in namespace ${target.namespace}`,
    where === '' ? '' : ` where ${where}`,
  ].join('');
}
