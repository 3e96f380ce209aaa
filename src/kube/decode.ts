// Kubernetes API objects as JSON -> the parts of them the engine reads. Manifests and the live API share it.
// Unknown members are ignored; absent ones get the meaning the API documents; nothing of a wrong type passes.
// Limit: values are not looked into here. An address that does not parse is kept as text, for the engine to skip.

import {
  type ClusterObject,
  type Endpoint,
  type EndpointSlice,
  type LoadBalancerIngress,
  type Node,
  objectKey,
  type Service,
} from '../engine/objects.ts';
import {
  type FieldPath,
  type FieldProblem,
  type Fields,
  readDocument,
  readFlag,
  readObject,
  readObjects,
  readText,
  readTextMap,
  readTexts,
} from './fields.ts';

/** What one JSON value turned out to be. */
export type Decoded =
  | { readonly kind: 'object'; readonly object: ClusterObject }
  /** A List, ServiceList, EndpointSliceList or NodeList: its items are values to decode with `itemType`. */
  | { readonly kind: 'list'; readonly items: readonly unknown[]; readonly itemType: ApiType | undefined }
  /** An object of a kind that the engine does not read. */
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly id: ObjectId | undefined; readonly problems: readonly FieldProblem[] };

/** `Service shop/cart` or `Node worker-1`: names an object in messages, and is unique in a cluster. */
export type ObjectId = string;

