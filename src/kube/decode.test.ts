import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterObject } from '../engine/objects.ts';
import { decodeObject } from './decode.ts';
import { renderFieldPath } from './fields.ts';

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' } };
const slice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'cart-x2k9d', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
  addressType: 'IPv4',
};
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } };

test('reads every field of a Service that the engine uses', () => {
  const decoded = decodedObject({
    ...service,
    metadata: { ...service.metadata, labels: { tier: 'edge' }, annotations: { note: 'x' }, uid: 'ignored' },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10', 'fd00:10:96::10'],
      externalIPs: ['203.0.113.10'],
      loadBalancerClass: 'example.org/edge',
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Local',
      ports: [{ port: 80 }],
    },
    status: {
      loadBalancer: { ingress: [{ ip: '198.51.100.10', ipMode: 'VIP', ports: [] }, { hostname: 'lb.example.org' }] },
    },
  });
  assert.deepEqual(decoded, {
    kind: 'Service',
    namespace: 'shop',
    name: 'cart',
    labels: { tier: 'edge' },
    annotations: { note: 'x' },
    type: 'LoadBalancer',
    clusterIPs: ['10.96.0.10', 'fd00:10:96::10'],
    externalIPs: ['203.0.113.10'],
    loadBalancerIngress: [
      { ip: '198.51.100.10', hostname: undefined, ipMode: 'VIP' },
      { ip: undefined, hostname: 'lb.example.org', ipMode: undefined },
    ],
    loadBalancerClass: 'example.org/edge',
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Local',
  });
});

test('gives absent fields of a Service the meaning that the API documents', () => {
  assert.deepEqual(decodedObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' } }), {
    kind: 'Service',
    namespace: 'default',
    name: 'cart',
    labels: {},
    annotations: {},
    type: 'ClusterIP',
    clusterIPs: [],
    externalIPs: [],
    loadBalancerIngress: [],
    loadBalancerClass: undefined,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
  });
});

test('takes the one cluster IP where the list of them is absent', () => {
  assert.deepEqual(partOf({ ...service, spec: { clusterIP: 'None' } }, 'clusterIPs'), ['None']);
  assert.deepEqual(partOf({ ...service, spec: { clusterIP: '' } }, 'clusterIPs'), []);
  assert.deepEqual(partOf({ ...service, spec: { clusterIP: '10.96.0.1', clusterIPs: null } }, 'clusterIPs'), [
    '10.96.0.1',
  ]);
});

test('drops the copy of the object that kubectl keeps in an annotation', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' };
  const decoded = partOf({ ...service, metadata: { ...service.metadata, annotations } }, 'annotations');
  assert.deepEqual(decoded, { kept: 'yes' });
});

const conditionRows: readonly [string, unknown, { ready: boolean; serving: boolean; terminating: boolean }][] = [
  ['no conditions at all', undefined, { ready: true, serving: true, terminating: false }],
  ['null conditions', { ready: null, serving: null }, { ready: true, serving: true, terminating: false }],
  ['serving follows ready', { ready: false }, { ready: false, serving: false, terminating: false }],
  [
    'all three given',
    { ready: false, serving: true, terminating: true },
    { ready: false, serving: true, terminating: true },
  ],
];

for (const [title, conditions, expected] of conditionRows) {
  test(`reads the conditions of an endpoint: ${title}`, () => {
    const endpoint = { addresses: ['10.0.0.1'], nodeName: 'worker-1', conditions };
    assert.deepEqual(partOf({ ...slice, endpoints: [endpoint] }, 'endpoints'), [
      { addresses: ['10.0.0.1'], nodeName: 'worker-1', ...expected },
    ]);
  });
}

test('reads a slice without endpoints, without a service and without a node name', () => {
  assert.deepEqual(partOf({ ...slice, endpoints: null }, 'endpoints'), []);
  assert.equal(partOf({ ...slice, metadata: { name: 'x' } }, 'serviceName'), undefined);
  const [endpoint] = [partOf({ ...slice, endpoints: [{ addresses: [] }] }, 'endpoints')].flat();
  assert.deepEqual(endpoint, { addresses: [], nodeName: undefined, ready: true, serving: true, terminating: false });
});

test('reads every field of a Node that the engine uses', () => {
  const decoded = decodedObject({
    ...node,
    metadata: { name: 'worker-1', labels: { rack: 'a' }, annotations: {} },
    spec: { unschedulable: true, taints: [{ key: 'example.org/maintenance', effect: 'NoSchedule' }] },
    status: {
      addresses: [
        { type: 'Hostname', address: 'worker-1' },
        { type: 'InternalIP', address: '192.0.2.11' },
        { type: 'InternalIP', address: '2001:db8::11' },
      ],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
    },
  });
  assert.deepEqual(decoded, {
    kind: 'Node',
    name: 'worker-1',
    labels: { rack: 'a' },
    annotations: {},
    internalIPs: ['192.0.2.11', '2001:db8::11'],
    ready: true,
    cordoned: true,
    taints: ['example.org/maintenance'],
  });
});

test('takes a Node without status as not ready and without addresses', () => {
  const decoded = decodedObject(node);
  assert.deepEqual(decoded.kind === 'Node' && [decoded.ready, decoded.cordoned, decoded.internalIPs], [
    false,
    false,
    [],
  ]);
});

test('keeps an address that does not parse, for the engine to skip', () => {
  assert.deepEqual(partOf({ ...service, spec: { externalIPs: ['300.0.0.1'] } }, 'externalIPs'), ['300.0.0.1']);
});

