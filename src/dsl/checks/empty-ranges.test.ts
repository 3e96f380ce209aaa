import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('warns about a range that is excluded whole', () => {
  expectDiagnostics('range a load-balancer-ip ‹198.51.100.0/24›\nexclude prefixes 198.51.0.0/16', ['empty-range']);
  expectDiagnostics('range a load-balancer-ip ‹198.51.100.0/24› except 198.51.100.0/24', ['empty-range']);
});

test('warns where several exclusions and holes leave nothing together', () => {
  expectDiagnostics(
    'range a load-balancer-ip ‹198.51.100.0/24› except 198.51.100.0/25\nexclude prefixes 198.51.100.128/26, 198.51.100.192/26',
    ['empty-range'],
  );
});

test('looks at each prefix of a range', () => {
  expectDiagnostics(
    'range a load-balancer-ip 203.0.113.0/24, ‹198.51.100.0/24›, 2001:db8::/64\nexclude prefixes 198.51.100.0/24',
    ['empty-range'],
  );
});

test('is silent where one address is left', () => {
  expectNoDiagnostics(
    'range a load-balancer-ip 198.51.100.0/30\nexclude prefixes 198.51.100.0, 198.51.100.1, 198.51.100.2',
  );
});
