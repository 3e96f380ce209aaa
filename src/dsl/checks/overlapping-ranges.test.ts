import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('warns once for each pair of ranges of one kind, at the longer prefix', () => {
  expectDiagnostics(
    `range a load-balancer-ip 198.51.100.0/24, 203.0.113.0/24
range b load-balancer-ip ‹198.51.100.128/25›, 203.0.113.128/25`,
    ['overlapping-ranges'],
  );
  expectDiagnostics('range a load-balancer-ip 198.51.100.0/24\nrange b load-balancer-ip ‹198.51.100.0/24›', [
    'overlapping-ranges',
  ]);
});

test('names the nearest of several nested ranges', () => {
  expectDiagnostics(
    `range a load-balancer-ip 10.0.0.0/8
range b load-balancer-ip ‹10.1.0.0/16›
range c load-balancer-ip ‹10.1.2.0/24›
range d load-balancer-ip ‹10.2.0.0/16›`,
    ['overlapping-ranges', 'overlapping-ranges', 'overlapping-ranges'],
  );
});

test('is silent for different kinds, for one range, and where a hole makes room', () => {
  expectNoDiagnostics('range a load-balancer-ip 198.51.100.0/24\nrange b cluster-ip 198.51.100.0/25');
  expectNoDiagnostics('range a load-balancer-ip 198.51.100.0/24, 198.51.100.0/25');
  expectNoDiagnostics(
    'range a load-balancer-ip 198.51.100.0/24 except 198.51.100.0/25\nrange b load-balancer-ip 198.51.100.0/26',
  );
});
