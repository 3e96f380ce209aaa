import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Policy, ServiceBlock } from '../dsl/policy.ts';
import type { ClusterObject, Service } from './objects.ts';
import { down, ingress, node, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { decisionsOn } from './testdata/decide.ts';
import {
  AGGREGATE,
  advertise,
  block,
  EXACT,
  excludeNodes,
  excludePrefixes,
  excludeServices,
  from,
  label,
  place,
  policy,
  range,
  speaker,
} from './testdata/policy-factory.ts';

const vips = range('vips', 'load-balancer-ip', ['198.51.100.0/24', '2001:db8:100::/64']);
const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A load-balancer service with one address; its cluster IP stays out of sight, since no range covers it. */
function web(overrides: Partial<Service> = {}): Service {
  return service('shop/web', {
    clusterIPs: ['10.96.0.1'],
    loadBalancerIngress: ingress('198.51.100.10'),
    ...overrides,
  });
}

const onWorker1 = slice('shop/web', [ready('worker-1')]);
const NO_RANGE = '- 10.96.0.1/32 shop/web outside-ranges';

interface Row {
  readonly says: string;
  readonly policy: Policy;
  readonly objects: readonly ClusterObject[];
  /** By node; the cluster IP that no range covers is left out. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

function holdsFor(rows: readonly Row[]): void {
  for (const row of rows) {
    test(row.says, () => {
      for (const [name, expected] of Object.entries(row.expected)) {
        const found = decisionsOn(name, row.policy, row.objects).filter((text) => text !== NO_RANGE);
        assert.deepEqual(found, expected, name);
      }
    });
  }
}

describe('row 0: the node', () => {
  const objects = [...workers(2), web(), onWorker1];
  const excluded = ['- 10.96.0.1/32 shop/web node-excluded', '- 198.51.100.10/32 shop/web node-excluded'];
  holdsFor([
    {
      says: 'a node that `exclude nodes` matches advertises nothing, the others are unaffected',
      policy: policy({ ranges: [vips], exclusions: excludeNodes(label('role', 'control-plane')) }),
      objects: [node('worker-1', { labels: { role: 'control-plane' } }), node('worker-2'), web(), onWorker1],
      expected: { 'worker-1': excluded, 'worker-2': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'the exclude label excludes a node with any value, the empty one too',
      policy: policy({ ranges: [vips] }),
      objects: [node('worker-1', { labels: { [EXCLUDE_LABEL]: '' } }), web(), onWorker1],
      expected: { 'worker-1': excluded },
    },
    {
      says: 'the exclude label with the value false excludes nothing',
      policy: policy({ ranges: [vips] }),
      objects: [node('worker-1', { labels: { [EXCLUDE_LABEL]: 'false' } }), web(), onWorker1],
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'the exclude label counts for nothing with `exclude-label off`',
      policy: policy({ ranges: [vips], speaker: speaker({ excludeLabel: false }) }),
      objects: [node('worker-1', { labels: { [EXCLUDE_LABEL]: 'true' } }), web(), onWorker1],
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'a node that the cluster does not know advertises nothing',
      policy: policy({ ranges: [vips] }),
      objects,
      expected: {
        'worker-9': ['- 10.96.0.1/32 shop/web node-unknown', '- 198.51.100.10/32 shop/web node-unknown'],
      },
    },
    {
      says: 'an excluded node advertises no aggregate either',
      policy: policy({
        ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { mode: AGGREGATE })],
        exclusions: excludeNodes(label('role', 'control-plane')),
      }),
      objects: [node('worker-1', { labels: { role: 'control-plane' } })],
      expected: { 'worker-1': ['- 198.51.100.0/24 - node-excluded'] },
    },
  ]);
});

describe('row 1: the service and its entries', () => {
  const ranges = [vips];
  const one = (changed: Service): readonly ClusterObject[] => [node('worker-1'), changed, onWorker1];
  holdsFor([
    {
      says: 'an ExternalName service advertises nothing',
      policy: policy({ ranges }),
      objects: one(web({ type: 'ExternalName', clusterIPs: [] })),
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web not-eligible'] },
    },
    {
      says: 'a headless service advertises nothing, even with other addresses',
      policy: policy({ ranges }),
      objects: one(web({ clusterIPs: ['None'] })),
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web not-eligible'] },
    },
    {
      says: 'a service without a cluster IP yet advertises nothing',
      policy: policy({ ranges }),
      objects: one(web({ clusterIPs: [] })),
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web not-eligible'] },
    },
    {
      says: 'entries with only a hostname or with ipMode Proxy are skipped, the others go on',
      policy: policy({ ranges }),
      objects: one(
        web({
          loadBalancerIngress: [
            { ip: undefined, hostname: 'lb.example.org', ipMode: undefined },
            { ip: '198.51.100.11', hostname: undefined, ipMode: 'Proxy' },
            { ip: '198.51.100.12', hostname: undefined, ipMode: 'VIP' },
          ],
        }),
      ),
      expected: {
        'worker-1': ['+ 198.51.100.12/32 exact-range', '- - shop/web no-address', '- - shop/web no-address'],
      },
    },
    {
      says: 'an entry that is no address is skipped, the others go on',
      policy: policy({ ranges }),
      objects: one(web({ loadBalancerIngress: ingress('198.51.100', '198.51.100.010', '198.51.100.12') })),
      expected: {
        'worker-1': ['+ 198.51.100.12/32 exact-range', '- - shop/web no-address', '- - shop/web no-address'],
      },
    },
    {
      says: 'a ClusterIP or NodePort service advertises its external IPs',
      policy: policy({ ranges: [range('public', 'external-ip', ['203.0.113.0/24'])] }),
      objects: one(web({ type: 'NodePort', loadBalancerIngress: [], externalIPs: ['203.0.113.5'] })),
      expected: { 'worker-1': ['+ 203.0.113.5/32 exact-range'] },
    },
  ]);
});

describe('row 2: ranges', () => {
  const objects = [node('worker-1'), web(), onWorker1];
  holdsFor([
    {
      says: 'an address outside every range is withheld',
      policy: policy({ ranges: [range('vips', 'load-balancer-ip', ['198.51.100.128/25'])] }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web outside-ranges'] },
    },
    {
      says: 'a range of another kind does not count',
      policy: policy({ ranges: [range('public', 'external-ip', ['198.51.100.0/24'])] }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web outside-ranges'] },
    },
    {
      says: 'a cluster IP is checked against the ranges like any other address',
      policy: policy({ ranges: [range('services', 'cluster-ip', ['10.96.0.0/24'], { mode: EXACT })] }),
      objects: [node('worker-1'), web({ clusterIPs: ['10.96.0.1', '10.97.0.1'], loadBalancerIngress: [] }), onWorker1],
      expected: { 'worker-1': ['+ 10.96.0.1/32 exact-range', '- 10.97.0.1/32 shop/web outside-ranges'] },
    },
    {
      says: '`for` withholds the addresses of services it does not name',
      policy: policy({
        ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { for: ['blog/*', 'shop/cart'] })],
      }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web not-for-service'] },
    },
    {
      says: '`for` lets the services through that it names',
      policy: policy({ ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { for: ['sh*/w*'] })] }),
      objects,
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'the longest prefix decides whose services may use it',
      policy: policy({
        ranges: [vips, range('blog', 'load-balancer-ip', ['198.51.100.0/28'], { for: ['blog/*'] })],
      }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web not-for-service'] },
    },
    {
      says: 'of two ranges with the same prefix the one for the service decides',
      policy: policy({
        ranges: [
          range('blog', 'load-balancer-ip', ['198.51.100.0/24'], { for: ['blog/*'] }),
          range('shop', 'load-balancer-ip', ['198.51.100.0/24'], { for: ['shop/*'] }),
        ],
      }),
      objects,
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
  ]);
});

