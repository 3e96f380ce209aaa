// Random policies and random changes over a small world, so that names and addresses collide often.

import fc from 'fast-check';
import type { AddressKind, Condition, Policy, Range, ServiceBlock } from '../../dsl/policy.ts';
import type { Endpoint, EndpointSlice, Node, Service } from '../objects.ts';
import type { Change } from '../snapshot.ts';
import { node } from './cluster-factory.ts';
import {
  AGGREGATE,
  advertise,
  block,
  EXACT,
  filter,
  label,
  NO_ATTRIBUTES,
  peer,
  place,
  policy,
  range,
  standard,
  WHEN_USED,
} from './policy-factory.ts';

export const NODE_NAMES: readonly string[] = ['worker-1', 'worker-2', 'worker-3'];

const SERVICE_NAMES = ['cart', 'dns', 'web'];
const ADDRESSES = ['198.51.100.1', '198.51.100.2', '198.51.100.65', '198.51.100.130', '2001:db8::1', '2001:db8::8001'];
const BAD_ADDRESSES = ['198.51.100', '', '::ffff:198.51.100.1'];
const KINDS: readonly AddressKind[] = ['cluster-ip', 'external-ip', 'load-balancer-ip'];
const PREFIXES = ['198.51.100.0/24', '198.51.100.0/25', '198.51.100.64/26', '198.51.100.1/32', '2001:db8::/112'];

const anyAddress = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...ADDRESSES) },
  { weight: 1, arbitrary: fc.constantFrom(...BAD_ADDRESSES) },
);
const anyTrafficPolicy = fc.constantFrom('Cluster' as const, 'Local' as const);
const anyNodeCondition: fc.Arbitrary<Condition> = fc.constantFrom(
  label('rack', 'a'),
  { kind: 'not' as const, operand: label('rack', 'a') },
  { kind: 'compare' as const, field: { name: 'name' as const }, operator: '==' as const, value: 'worker-1' },
);
const anyServiceCondition: fc.Arbitrary<Condition> = fc.constantFrom(
  label('tier', 'edge'),
  { kind: 'compare' as const, field: { name: 'traffic-policy' as const }, operator: '==' as const, value: 'local' },
  { kind: 'compare' as const, field: { name: 'family' as const }, operator: '==' as const, value: 'ipv6' },
);

const anyService: fc.Arbitrary<Service> = fc.record({
  kind: fc.constant('Service' as const),
  namespace: fc.constant('shop'),
  name: fc.constantFrom(...SERVICE_NAMES),
  labels: fc.constantFrom({}, { tier: 'edge' }),
  annotations: fc.constantFrom({}, { 'projectcalico.org/AdvertiseClusterIP': 'True' }),
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'LoadBalancer', 'LoadBalancer', 'ExternalName'),
  clusterIPs: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom([], ['None']) },
    { weight: 6, arbitrary: fc.array(anyAddress, { minLength: 1, maxLength: 2 }) },
  ),
  externalIPs: fc.array(anyAddress, { maxLength: 2 }),
  loadBalancerIngress: fc.array(
    fc.record({
      ip: fc.option(anyAddress, { nil: undefined }),
      hostname: fc.constant(undefined),
      ipMode: fc.constantFrom(undefined, 'VIP', 'Proxy'),
    }),
    { maxLength: 2 },
  ),
  loadBalancerClass: fc.constant(undefined),
  externalTrafficPolicy: anyTrafficPolicy,
  internalTrafficPolicy: anyTrafficPolicy,
});

const anyEndpoint: fc.Arbitrary<Endpoint> = fc
  .record({
  addresses: fc.constantFrom(['10.244.1.1'], ['10.244.1.2'], ['10.244.1.3'], ['10.244.1.4'], []),
  nodeName: fc.option(fc.constantFrom(...NODE_NAMES, ...NODE_NAMES, 'gone'), { nil: undefined, freq: 10 }),
  conditions: fc.constantFrom(
    { ready: true, serving: true, terminating: false },
    { ready: false, serving: true, terminating: true },
    { ready: false, serving: true, terminating: false },
    { ready: false, serving: false, terminating: true },
  ),
}).map(({ conditions, ...endpoint }) => ({ ...endpoint, ...conditions }));

// The name of a slice says nothing of its service, so that a slice may move from one to another.
const anySlice: fc.Arbitrary<EndpointSlice> = fc.record({
  kind: fc.constant('EndpointSlice' as const),
  namespace: fc.constant('shop'),
  name: fc.constantFrom('slice-1', 'slice-2', 'slice-3', 'slice-4'),
  serviceName: fc.option(fc.constantFrom(...SERVICE_NAMES), { nil: undefined, freq: 8 }),
  addressType: fc.constantFrom('IPv4', 'IPv4', 'IPv4', 'IPv6', 'FQDN'),
  endpoints: fc.array(anyEndpoint, { minLength: 1, maxLength: 3 }),
});

