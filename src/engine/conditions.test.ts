import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Condition, FieldName, Scalar } from '../dsl/policy.ts';
import { holds } from './conditions.ts';
import type { Subject } from './fields.ts';
import { policyPrefix } from './prefix-index.ts';
import { node, service } from './testdata/cluster-factory.ts';
import { standard } from './testdata/policy-factory.ts';

const worker: Subject = {
  kind: 'node',
  node: node('worker-1', {
    labels: { rack: 'a', 'topology.kubernetes.io/zone': 'z1' },
    annotations: { 'example.org/as': '64513' },
    cordoned: true,
    taints: ['dedicated'],
  }),
};
const web: Subject = {
  kind: 'service',
  service: service('shop/web', {
    labels: { tier: 'edge' },
    externalTrafficPolicy: 'Local',
    loadBalancerClass: 'example.org/bgp',
  }),
  addressKind: 'load-balancer-ip',
  family: 'ipv4',
};
const route: Subject = {
  kind: 'route',
  prefix: policyPrefix('198.51.100.0/27'),
  addressKind: 'load-balancer-ip',
  aggregate: true,
  range: 'vips',
  service: undefined,
  peerType: 'ebgp',
  communities: new Set(['64512:1']),
  asPath: [64512, 64513],
  med: 50,
  localPref: undefined,
};
const exact: Subject = { ...route, prefix: policyPrefix('2001:db8::1/128'), aggregate: false, service: 'shop/web' };

const is = (name: FieldName, value: Scalar, key?: string): Condition => compare(name, '==', value, key);
const present = (name: FieldName, key?: string): Condition => ({ kind: 'present', field: field(name, key) });
const field = (name: FieldName, key?: string): { name: FieldName; key?: string } =>
  key === undefined ? { name } : { name, key };
const compare = (
  name: FieldName,
  operator: '==' | '!=' | '<' | '<=' | '>' | '>=',
  value: Scalar,
  key?: string,
): Condition => ({
  kind: 'compare',
  field: field(name, key),
  operator,
  value,
});
const prefix = (operator: 'in' | 'equal', negated: boolean, ...prefixes: readonly string[]): Condition => ({
  kind: 'prefix',
  operator,
  negated,
  prefixes,
});

const ROWS: readonly (readonly [string, Condition, Subject, boolean])[] = [
  ['a node is asked for its name', is('name', 'worker-1'), worker, true],
  ['a node is asked for a label', is('label', 'a', 'rack'), worker, true],
  ['a node is asked for an annotation', is('annotation', '64513', 'example.org/as'), worker, true],
  ['a node is asked for its zone', is('zone', 'z1'), worker, true],
  ['a taint is there', present('taint', 'dedicated'), worker, true],
  ['a taint is not there', present('taint', 'gpu'), worker, false],
  ['a node is cordoned', present('cordoned'), worker, true],
  ['a label alone asks whether it is there', present('label', 'rack'), worker, true],
  ['a missing label equals nothing', is('label', 'a', 'row'), worker, false],
  ['a missing label differs from everything', compare('label', '!=', 'a', 'row'), worker, true],
  ['what every object inherits is no label', present('label', 'constructor'), worker, false],
  ['a service is asked for its namespace', is('namespace', 'shop'), web, true],
  ['a service is asked for its type', is('type', 'LoadBalancer'), web, true],
  ['a service is asked for its class', is('class', 'example.org/bgp'), web, true],
  ['a service is asked for its traffic policy', is('traffic-policy', 'local'), web, true],
  ['a service is asked for its internal traffic policy', is('internal-traffic-policy', 'cluster'), web, true],
  ['a service is asked for the kind of the address', is('kind', 'load-balancer-ip'), web, true],
  ['a service is asked for the family of the address', is('family', 'ipv6'), web, false],
  ['a route is asked for its length', compare('length', '<=', 27), route, true],
  ['a route is asked for its range', is('range', 'vips'), route, true],
  ['an aggregate is an aggregate', present('aggregate'), route, true],
  ['an aggregate is not exact', present('exact'), route, false],
  ['a route has the communities it has', { kind: 'community', community: standard(64512, 1) }, route, true],
  ['a route has no other communities', { kind: 'community', community: standard(64512, 2) }, route, false],
  ['an AS path starts with its first numbers', { kind: 'as-path-starts', path: [64512, 64513] }, route, true],
  ['an AS path does not start in the middle', { kind: 'as-path-starts', path: [64513] }, route, false],
  ['our routes are local', is('source', 'local'), route, true],
  ['a route is asked for the peer type', is('peer-type', 'ebgp'), route, true],
  ['a number is compared in order', compare('med', '>', 49), route, true],
  ['a missing number is in no order', compare('local-pref', '<', 100), route, false],
  ['a missing number differs', compare('local-pref', '!=', 100), route, true],
  ['`prefix in` takes the prefix itself', prefix('in', false, '198.51.100.0/27'), route, true],
  ['`prefix in` takes what is inside', prefix('in', false, '10.0.0.0/8', '198.51.100.0/24'), route, true],
  ['`prefix in` does not take what is wider', prefix('in', false, '198.51.100.0/28'), route, false],
  ['`prefix not in` is the opposite', prefix('in', true, '198.51.100.0/28'), route, true],
  ['`prefix ==` takes the very prefix', prefix('equal', false, '198.51.100.0/27'), route, true],
  ['`prefix ==` takes nothing inside', prefix('equal', false, '198.51.100.0/24'), route, false],
  ['a prefix of one family holds nothing of the other', prefix('in', false, '0.0.0.0/0'), exact, false],
  ['an exact route is asked for its service', { kind: 'service', path: 'shop/*' }, exact, true],
  ['an aggregate has no service', { kind: 'service', path: '*/*' }, route, false],
  ['a glob matches the whole text', { kind: 'matches', field: { name: 'name' }, glob: 'worker-*' }, worker, true],
  ['a glob does not match a part', { kind: 'matches', field: { name: 'name' }, glob: 'worker' }, worker, false],
  ['a dot in a glob is a dot', { kind: 'matches', field: { name: 'name' }, glob: 'worker.1' }, worker, false],
  [
    'a missing value matches no glob',
    { kind: 'matches', field: { name: 'label', key: 'row' }, glob: '*' },
    worker,
    false,
  ],
  [
    '`in` takes any of its values',
    { kind: 'one-of', field: { name: 'range' }, values: ['x', 'vips'], negated: false },
    route,
    true,
  ],
  [
    '`not in` is true for a missing label',
    { kind: 'one-of', field: { name: 'label', key: 'row' }, values: ['a'], negated: true },
    worker,
    true,
  ],
  ['`and` needs all', { kind: 'and', operands: [present('cordoned'), is('name', 'x')] }, worker, false],
  ['`or` needs one', { kind: 'or', operands: [present('cordoned'), is('name', 'x')] }, worker, true],
  ['`not` turns around', { kind: 'not', operand: present('cordoned') }, worker, false],
];

describe('conditions', () => {
  for (const [says, condition, subject, expected] of ROWS) {
    test(says, () => {
      assert.equal(holds(condition, subject), expected);
    });
  }
});
