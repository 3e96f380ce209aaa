// The API resources that bellbird reads: names, groups and paths in one place.

import type { ClusterObject } from '../engine/objects.ts';
import type { ApiType } from './decode.ts';

/** Plural name of a resource, as in paths and RBAC rules. */
export type ResourceName = 'services' | 'endpointslices' | 'nodes';

/** What the API calls one resource. */
export interface Resource {
  readonly name: ResourceName;
  readonly objectKind: ClusterObject['kind'];
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
}

/** Every resource bellbird knows how to read. */
export const resources: Readonly<Record<ResourceName, Resource>> = {
  services: { name: 'services', objectKind: 'Service', group: '', version: 'v1', namespaced: true },
  endpointslices: {
    name: 'endpointslices',
    objectKind: 'EndpointSlice',
    group: 'discovery.k8s.io',
    version: 'v1',
    namespaced: true,
  },
  nodes: { name: 'nodes', objectKind: 'Node', group: '', version: 'v1', namespaced: false },
};

/** `/api/v1/services`, `/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices`. */
export function resourcePath(name: ResourceName, namespace: string | undefined): string {
  const { group, version } = resources[name];
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined ? `${root}/${name}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${name}`;
}

/** The type that the items of a typed list leave out. */
export function resourceType(name: ResourceName): ApiType {
  const { group, version, objectKind } = resources[name];
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind: objectKind };
}
