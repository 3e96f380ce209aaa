import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('accepts every mode of a range', () => {
  expectNoDiagnostics(`
range a cluster-ip 10.96.0.0/16, fd00:10:96::/112
range b load-balancer-ip 198.51.100.0/24 exact
range c load-balancer-ip 203.0.113.0/24 except 203.0.113.0/28 aggregate /27 when used { community 64512:1 med 5 }
range d load-balancer-ip 192.0.2.0/24, 2001:db8:100::/48 aggregate /27, /64 when used
range e external-ip 192.0.2.0/24 for shop/*, web/front-* aggregate when used`);
});

test('refuses a hole outside of its range', () => {
  expectDiagnostics('range a load-balancer-ip 198.51.100.0/24 except 198.51.100.0/28, ‹198.51.0.0/16›', [
    'except-outside',
  ]);
});

test('refuses block lengths that do not fit the prefixes', () => {
  expectDiagnostics('range a load-balancer-ip 198.51.100.0/24 aggregate ‹/23›', ['block-length']);
  expectDiagnostics('range a load-balancer-ip 198.51.100.0/24 aggregate ‹/33›', ['length-out-of-range']);
  expectDiagnostics('range a load-balancer-ip 2001:db8::/64 aggregate ‹/48›', ['block-length']);
  expectDiagnostics('range a load-balancer-ip 2001:db8::/64 aggregate ‹/27›, /64', ['block-length']);
  expectDiagnostics('range a load-balancer-ip 198.51.100.0/24, 2001:db8::/64 aggregate ‹/27› when used', [
    'block-length',
  ]);
  // A single address is always exact, so no block has to fit it.
  expectNoDiagnostics('range a load-balancer-ip 198.51.100.0/24, 203.0.113.1 aggregate /27');
});

test('bounds the number of blocks unless only used ones count', () => {
  expectNoDiagnostics('range a load-balancer-ip 10.0.0.0/16 aggregate /26');
  expectDiagnostics('range a load-balancer-ip 10.0.0.0/16 aggregate ‹/27›', ['too-many-blocks']);
  expectNoDiagnostics('range a load-balancer-ip 10.0.0.0/16 aggregate /27 when used');
});

test('refuses a default route as an aggregate, which cluster IPs are by default', () => {
  expectDiagnostics('range a cluster-ip ‹0.0.0.0/0›', ['default-route-aggregate']);
  expectDiagnostics('range a load-balancer-ip ‹::/0› aggregate when used', ['default-route-aggregate']);
  expectNoDiagnostics('range a load-balancer-ip 0.0.0.0/0, ::/0');
});

test('hints that anyone may claim an external IP', () => {
  expectDiagnostics('range ‹a› external-ip 203.0.113.0/24', ['external-ip-for-anyone']);
});
