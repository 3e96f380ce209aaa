import assert from 'node:assert/strict';
import test from 'node:test';
import { renderPlace } from '../dsl/place.ts';
import { createEngine } from './engine.ts';
import type { ClusterObject } from './objects.ts';
import { snapshotOf } from './snapshot.ts';
import { down, ingress, ready, service, slice, workers } from './testdata/cluster-factory.ts';
import { compilePolicy } from './testdata/compile-policy.ts';

const HEAD = 'speaker { as 64512 }\npeer tor-a { address 192.0.2.1 as 64500 }\n';
const dns = service('kube-system/dns', { type: 'ClusterIP', clusterIPs: ['10.96.0.10'] });
const metrics = service('kube-system/metrics', { type: 'ClusterIP', clusterIPs: ['10.96.0.11'] });
const web = service('shop/web', { type: 'ClusterIP', clusterIPs: ['10.96.0.20'] });

function warningsOf(policy: string, objects: readonly ClusterObject[]): readonly string[] {
  const engine = createEngine(compilePolicy(policy), snapshotOf([...workers(2), ...objects]));
  return engine.warnings().map(({ code, message, at, node, prefix }) => {
    const where = [renderPlace(at), node, prefix].filter((part) => part !== undefined).join(' ');
    return `${where} ${code}: ${message}`;
  });
}

test('an aggregate over an excluded service gives the line that would cut it out', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nexclude services kube-system/*\n`;
  assert.deepEqual(warningsOf(policy, [dns, web, slice('shop/web', [ready('worker-1')])]), [
    'edge.bell:4:1 10.96.0.10/32 excluded-but-covered: 10.96.0.0/16 still covers 10.96.0.10 of excluded kube-system/dns; cut out with `exclude prefixes 10.96.0.10`',
  ]);
  assert.deepEqual(warningsOf(policy, [dns, metrics]), [
    'edge.bell:4:1 excluded-but-covered: 10.96.0.0/16 still covers 2 addresses of excluded kube-system/dns and kube-system/metrics; cut out with `exclude prefixes 10.96.0.10, 10.96.0.11`',
  ]);
});

test('the line it gives makes the warning go away', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nexclude services kube-system/*\nexclude prefixes 10.96.0.10, 10.96.0.11\n`;
  assert.deepEqual(warningsOf(policy, [dns, metrics]), []);
});

test('an excluded service under an unused aggregate is not covered', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16 aggregate when used\nexclude services kube-system/*\n`;
  assert.deepEqual(warningsOf(policy, [dns, web]), []);
});

test('settings for exact routes have no effect on a service that has none', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nservice shop/web {\n  prepend 2\n  require 2 endpoints\n}\n`;
  assert.deepEqual(warningsOf(policy, [web]), [
    'edge.bell:4:1 no-effect: `require` and `prepend` have no effect on shop/web, which has no exact route',
  ]);
});

test('settings of a service with an exact route have an effect', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nservice shop/web {\n  prepend 2\n  advertise exact\n}\n`;
  assert.deepEqual(warningsOf(policy, [web, slice('shop/web', [ready('worker-1')])]), []);
});

test('an exact route that no node originates leaves its traffic to the aggregate', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nservice shop/web { advertise exact }\n`;
  assert.deepEqual(warningsOf(policy, [web, slice('shop/web', [down('worker-1')])]), [
    'edge.bell:3:1 10.96.0.20/32 withheld-but-covered: 10.96.0.20/32 of shop/web has no node to originate it, but 10.96.0.0/16 still attracts its traffic',
  ]);
});

test('a condition that selects no node leaves an exact route without an origin', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nservice shop/web {\n  advertise exact\n  from nodes where label "rack" == "z"\n}\n`;
  const [warning] = warningsOf(policy, [web, slice('shop/web', [ready('worker-1')])]);
  assert.match(warning ?? '', /withheld-but-covered/);
});

test('a Local route that some node originates is no reason to warn of the others', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\n`;
  const local = { ...web, internalTrafficPolicy: 'Local' as const };
  assert.deepEqual(warningsOf(policy, [local, slice('shop/web', [ready('worker-1')])]), []);
});

test('`advertise nothing` does not keep an aggregate from covering the address', () => {
  const policy = `${HEAD}range services cluster-ip 10.96.0.0/16\nservice shop/web { advertise nothing }\n`;
  assert.deepEqual(warningsOf(policy, [web]), [
    'edge.bell:4:20 10.96.0.20/32 withheld-but-covered: 10.96.0.20/32 of shop/web is withheld, but 10.96.0.0/16 still attracts its traffic',
  ]);
});

test('services that want other attributes for a shared address are named', () => {
  const policy = `${HEAD}range vips load-balancer-ip 198.51.100.0/24\nservice shop/b { med 7 }\n`;
  const shared = { type: 'LoadBalancer', clusterIPs: ['10.97.0.1'], loadBalancerIngress: ingress('198.51.100.10') };
  assert.deepEqual(warningsOf(policy, [service('shop/a', shared), service('shop/b', shared)]), [
    'edge.bell:3:1 198.51.100.10/32 shared-address: shop/b would give 198.51.100.10 other settings than shop/a, which decides for all of them',
  ]);
});

test('a policy without peers is told so once', () => {
  assert.deepEqual(warningsOf('speaker { as 64512 }\n', []), [
    'edge.bell:1:1 no-peer: the policy has no peer, so that nobody is offered a route',
  ]);
});

test('a value missing on several nodes is one warning that names them', () => {
  const policy = 'speaker { as 64512 }\npeer tor-a { address 192.0.2.1 as 64500 source label "source" }\n';
  assert.deepEqual(warningsOf(policy, []), [
    'edge.bell:2:48 value-missing: peer `tor-a`: not run: label `source` is missing (on worker-1 and worker-2)',
  ]);
});

test('a value missing on one node names that node', () => {
  const policy =
    'speaker { as 64512 }\npeer tor-a { address 192.0.2.1 as 64500 source label "source" nodes worker-2 }\n';
  assert.deepEqual(warningsOf(policy, []), [
    'edge.bell:2:48 worker-2 value-missing: peer `tor-a`: not run: label `source` is missing',
  ]);
});

test('one router id for several nodes that run sessions is told', () => {
  const peer = 'peer tor-a { address 192.0.2.1 as 64500 }\n';
  assert.deepEqual(warningsOf(`speaker { as 64512 router-id 192.0.2.9 }\n${peer}`, []), [
    'edge.bell:1:1 shared-router-id: 192.0.2.9 is the router id of worker-1 and worker-2: each node needs its own',
  ]);
  const one = 'peer tor-a { address 192.0.2.1 as 64500 nodes worker-1 }\n';
  assert.deepEqual(warningsOf(`speaker { as 64512 router-id 192.0.2.9 }\n${one}`, []), []);
  assert.deepEqual(warningsOf(`speaker { as 64512 }\n${peer}`, []), []);
});