const anyNode: fc.Arbitrary<Node> = fc
  .record({
    name: fc.constantFrom(...NODE_NAMES),
    labels: fc.constantFrom<Readonly<Record<string, string>>[]>(
      {},
      { rack: 'a' },
      { rack: 'b', as: '64513' },
      { 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
    ),
    ready: fc.boolean(),
  })
  .map(({ name, labels, ready }) => node(name, { labels, ready }));

/** A cluster with every node, and with services and slices that often concern one another. */
export const anyCluster: fc.Arbitrary<readonly Change[]> = fc
  .tuple(
    fc.array(anyNode, { maxLength: 2 }),
    fc.array(anyService, { minLength: 2, maxLength: 4 }),
    fc.array(anySlice, { minLength: 2, maxLength: 5 }),
  )
  .map(([nodes, services, slices]) =>
    [...NODE_NAMES.map((name) => node(name)), ...nodes, ...services, ...slices].map(
      (object): Change => ({ kind: 'upserted', object }),
    ),
  );

/** One object of the small world that appears, changes or goes. */
export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        { weight: 3, arbitrary: anyService },
        { weight: 4, arbitrary: anySlice },
        { weight: 3, arbitrary: anyNode },
      )
      .map((object): Change => ({ kind: 'upserted', object })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Change[]>(
      ...SERVICE_NAMES.map((name): Change => ({ kind: 'deleted', objectKind: 'Service', key: `shop/${name}` })),
      ...['slice-1', 'slice-2'].map((name): Change => ({
        kind: 'deleted',
        objectKind: 'EndpointSlice',
        key: `shop/${name}`,
      })),
      ...NODE_NAMES.map((key): Change => ({ kind: 'deleted', objectKind: 'Node', key })),
    ),
  },
);

const anyRange: fc.Arbitrary<Range> = fc
  .record({
    name: fc.constantFrom('r1', 'r2', 'r3'),
    kind: fc.constantFrom(...KINDS),
    prefixes: fc.oneof(
      fc.constant(['198.51.100.0/24', '2001:db8::/112']),
      fc.uniqueArray(fc.constantFrom(...PREFIXES), { minLength: 1, maxLength: 2 }),
    ),
    forPaths: fc.constantFrom([], [], ['shop/cart'], ['shop/*']),
    except: fc.constantFrom([], [], ['198.51.100.64/27']),
    mode: fc.constantFrom(EXACT, AGGREGATE, WHEN_USED, {
      kind: 'aggregate' as const,
      whenUsed: true,
      blockLength: { ipv4: 27, ipv6: 120 },
    }),
  })
  .map(({ name, kind, prefixes, forPaths, except, mode }) =>
    range(name, kind, prefixes, { for: forPaths, except, mode }),
  );

const anyBlock: fc.Arbitrary<ServiceBlock> = fc
  .record({
    path: fc.constantFrom(undefined, 'shop/cart', 'shop/*'),
    where: fc.option(anyServiceCondition, { nil: undefined }),
    advertise: fc.constantFrom(
      undefined,
      advertise('exact'),
      advertise('nothing', 'cluster-ip'),
      advertise('default', 'load-balancer-ip'),
    ),
    from: fc.option(
      fc.record({
        at: fc.constant(place('from')),
        origin: fc.constantFrom(undefined, 'endpoint-nodes' as const, 'all-nodes' as const),
        where: fc.option(anyNodeCondition, { nil: undefined }),
      }),
      { nil: undefined },
    ),
    require: fc.option(fc.record({ at: fc.constant(place('require')), count: fc.integer({ min: 1, max: 2 }) }), {
      nil: undefined,
    }),
    endpoints: fc.option(
      fc.record({
        at: fc.constant(place('endpoints')),
        rule: fc.constantFrom('ready-or-last' as const, 'ready' as const, 'serving' as const),
      }),
      { nil: undefined },
    ),
    to: fc.constantFrom(
      undefined,
      { at: place('to'), peers: undefined },
      { at: place('to'), peers: ['tor-a'] },
      { at: place('to'), peers: ['tor-b'] },
    ),
    limit: fc.option(
      fc.record({ at: fc.constant(place('limit')), count: fc.constantFrom(undefined, 1, 1, 2) }),
      { nil: undefined },
    ),
    med: fc.option(fc.constant(50), { nil: undefined }),
  })
  .map(({ med, ...settings }) => block({ ...settings, attributes: { ...NO_ATTRIBUTES, med } }));

/** A policy over the small world. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    ranges: fc.uniqueArray(anyRange, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    serviceBlocks: fc.array(anyBlock, { maxLength: 2 }),
    excludedPrefixes: fc.uniqueArray(fc.constantFrom('198.51.100.2/32', '198.51.100.128/26', '2001:db8::8000/116'), {
      maxLength: 2,
    }),
    excludedServices: fc.constantFrom([], [], ['shop/dns']),
    excludedNodes: fc.option(anyNodeCondition, { nil: undefined, freq: 3 }),
    asOfNode: fc.boolean(),
  })
  .map(({ ranges, serviceBlocks, excludedPrefixes, excludedServices, excludedNodes, asOfNode }) => {
    const base = policy({
      ranges,
      serviceBlocks,
      filters: [
        filter(
          'to-fabric',
          { verdict: 'update', condition: undefined, actions: [{ kind: 'prepend', count: 1 }] },
          {
            verdict: 'accept',
            condition: { kind: 'present', field: { name: 'exact' } },
            actions: [{ kind: 'add-communities', communities: [standard(64512, 1)] }],
          },
        ),
      ],
      peers: [
        peer('tor-a'),
        peer('tor-b', {
          export: { kind: 'filters', at: place('export'), filters: ['to-fabric'] },
          nodes: { kind: 'where', at: place('nodes'), condition: label('rack', 'a') },
        }),
      ],
      exclusions: {
        prefixes: excludedPrefixes.map((prefix, i) => ({ at: place('exclude-prefixes', 1, i + 1), prefix })),
        services:
          excludedServices.length === 0
            ? []
            : [{ at: place('exclude-services'), paths: excludedServices, where: undefined }],
        nodes: excludedNodes === undefined ? [] : [{ at: place('exclude-nodes'), where: excludedNodes }],
      },
    });
    const as = { kind: 'label' as const, key: 'as', at: place('speaker', 2) };
    return asOfNode ? { ...base, speaker: { ...base.speaker, as } } : base;
  });
