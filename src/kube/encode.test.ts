import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ClusterObject } from '../engine/objects.ts';
import { anyCluster } from '../engine/testdata/arbitraries.ts';
import { decodeObject } from './decode.ts';
import { encodeObject } from './encode.ts';

test('an object reads back as it was, through JSON', () => {
  fc.assert(
    fc.property(anyCluster, (changes) => {
      for (const change of changes) {
        if (change.kind === 'deleted' || hasEmptyAddress(change.object)) continue;
        // Objects of fast-check have no prototype.
        const object = structuredClone(change.object);
        assert.deepEqual(decodeObject(JSON.parse(JSON.stringify(encodeObject(object)))), { kind: 'object', object });
      }
    }),
  );
});

// The API has none, and reading takes it for an absent one.
function hasEmptyAddress(object: ClusterObject): boolean {
  return object.kind === 'Service' && object.loadBalancerIngress.some(({ ip }) => ip === '');
}

test('an encoded Service has what the engine reads of it, in the place where the API has it', () => {
  const service: ClusterObject = {
    kind: 'Service',
    namespace: 'shop',
    name: 'cart',
    labels: { tier: 'edge' },
    annotations: {},
    type: 'LoadBalancer',
    clusterIPs: ['10.96.0.1'],
    externalIPs: [],
    loadBalancerIngress: [{ ip: '198.51.100.10', hostname: undefined, ipMode: undefined }],
    loadBalancerClass: undefined,
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Cluster',
  };
  assert.deepEqual(encodeObject(service), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'cart', labels: { tier: 'edge' } },
    spec: {
      type: 'LoadBalancer',
      clusterIPs: ['10.96.0.1'],
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: { ingress: [{ ip: '198.51.100.10' }] } },
  });
});