/** The two members that say what an object is. */
export interface ApiType {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `Service shop/cart`, `EndpointSlice shop/cart-x2k9d`, `Node worker-1`. */
export function objectId(object: ClusterObject): ObjectId {
  return `${object.kind} ${objectKey(object)}`;
}

/** Decodes any API object. `inherited` stands in for the type that items of a typed list leave out. */
export function decodeObject(value: unknown, inherited?: ApiType): Decoded {
  const fields = readDocument(value);
  if (fields === undefined) return refuse([], 'expected a Kubernetes object');
  const kind = readText(fields, 'kind') ?? inherited?.kind;
  const apiVersion = readText(fields, 'apiVersion') ?? inherited?.apiVersion;
  if (fields.problems.length > 0) return { kind: 'refused', id: undefined, problems: fields.problems };
  if (kind === undefined) return refuse([], 'not a Kubernetes object: `kind` is missing');
  if (apiVersion === undefined) return refuse([], 'not a Kubernetes object: `apiVersion` is missing');
  if (LIST_KINDS.includes(kind)) return decodeList(fields, { apiVersion, kind });
  return decodeKind(fields, { apiVersion, kind });
}

function decodeKind(fields: Fields, { apiVersion, kind }: ApiType): Decoded {
  const type = `${apiVersion} ${kind}`;
  switch (type) {
    case 'v1 Service':
      return finish(fields, kind, decodeService(fields));
    case 'discovery.k8s.io/v1 EndpointSlice':
      return finish(fields, kind, decodeEndpointSlice(fields));
    case 'v1 Node':
      return finish(fields, kind, decodeNode(fields));
    case 'discovery.k8s.io/v1beta1 EndpointSlice':
      return refuse(
        ['apiVersion'],
        '`discovery.k8s.io/v1beta1` left Kubernetes with version 1.25; `discovery.k8s.io/v1` is read',
        identify(fields, kind),
      );
    default:
      // Other groups have kinds of the same name, for example Knative's Service.
      return { kind: 'other' };
  }
}

// Other kinds may end in `List` without being one, for example an `AllowList` of somebody's own.
const LIST_KINDS: readonly string[] = ['List', 'ServiceList', 'EndpointSliceList', 'NodeList'];

function decodeList(fields: Fields, { apiVersion, kind }: ApiType): Decoded {
  const { items } = fields.value;
  if (items === undefined || items === null) return { kind: 'list', items: [], itemType: undefined };
  if (!Array.isArray(items)) return refuse(['items'], 'expected a list');
  const itemType = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return { kind: 'list', items, itemType };
}

/** Reads a core/v1 Service. Problems are left in the cursor. */
export function decodeService(fields: Fields): Service {
  const metadata = readObject(fields, 'metadata');
  const spec = readObject(fields, 'spec');
  const status = readObject(readObject(fields, 'status'), 'loadBalancer');
  return {
    kind: 'Service',
    namespace: readNamespace(metadata),
    name: readName(metadata),
    labels: readTextMap(metadata, 'labels'),
    annotations: readAnnotations(metadata),
    type: readServiceType(spec),
    clusterIPs: readClusterIPs(spec),
    externalIPs: readTexts(spec, 'externalIPs'),
    loadBalancerIngress: readObjects(status, 'ingress').map(decodeIngress),
    loadBalancerClass: readText(spec, 'loadBalancerClass') || undefined,
    externalTrafficPolicy: readTrafficPolicy(spec, 'externalTrafficPolicy'),
    internalTrafficPolicy: readTrafficPolicy(spec, 'internalTrafficPolicy'),
  };
}

/** Reads a discovery.k8s.io/v1 EndpointSlice. Problems are left in the cursor. */
export function decodeEndpointSlice(fields: Fields): EndpointSlice {
  const metadata = readObject(fields, 'metadata');
  return {
    kind: 'EndpointSlice',
    namespace: readNamespace(metadata),
    name: readName(metadata),
    serviceName: readTextMap(metadata, 'labels')['kubernetes.io/service-name'] || undefined,
    addressType: readAddressType(fields),
    endpoints: readObjects(fields, 'endpoints').map(decodeEndpoint),
  };
}

/** Reads a core/v1 Node. Problems are left in the cursor. */
export function decodeNode(fields: Fields): Node {
  const metadata = readObject(fields, 'metadata');
  const spec = readObject(fields, 'spec');
  const status = readObject(fields, 'status');
  const addresses = readObjects(status, 'addresses').filter((entry) => readText(entry, 'type') === 'InternalIP');
  const conditions = readObjects(status, 'conditions').filter((entry) => readText(entry, 'type') === 'Ready');
  return {
    kind: 'Node',
    name: readName(metadata),
    labels: readTextMap(metadata, 'labels'),
    annotations: readAnnotations(metadata),
    internalIPs: addresses.flatMap((entry) => readText(entry, 'address') ?? []),
    ready: conditions.some((entry) => readText(entry, 'status') === 'True'),
    cordoned: readFlag(spec, 'unschedulable') ?? false,
    taints: readObjects(spec, 'taints').flatMap((taint) => readText(taint, 'key') ?? []),
  };
}

function decodeIngress(entry: Fields): LoadBalancerIngress {
  return {
    ip: readText(entry, 'ip') || undefined,
    hostname: readText(entry, 'hostname') || undefined,
    ipMode: readText(entry, 'ipMode') || undefined,
  };
}

function decodeEndpoint(endpoint: Fields): Endpoint {
  const conditions = readObject(endpoint, 'conditions');
  const ready = readFlag(conditions, 'ready') ?? true;
  return {
    addresses: readTexts(endpoint, 'addresses'),
    nodeName: readText(endpoint, 'nodeName') || undefined,
    ready,
    serving: readFlag(conditions, 'serving') ?? ready,
    terminating: readFlag(conditions, 'terminating') ?? false,
  };
}

function readClusterIPs(spec: Fields): readonly string[] {
  const all = readTexts(spec, 'clusterIPs');
  const first = readText(spec, 'clusterIP');
  return all.length === 0 && first ? [first] : all;
}

/** JSON brings a text of its own for every object. */
const SERVICE_TYPES: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

function readServiceType(spec: Fields): string {
  const text = readText(spec, 'type') || 'ClusterIP';
  return SERVICE_TYPES.find((type) => type === text) ?? text;
}

function readTrafficPolicy(spec: Fields, name: string): 'Cluster' | 'Local' {
  const text = readText(spec, name) || 'Cluster';
  if (text === 'Cluster' || text === 'Local') return text;
  spec.problems.push({ path: [...spec.path, name], message: `expected \`Cluster\` or \`Local\`, found \`${text}\`` });
  return 'Cluster';
}

function readAddressType(slice: Fields): EndpointSlice['addressType'] {
  const text = readText(slice, 'addressType');
  if (text === 'IPv4' || text === 'IPv6' || text === 'FQDN') return text;
  const found = text === undefined ? 'nothing' : `\`${text}\``;
  slice.problems.push({ path: ['addressType'], message: `expected \`IPv4\`, \`IPv6\` or \`FQDN\`, found ${found}` });
  return 'FQDN';
}

// kubectl keeps a second copy of the whole object here. It is large, and a change to it alone is no change.
const APPLIED_COPY = 'kubectl.kubernetes.io/last-applied-configuration';

function readAnnotations(metadata: Fields): Readonly<Record<string, string>> {
  const { [APPLIED_COPY]: _, ...annotations } = readTextMap(metadata, 'annotations');
  return annotations;
}

function readNamespace(metadata: Fields): string {
  return checkName(metadata, 'namespace', readText(metadata, 'namespace') || 'default');
}

function readName(metadata: Fields): string {
  const name = readText(metadata, 'name');
  if (name) return checkName(metadata, 'name', name);
  // A name of the wrong type is reported already.
  if (name === '' || !Object.hasOwn(metadata.value, 'name')) {
    metadata.problems.push({ path: ['metadata', 'name'], message: 'missing' });
  }
  return '';
}

// Names become keys, log lines and comments in BIRD's configuration: only what the API allows may pass.
function checkName(metadata: Fields, member: string, name: string): string {
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  metadata.problems.push({
    path: ['metadata', member],
    message: `\`${name.slice(0, 60)}\` is no Kubernetes name: lower-case letters, digits, \`-\` and \`.\`, at most 253`,
  });
  return name;
}

function finish(fields: Fields, kind: string, object: ClusterObject): Decoded {
  if (fields.problems.length === 0) return { kind: 'object', object };
  return { kind: 'refused', id: identify(fields, kind), problems: fields.problems };
}

/** The id of an object that does not decode, if at least its name can be read. */
function identify(fields: Fields, kind: string): ObjectId | undefined {
  const metadata = readObject({ ...fields, problems: [] }, 'metadata');
  const name = readText(metadata, 'name');
  if (!name || metadata.problems.length > 0) return undefined;
  return kind === 'Node' ? `Node ${name}` : `${kind} ${readText(metadata, 'namespace') || 'default'}/${name}`;
}

function refuse(path: FieldPath, message: string, id?: ObjectId): Decoded {
  return { kind: 'refused', id, problems: [{ path, message }] };
}