const refusals: readonly [string, unknown, readonly string[]][] = [
  ['no object', 'text', [': expected a Kubernetes object']],
  ['no kind', { apiVersion: 'v1' }, [': not a Kubernetes object: `kind` is missing']],
  ['no API version', { kind: 'Service' }, [': not a Kubernetes object: `apiVersion` is missing']],
  ['a kind that is no text', { kind: 7 }, ['kind: expected text, found `7`; write "7" in quotes']],
  ['no name', { ...service, metadata: {} }, ['metadata.name: missing']],
  [
    'a name that the API would refuse',
    { ...service, metadata: { name: 'Cart' } },
    ['metadata.name: `Cart` is no Kubernetes name: lower-case letters, digits, `-` and `.`, at most 253'],
  ],
  [
    'a label that is a number',
    { ...node, metadata: { name: 'worker-1', labels: { 'example.org/rack': 12 } } },
    ['metadata.labels["example.org/rack"]: expected text, found `12`; write "12" in quotes'],
  ],
  [
    'several wrong types at once',
    { ...service, spec: { externalIPs: '203.0.113.1', clusterIPs: [1], type: {} } },
    [
      'spec.type: expected text, found an object',
      'spec.clusterIPs[0]: expected text, found `1`; write "1" in quotes',
      'spec.externalIPs: expected a list, found `203.0.113.1`',
    ],
  ],
  [
    'a traffic policy that is neither',
    { ...service, spec: { externalTrafficPolicy: 'local' } },
    ['spec.externalTrafficPolicy: expected `Cluster` or `Local`, found `local`'],
  ],
  [
    'a condition that is no truth value',
    { ...slice, endpoints: [{ addresses: [], conditions: { ready: 'yes' } }] },
    ['endpoints[0].conditions.ready: expected true or false, found `yes`'],
  ],
  ['endpoints that are no objects', { ...slice, endpoints: [null] }, ['endpoints[0]: expected an object, found null']],
  [
    'no address type',
    { ...slice, addressType: undefined },
    ['addressType: expected `IPv4`, `IPv6` or `FQDN`, found nothing'],
  ],
  [
    'the beta version of EndpointSlice',
    { ...slice, apiVersion: 'discovery.k8s.io/v1beta1' },
    ['apiVersion: `discovery.k8s.io/v1beta1` left Kubernetes with version 1.25; `discovery.k8s.io/v1` is read'],
  ],
  ['a list whose items are no list', { apiVersion: 'v1', kind: 'List', items: {} }, ['items: expected a list']],
];

for (const [title, value, expected] of refusals) {
  test(`refuses, with the path of what is wrong: ${title}`, () => {
    const decoded = decodeObject(value);
    assert.equal(decoded.kind, 'refused');
    if (decoded.kind !== 'refused') return;
    const found = decoded.problems.map(({ path, message }) => `${renderFieldPath(path)}: ${message}`);
    assert.deepEqual(found, expected);
  });
}

test('names the object it refuses where its name can be read', () => {
  const ids = [
    { ...service, spec: [] },
    { ...slice, addressType: 'IPv5' },
    { ...node, spec: [] },
    { ...service, metadata: 1 },
  ].map((value) => {
    const decoded = decodeObject(value);
    return decoded.kind === 'refused' ? decoded.id : decoded.kind;
  });
  assert.deepEqual(ids, ['Service shop/cart', 'EndpointSlice shop/cart-x2k9d', 'Node worker-1', undefined]);
});

test('leaves other kinds alone, also those of other groups with the same name', () => {
  for (const [apiVersion, kind] of [
    ['apps/v1', 'Deployment'],
    ['v1', 'Endpoints'],
    ['serving.knative.dev/v1', 'Service'],
    ['metallb.io/v1beta1', 'IPAddressPool'],
    ['example.org/v1', 'AllowList'],
  ]) {
    assert.deepEqual(decodeObject({ apiVersion, kind, spec: 7 }), { kind: 'other' });
  }
});

test('unfolds lists, and lends the items of a typed one its type', () => {
  assert.deepEqual(decodeObject({ apiVersion: 'v1', kind: 'List', items: [1] }), {
    kind: 'list',
    items: [1],
    itemType: undefined,
  });
  assert.deepEqual(decodeObject({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSliceList', items: null }), {
    kind: 'list',
    items: [],
    itemType: undefined,
  });
  const list = decodeObject({ apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 'a' } }] });
  assert.deepEqual(list.kind === 'list' && list.itemType, { apiVersion: 'v1', kind: 'Service' });
  const item = decodeObject({ metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'Service' });
  assert.equal(item.kind === 'object' && item.object.name, 'a');
});

test('takes names of the language of objects as ordinary labels', () => {
  const labels = JSON.parse('{"__proto__":"a","constructor":"b"}');
  const decoded = partOf({ ...node, metadata: { name: 'worker-1', labels } }, 'labels');
  assert.deepEqual(Object.entries(decoded ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  const inherited = decodeObject({ ...service, spec: Object.create({ type: 'NodePort' }) });
  assert.equal(
    inherited.kind === 'object' && inherited.object.kind === 'Service' && inherited.object.type,
    'ClusterIP',
  );
});

function decodedObject(value: unknown): ClusterObject {
  const decoded = decodeObject(value);
  if (decoded.kind !== 'object') assert.fail(`not decoded: ${JSON.stringify(decoded)}`);
  return decoded.object;
}

function partOf(value: unknown, field: string): unknown {
  return Object.entries(decodedObject(value)).find(([name]) => name === field)?.[1];
}
