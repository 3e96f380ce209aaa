// Kubernetes objects for labs, as the API would print them, and the manifest folder that agents watch.
// Every write is a rename, as a careful deployment tool would do it, and reports its time.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Lab, labFolder } from './lab.ts';

/** One object of a manifest. */
export type Manifest = Readonly<Record<string, unknown>>;

/** What a lab states about a node. */
export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly internalIPs?: readonly string[];
}

/** A Node that is Ready. */
export function node(name: string, options: NodeOptions = {}): Manifest {
  const addresses = (options.internalIPs ?? []).map((address) => ({ type: 'InternalIP', address }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: options.labels ?? {}, annotations: options.annotations ?? {} },
    status: { addresses, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** What a lab states about a service; everything else is left out of the manifest. */
export interface ServiceOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  /** Addresses, or whole entries of status.loadBalancer.ingress. */
  readonly ingress?: readonly (string | Manifest)[];
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  readonly internalTrafficPolicy?: 'Cluster' | 'Local';
}

/** A Service; `path` is `namespace/name`. Without cluster IPs it gets one that no lab's range covers. */
export function service(path: string, options: ServiceOptions = {}): Manifest {
  const { labels = {}, annotations = {}, type = 'ClusterIP', ingress, ...spec } = options;
  const clusterIPs = options.clusterIPs ?? ['10.255.0.1'];
  const entries = (ingress ?? []).map((entry) => (typeof entry === 'string' ? { ip: entry } : entry));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata(path), labels, annotations },
    spec: { type, ...spec, clusterIPs, clusterIP: clusterIPs[0] },
    status: { loadBalancer: { ingress: entries } },
  };
}

/** A service of type LoadBalancer. */
export function loadBalancer(path: string, ingress: ServiceOptions['ingress'], options: ServiceOptions = {}): Manifest {
  return service(path, { type: 'LoadBalancer', ingress: ingress ?? [], ...options });
}

/** The same with externalTrafficPolicy Local. */
export function localLoadBalancer(
  path: string,
  ingress: ServiceOptions['ingress'],
  options: ServiceOptions = {},
): Manifest {
  return loadBalancer(path, ingress, { externalTrafficPolicy: 'Local', ...options });
}

/** One endpoint: on a node, or on none. Conditions that are left out stay out of the manifest. */
export interface EndpointOptions {
  readonly node?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly address?: string;
}

/** The endpoints of a service in one family; a plain string is a ready endpoint on that node. */
export function endpoints(
  path: string,
  entries: readonly (string | EndpointOptions)[],
  options: { readonly addressType?: 'IPv4' | 'IPv6' | 'FQDN'; readonly slice?: string } = {},
): Manifest {
  const addressType = options.addressType ?? 'IPv4';
  const { namespace, name } = metadata(path);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace,
      name: `${name}-${addressType.toLowerCase()}${options.slice ?? ''}`,
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType,
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: entries.map((entry, index) =>
      endpoint(typeof entry === 'string' ? { node: entry } : entry, addressType, index),
    ),
  };
}

function endpoint(options: EndpointOptions, addressType: string, index: number): Manifest {
  const { ready = true, serving, terminating } = options;
  const own = { IPv4: `10.244.0.${index + 1}`, IPv6: `fd00:10:244::${index + 1}` }[addressType] ?? 'pod.example.org';
  return {
    addresses: [options.address ?? own],
    conditions: {
      ready,
      ...(serving === undefined ? {} : { serving }),
      ...(terminating === undefined ? {} : { terminating }),
    },
    ...(options.node === undefined ? {} : { nodeName: options.node }),
  };
}

function metadata(path: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = path.split('/');
  return { namespace, name };
}

/** A folder of manifests that agents watch. */
export interface ManifestFolder {
  readonly path: string;
  /** Replaces one file by a multi-document YAML; returns the time of the rename in milliseconds since the epoch. */
  write(name: string, objects: readonly Manifest[]): number;
  /** The same with any text. */
  writeText(name: string, text: string): number;
  /** Deletes one file; returns the time. */
  remove(name: string): number;
}

/** Makes an empty folder of manifests. */
export function createManifestFolder(lab: Lab, name = 'cluster'): ManifestFolder {
  const path = labFolder(lab, name);
  const writeText = (file: string, text: string): number => replaceFile(lab, join(path, file), text);
  return {
    path,
    writeText,
    write: (file, objects) => writeText(file, objects.map((object) => stringify(object)).join('---\n')),
    remove: (file) => {
      const at = now();
      rmSync(join(path, file));
      return at;
    },
  };
}

/** Replaces a file in one step; the new one is prepared outside the folder, so that nobody watching it sees half. */
export function replaceFile(lab: Lab, path: string, text: string): number {
  const prepared = join(labFolder(lab, 'prepared'), 'file');
  writeFileSync(prepared, text);
  const at = now();
  renameSync(prepared, path);
  return at;
}

/** Wall clock in milliseconds with a fraction, comparable with the route monitor's times. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
