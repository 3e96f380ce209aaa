// What the engine reads of the Kubernetes objects: nothing else is kept in memory, and a change elsewhere is no change.
// Field names follow the API; strings the API leaves open are kept as strings.

/** `namespace/name`. */
export type ObjectKey = string;

/** Part of core/v1 Service. */
export interface Service {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** spec.type; an unset one is ClusterIP. */
  readonly type: string;
  /** spec.clusterIPs, or spec.clusterIP where only that is set; `None` is kept. */
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly loadBalancerIngress: readonly LoadBalancerIngress[];
  readonly loadBalancerClass: string | undefined;
  /** Unset counts as Cluster. */
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
}

/** One entry of status.loadBalancer.ingress. */
export interface LoadBalancerIngress {
  readonly ip: string | undefined;
  readonly hostname: string | undefined;
  /** `VIP` or `Proxy` (KEP-1860); unset counts as VIP. */
  readonly ipMode: string | undefined;
}

/** Part of discovery.k8s.io/v1 EndpointSlice. */
export interface EndpointSlice {
  readonly kind: 'EndpointSlice';
  readonly namespace: string;
  readonly name: string;
  /** Label `kubernetes.io/service-name`; a slice without it belongs to no service. */
  readonly serviceName: string | undefined;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly Endpoint[];
}

/** One endpoint of a slice, conditions already resolved as the API documents absent values. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly nodeName: string | undefined;
  /** Absent means true. */
  readonly ready: boolean;
  /** Absent means the same as ready. */
  readonly serving: boolean;
  /** Absent means false. */
  readonly terminating: boolean;
}

/** Part of core/v1 Node. */
export interface Node {
  readonly kind: 'Node';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** status.addresses of type InternalIP, in their order. */
  readonly internalIPs: readonly string[];
  /** status.conditions Ready is True. */
  readonly ready: boolean;
  /** spec.unschedulable. */
  readonly cordoned: boolean;
  readonly taints: readonly string[];
}

/** Any object the engine reads. */
export type ClusterObject = Service | EndpointSlice | Node;

/** `namespace/name`, or the bare name of a Node. */
export function objectKey(object: ClusterObject): ObjectKey {
  // Joined, because V8 keeps what a template makes of long texts as a tree of its parts.
  return object.kind === 'Node' ? object.name : [object.namespace, object.name].join('/');
}
