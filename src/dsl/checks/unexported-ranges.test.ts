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
  'accept if prefix == 198.51.0.0/16 and range == services',
];

for (const filter of rejecting) {
  test(`warns where the filter is \`${filter}\``, () => {
    expectDiagnostics(policy(filter, true), ['unexported-range']);
  });
}

const accepting = [
  'accept',
  'accept if aggregate',
  'accept if range != services',
  'reject if prefix in 198.51.100.0/24 accept',
  'reject if exact accept',
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
