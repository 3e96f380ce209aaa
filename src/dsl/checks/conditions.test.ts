import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const filter = (condition: string) =>
  `filter f { accept if ${condition} }\nrange vips load-balancer-ip 198.51.100.0/24\npeer a { address 192.0.2.1 as 64500 export f }\npeer b { address 192.0.2.2 as 64500 }`;

test('accepts the terms of nodes, services and routes', () => {
  expectNoDiagnostics(
    'exclude nodes where name == "a" or label "b" or not label "c" in ("d", "e") and label "f" matches "g*"',
  );
  expectNoDiagnostics(
    'exclude services where namespace != "a" and type in (LoadBalancer, NodePort) and traffic-policy == local',
  );
  expectNoDiagnostics(
    'exclude nodes where zone in ("a", "b") or taint "c" and not annotation "d" or annotation "e" matches "f*" and zone != "g"',
  );
  expectNoDiagnostics(
    'exclude services where class == "a" or class matches "b*" or kind in (cluster-ip, external-ip) and family == ipv6',
  );
  expectNoDiagnostics(
    'service where internal-traffic-policy != cluster and annotation "a" == "b" and kind not in (cluster-ip) { med 5 }',
  );
  for (const condition of [
    'prefix in 10.0.0.0/8',
    'range matches "v*" and kind != cluster-ip and family not in (ipv6)',
    'prefix not in (10.0.0.0/8, 2001:db8::/32,)',
    'prefix != 10.0.0.0/8',
    'length <= 24 and length not in (8, 16)',
    'range == vips and range in (vips) or range != "vips"',
    '(aggregate or exact) and not community no-export',
  ]) {
    expectNoDiagnostics(filter(condition));
  }
});

test('refuses terms of another subject at the term', () => {
  expectDiagnostics('exclude nodes where ‹namespace› == "a"', ['unknown-field']);
  expectDiagnostics('exclude services where ‹prefix› in 10.0.0.0/8', ['unknown-field']);
  expectDiagnostics('exclude services where ‹community› no-export', ['unknown-field']);
  expectDiagnostics('service a/b { from nodes where ‹type› == LoadBalancer }', ['unknown-field']);
  expectDiagnostics(filter('‹label› "a"'), ['unknown-field']);
});

test('tells flags, labels and values apart', () => {
  expectDiagnostics(filter('‹length›'), ['needs-comparison']);
  expectDiagnostics('exclude nodes where ‹name›', ['needs-comparison']);
  expectDiagnostics(filter('‹aggregate == 1›'), ['flag-compared']);
  expectDiagnostics('exclude nodes where ‹taint "a" == "b"›', ['flag-compared']);
  expectDiagnostics('exclude nodes where ‹zone›', ['needs-comparison']);
  expectDiagnostics('exclude nodes where ‹label "a" >= "b"›', ['order-needs-numbers']);
  expectDiagnostics('exclude services where ‹kind > cluster-ip›', ['order-needs-numbers']);
  expectDiagnostics('exclude services where ‹kind matches "cluster*"›', ['matches-needs-string']);
  expectDiagnostics(filter('‹length matches "2*"›'), ['matches-needs-string']);
});

test('refuses operands of another type', () => {
  expectDiagnostics('exclude nodes where label "a" == ‹5›', ['type-mismatch']);
  expectDiagnostics('exclude nodes where label "a" in (‹b›, "c")', ['type-mismatch']);
  expectDiagnostics(filter('length == ‹"24"›'), ['type-mismatch']);
  expectDiagnostics(filter('range == ‹5›'), ['type-mismatch']);
  expectDiagnostics('exclude services where type == ‹"LoadBalancer"›', ['type-mismatch']);
  expectDiagnostics('exclude services where type == ‹loadbalancer›', ['unknown-word']);
  expectDiagnostics('exclude services where internal-traffic-policy in (‹Local›, cluster)', ['unknown-word']);
  expectDiagnostics('exclude services where family == ‹kind› or kind == ‹ipv4›', ['unknown-word', 'unknown-word']);
  expectDiagnostics('exclude services where class == ‹5›', ['type-mismatch']);
});

test('takes a named value as an operand', () => {
  expectNoDiagnostics('let racks = "a", "b"\nexclude nodes where label "rack" in (racks, "c") or label "row" == racks');
  expectNoDiagnostics(`let longest = 24\n${filter('length <= longest')}`);
  expectDiagnostics(`let lengths = 8, 24\n${filter('length <= ‹lengths› or length == lengths')}`, [
    'expected-one-value',
  ]);
  expectDiagnostics('let racks = 5\nexclude nodes where label "rack" == ‹racks›', ['wrong-type']);
});

test('warns where cordoning a node would withdraw routes', () => {
  expectDiagnostics('exclude nodes where label "a" or not ‹cordoned›', ['cordon-withdraws']);
  expectDiagnostics('service a/b { from all-nodes where ‹cordoned› }', ['cordon-withdraws']);
  expectDiagnostics('peer a { address 192.0.2.1 as 64500 nodes where not ‹cordoned› }', ['cordon-withdraws']);
});
