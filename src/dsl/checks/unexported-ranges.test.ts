import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const policy = (filter: string, mark: boolean) =>
  `range ${mark ? '‹vips›' : 'vips'} load-balancer-ip 198.51.100.0/24, 2001:db8::/64
range services cluster-ip 10.96.0.0/16
filter f { ${filter} }
filter g { accept if range == services }
peer a { address 192.0.2.1 as 64500 export f, g }`;

const rejecting = [
  'accept if range == services',
  'accept if range not in (vips)',
  'reject if prefix in (198.51.0.0/16, 2001:db8::/32) accept',
  'accept if prefix in 203.0.113.0/24 or range == services and aggregate',
  'reject if range == vips accept',
  'reject if not (range != vips) and prefix not in 203.0.113.0/24 accept',
  'accept if prefix == 198.51.0.0/16 or range == services',
  'accept if aggregate',
  'reject if exact accept',
  'accept if length <= 24',
  'accept if prefix == 198.51.100.0/25',
  'reject if range == vips and family in (ipv4, ipv6) accept',
  'reject if length >= 32 accept',
];

for (const filter of rejecting) {
  test(`warns where the filter is \`${filter}\``, () => {
    expectDiagnostics(policy(filter, true), ['unexported-range']);
  });
}

const accepting = [
  'accept',
  'accept if not aggregate',
  'accept if length == 128',
  'reject if range == vips and family == ipv4 accept',
  'accept if range != services',
  'reject if prefix in 198.51.100.0/24 accept',
  'accept if prefix == 198.51.100.7',
  'accept if community no-export and not prefix in 203.0.113.0/24',
];

for (const filter of accepting) {
  test(`is silent where the filter is \`${filter}\``, () => {
    expectNoDiagnostics(policy(filter, false));
  });
}

test('is silent where one peer of several exports the range', () => {
  expectNoDiagnostics(`${policy('reject', false)}\npeer b { address 192.0.2.2 as 64500 }`);
  expectDiagnostics('range ‹a› cluster-ip 10.96.0.0/16\npeer b { address 192.0.2.2 as 64500 export nothing }', [
    'unexported-range',
  ]);
});

test('knows that a hole of the range, and an excluded prefix, are never announced', () => {
  const range = 'range ‹vips› load-balancer-ip 198.51.100.0/24 except 198.51.100.0/28';
  const filter = 'filter f { accept if prefix in (198.51.100.8/29, 198.51.100.128/25) }';
  const rest = `exclude prefixes 198.51.100.128/25\npeer a { address 192.0.2.1 as 64500 export f }`;
  expectDiagnostics(`${range}\n${filter}\n${rest}`, ['unexported-range']);
});

test('knows that an aggregate is announced as a prefix that is not longer than its range', () => {
  const policy = (condition: string, name: string) => `range ${name} cluster-ip 10.96.0.0/16
filter f { accept if ${condition} }
peer a { address 192.0.2.1 as 64500 export f }`;
  expectNoDiagnostics(policy('length <= 16', 'services'));
  expectDiagnostics(policy('length < 16', '‹services›'), ['unexported-range']);
  expectNoDiagnostics(policy('aggregate', 'services'));
});
