// What the engine reads of an object -> the Kubernetes API object that reads back as the same: for `bellbird snapshot` and
// for what outlives the agent. Nothing else of the object is known any more, so nothing else can leak.

import type { ClusterObject, Endpoint, EndpointSlice, Node, Service } from '../engine/objects.ts';

/** A Kubernetes API object in the form of its JSON. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** Encodes one object; `decodeObject` reads it back. */
export function encodeObject(object: ClusterObject): ApiObject {
  switch (object.kind) {
    case 'Service':
      return encodeService(object);
    case 'EndpointSlice':
      return encodeEndpointSlice(object);
    case 'Node':
      return encodeNode(object);
  }
}

function encodeService(service: Service): ApiObject {
  const { namespace, name, loadBalancerClass } = service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, ...texts('labels', service.labels), ...texts('annotations', service.annotations) },
    spec: {
      type: service.type,
      ...list('clusterIPs', service.clusterIPs),
      ...list('externalIPs', service.externalIPs),
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
      externalTrafficPolicy: service.externalTrafficPolicy,
      internalTrafficPolicy: service.internalTrafficPolicy,
    },
    ...(service.loadBalancerIngress.length === 0
      ? {}
      : { status: { loadBalancer: { ingress: service.loadBalancerIngress.map(withoutAbsent) } } }),
  };
}

function encodeEndpointSlice(slice: EndpointSlice): ApiObject {
  const { namespace, name, serviceName, addressType } = slice;
  const labels = serviceName === undefined ? {} : { 'kubernetes.io/service-name': serviceName };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name, ...texts('labels', labels) },
    addressType,
    endpoints: slice.endpoints.map(encodeEndpoint),
  };
}

function encodeEndpoint({ addresses, nodeName, ready, serving, terminating }: Endpoint): ApiObject {
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

function encodeNode(node: Node): ApiObject {
  const taints = node.taints.map((key) => ({ key, effect: 'NoSchedule' }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, ...texts('labels', node.labels), ...texts('annotations', node.annotations) },
    spec: { ...(node.cordoned ? { unschedulable: true } : {}), ...list('taints', taints) },
    status: {
      ...list(
        'addresses',
        node.internalIPs.map((address) => ({ type: 'InternalIP', address })),
      ),
      conditions: [{ type: 'Ready', status: node.ready ? 'True' : 'False' }],
    },
  };
}

function texts(name: string, map: Readonly<Record<string, string>>): ApiObject {
  return Object.keys(map).length === 0 ? {} : { [name]: map };
}

function list(name: string, items: readonly unknown[]): ApiObject {
  return items.length === 0 ? {} : { [name]: items };
}

function withoutAbsent(value: object): ApiObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