describe('rows 3 to 5: exclusions and overrides', () => {
  const objects = [node('worker-1'), web(), onWorker1];
  const withBlocks = (...serviceBlocks: readonly ServiceBlock[]): Policy => policy({ ranges: [vips], serviceBlocks });
  holdsFor([
    {
      says: 'an excluded prefix is never advertised, whatever a block says',
      policy: policy({
        ranges: [vips],
        exclusions: excludePrefixes('198.51.100.8/29'),
        serviceBlocks: [block({ advertise: advertise('exact') })],
      }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web prefix-excluded'] },
    },
    {
      says: 'a hole of `except` that no other range covers is withheld',
      policy: policy({
        ranges: [range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { except: ['198.51.100.8/29'] })],
      }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web prefix-excluded'] },
    },
    {
      says: 'another range of the kind may cover a hole of `except`',
      policy: policy({
        ranges: [
          range('vips', 'load-balancer-ip', ['198.51.100.0/24'], { except: ['198.51.100.8/29'] }),
          range('wide', 'load-balancer-ip', ['198.51.0.0/16']),
        ],
      }),
      objects,
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'an excluded service is withheld',
      policy: policy({ ranges: [vips], exclusions: excludeServices('shop/*') }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web service-excluded'] },
    },
    {
      says: '`exclude services where` withholds what the condition selects, address by address',
      policy: policy({
        ranges: [vips, range('public', 'external-ip', ['203.0.113.0/24'])],
        exclusions: {
          nodes: [],
          prefixes: [],
          services: [
            {
              at: place('exclude-services'),
              paths: [],
              where: { kind: 'compare', field: { name: 'kind' }, operator: '==', value: 'external-ip' },
            },
          ],
        },
      }),
      objects: [node('worker-1'), web({ externalIPs: ['203.0.113.5'] }), onWorker1],
      expected: {
        'worker-1': ['+ 198.51.100.10/32 exact-range', '- 203.0.113.5/32 shop/web service-excluded'],
      },
    },
    {
      says: '`advertise nothing` withholds every address of the service',
      policy: withBlocks(block({ advertise: advertise('nothing') })),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web override-nothing'] },
    },
    {
      says: '`advertise nothing` for a kind leaves the other kinds alone',
      policy: withBlocks(block({ advertise: advertise('nothing', 'external-ip') })),
      objects,
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'a later `advertise default` takes `advertise nothing` back',
      policy: withBlocks(
        block({ advertise: advertise('nothing') }),
        block({ path: 'shop/web', advertise: advertise('default', 'load-balancer-ip') }),
      ),
      objects,
      expected: { 'worker-1': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'an earlier row decides: an excluded service in an excluded prefix is prefix-excluded',
      policy: policy({
        ranges: [vips],
        exclusions: { ...excludeServices('shop/*'), prefixes: excludePrefixes('198.51.100.10/32').prefixes },
      }),
      objects,
      expected: { 'worker-1': ['- 198.51.100.10/32 shop/web prefix-excluded'] },
    },
  ]);
});

describe('rows 6 and 12: mode and reason', () => {
  const services = range('services', 'cluster-ip', ['10.96.0.0/16']);
  const ranges = [services];
  const app = (overrides: Partial<Service> = {}): readonly ClusterObject[] => [
    ...workers(2),
    web({ loadBalancerIngress: [], ...overrides }),
    onWorker1,
  ];
  const annotated = { 'projectcalico.org/AdvertiseClusterIP': 'TRUE' };
  const aggregate = '+ 10.96.0.0/16 aggregate';
  const noLocal = '- 10.96.0.1/32 shop/web no-local-endpoint';
  holdsFor([
    {
      says: 'a Cluster service in an aggregated range is covered by the aggregate',
      policy: policy({ ranges }),
      objects: app(),
      expected: { 'worker-1': [aggregate, '- 10.96.0.1/32 shop/web covered-by-aggregate'] },
    },
    {
      says: 'internalTrafficPolicy Local gives the cluster IP an exact route from the nodes that run it',
      policy: policy({ ranges }),
      objects: app({ type: 'ClusterIP', internalTrafficPolicy: 'Local' }),
      expected: { 'worker-1': [aggregate, '+ 10.96.0.1/32 local-endpoint'], 'worker-2': [aggregate, noLocal] },
    },
    {
      says: 'externalTrafficPolicy Local of a ClusterIP service says nothing about its cluster IP',
      policy: policy({ ranges }),
      objects: app({ type: 'ClusterIP', externalTrafficPolicy: 'Local' }),
      expected: { 'worker-1': [aggregate, '- 10.96.0.1/32 shop/web covered-by-aggregate'] },
    },
    {
      says: 'externalTrafficPolicy Local of a NodePort service makes its cluster IP Local',
      policy: policy({ ranges }),
      objects: app({ type: 'NodePort', externalTrafficPolicy: 'Local' }),
      expected: { 'worker-1': [aggregate, '+ 10.96.0.1/32 local-endpoint'], 'worker-2': [aggregate, noLocal] },
    },
    {
      says: 'internalTrafficPolicy Local says nothing about a load balancer IP',
      policy: policy({ ranges: [vips] }),
      objects: [...workers(2), web({ internalTrafficPolicy: 'Local' }), onWorker1],
      expected: { 'worker-2': ['+ 198.51.100.10/32 exact-range'] },
    },
    {
      says: 'the annotation makes a cluster IP exact, from the nodes that run it, in any letter case',
      policy: policy({ ranges }),
      objects: app({ annotations: annotated }),
      expected: { 'worker-1': [aggregate, '+ 10.96.0.1/32 exact-annotation'], 'worker-2': [aggregate, noLocal] },
    },
    {
      says: 'the annotation with another value than true asks for nothing',
      policy: policy({ ranges }),
      objects: app({ annotations: { 'projectcalico.org/AdvertiseClusterIP': 'yes' } }),
      expected: { 'worker-1': [aggregate, '- 10.96.0.1/32 shop/web covered-by-aggregate'] },
    },
    {
      says: 'git beats the cluster: `advertise default` makes the annotation count for nothing',
      policy: policy({ ranges, serviceBlocks: [block({ advertise: advertise('default') })] }),
      objects: app({ annotations: annotated }),
      expected: { 'worker-1': [aggregate, '- 10.96.0.1/32 shop/web covered-by-aggregate'] },
    },
    {
      says: 'the annotation never takes an address out of an exclusion or into a range',
      policy: policy({ ranges: [range('services', 'cluster-ip', ['10.97.0.0/16'], { mode: EXACT })] }),
      objects: app({ annotations: annotated }),
      expected: { 'worker-1': [] },
    },
    {
      says: '`advertise exact` gives a Cluster service an exact route from every node',
      policy: policy({ ranges, serviceBlocks: [block({ advertise: advertise('exact') })] }),
      objects: app(),
      expected: {
        'worker-1': [aggregate, '+ 10.96.0.1/32 exact-override'],
        'worker-2': [aggregate, '+ 10.96.0.1/32 exact-override'],
      },
    },
    {
      says: 'a range prefix that is a single address is exact even in an aggregated range',
      policy: policy({ ranges: [range('one', 'cluster-ip', ['10.96.0.1/32'])] }),
      objects: app(),
      expected: { 'worker-2': ['+ 10.96.0.1/32 single-address-range'] },
    },
    {
      says: 'where ranges overlap, the longest prefix decides the mode of an address',
      policy: policy({ ranges: [services, range('apps', 'cluster-ip', ['10.96.0.0/24'], { mode: EXACT })] }),
      objects: app(),
      expected: { 'worker-2': [aggregate, '+ 10.96.0.1/32 exact-range'] },
    },
    {
      says: 'one exact address releases no other address of the service',
      policy: policy({ ranges: [services, range('one', 'load-balancer-ip', ['198.51.100.10/32'])] }),
      objects: app({ loadBalancerIngress: ingress('198.51.100.10', '198.51.100.11') }),
      expected: {
        'worker-2': [
          aggregate,
          '+ 198.51.100.10/32 single-address-range',
          '- 10.96.0.1/32 shop/web covered-by-aggregate',
          '- 198.51.100.11/32 shop/web outside-ranges',
        ],
      },
    },
  ]);
});

describe('rows 7 to 9: origin, `from`, `require`', () => {
  const ranges = [vips];
  const rackA = label('rack', 'a');
  const objects = [node('worker-1', { labels: { rack: 'a' } }), node('worker-2'), web(), onWorker1];
  const local = [...workers(2), web({ externalTrafficPolicy: 'Local' }), onWorker1];
  const withBlock = (overrides: Partial<ServiceBlock>): Policy => policy({ ranges, serviceBlocks: [block(overrides)] });
  const route = '+ 198.51.100.10/32';
  const none = '- 198.51.100.10/32 shop/web';
  holdsFor([
    {
      says: 'a Cluster address is advertised from every node once the cluster has a ready endpoint',
      policy: policy({ ranges }),
      objects,
      expected: { 'worker-1': [`${route} exact-range`], 'worker-2': [`${route} exact-range`] },
    },
    {
      says: 'a Cluster address without a ready endpoint anywhere is withheld everywhere',
      policy: policy({ ranges }),
      objects: [...workers(2), web(), slice('shop/web', [down('worker-1')])],
      expected: { 'worker-1': [`${none} no-endpoint`], 'worker-2': [`${none} no-endpoint`] },
    },
    {
      says: 'a service without any slice is withheld',
      policy: policy({ ranges }),
      objects: [node('worker-1'), web()],
      expected: { 'worker-1': [`${none} no-endpoint`] },
    },
    {
      says: 'a single-address range asks for an endpoint like any other',
      policy: policy({ ranges: [range('one', 'load-balancer-ip', ['198.51.100.10/32'])] }),
      objects: [node('worker-1'), web(), slice('shop/web', [down('worker-1')])],
      expected: { 'worker-1': [`${none} no-endpoint`] },
    },
    {
      says: '`from endpoint-nodes` brings a Cluster address to the nodes that run it',
      policy: withBlock({ from: from('endpoint-nodes') }),
      objects,
      expected: { 'worker-1': [`${route} exact-override`], 'worker-2': [`${none} no-local-endpoint`] },
    },
    {
      says: '`from all-nodes` brings a Local address to every node',
      policy: withBlock({ from: from('all-nodes') }),
      objects: local,
      expected: { 'worker-2': [`${route} exact-override`] },
    },
    {
      says: '`from nodes where` narrows the nodes and leaves the origin to the traffic policy',
      policy: withBlock({ from: from(undefined, rackA) }),
      objects,
      expected: { 'worker-1': [`${route} exact-override`], 'worker-2': [`${none} node-not-selected`] },
    },
    {
      says: '`from nodes where` does not replace the need for a local endpoint',
      policy: withBlock({ from: from(undefined, rackA) }),
      objects: [
        node('worker-1', { labels: { rack: 'a' } }),
        node('worker-2'),
        web({ externalTrafficPolicy: 'Local' }),
        slice('shop/web', [ready('worker-2')]),
      ],
      expected: { 'worker-1': [`${none} no-local-endpoint`], 'worker-2': [`${none} node-not-selected`] },
    },
    {
      says: 'a later `from` replaces an earlier one whole, its condition included',
      policy: policy({
        ranges,
        serviceBlocks: [block({ from: from('endpoint-nodes', rackA) }), block({ from: from('all-nodes') })],
      }),
      objects,
      expected: { 'worker-2': [`${route} exact-override`] },
    },
    {
      says: '`require 2` needs two endpoints on the node for a Local address',
      policy: withBlock({ require: { at: place('require'), count: 2 } }),
      objects: [
        ...workers(2),
        web({ externalTrafficPolicy: 'Local' }),
        slice('shop/web', [ready('worker-1'), ready('worker-2', '10.244.2.1'), ready('worker-2', '10.244.2.2')]),
      ],
      expected: { 'worker-1': [`${none} no-local-endpoint`], 'worker-2': [`${route} local-endpoint`] },
    },
    {
      says: '`require 2` needs two endpoints in the cluster for a Cluster address',
      policy: withBlock({ require: { at: place('require'), count: 2 } }),
      objects: [...workers(2), web(), slice('shop/web', [ready('worker-1'), down('worker-2')])],
      expected: { 'worker-1': [`${none} no-endpoint`] },
    },
  ]);
});
