import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const filter = (condition: string) =>
  `range vips load-balancer-ip 198.51.100.0/24
range services cluster-ip 10.96.0.0/16
filter f { accept if ${condition} accept }
peer p { address 192.0.2.1 as 64500 export f }`;

const contradictions = [
  'prefix in 10.0.0.0/8 and prefix in 172.16.0.0/12',
  'prefix in 10.1.0.0/16 and prefix == 10.0.0.0/8',
  'prefix in 10.0.0.0/8 and family == ipv6',
  'range == vips and range == services',
  'range == vips and kind == cluster-ip',
  'range == vips and aggregate',
  'range == vips and prefix in 10.0.0.0/8',
  'length < 16 and length > 24',
  'length == 8 and length in (16, 24)',
  'aggregate and not aggregate',
  'kind == cluster-ip and not (kind == cluster-ip or aggregate)',
];

for (const condition of contradictions) {
  test(`warns about \`${condition}\``, () => {
    expectDiagnostics(filter(`‹${condition}›`), ['never-true']);
  });
}

const possible = [
  'prefix in 10.0.0.0/8 and prefix in 10.1.0.0/16',
  'range in (vips, services) and aggregate',
  'range == services and aggregate and length <= 16',
  'prefix in 10.0.0.0/8 or prefix in 172.16.0.0/12',
  'community no-export and community no-advertise',
  'length >= 16 and length <= 24',
];

for (const condition of possible) {
  test(`is silent about \`${condition}\``, () => {
    expectNoDiagnostics(filter(condition));
  });
}

test('looks at conditions on nodes and services as well', () => {
  expectDiagnostics('exclude nodes where ‹zone == "a" and zone == "b"›', ['never-true']);
  expectDiagnostics('exclude services where ‹namespace == "a" and not label "x" and label "x"›', ['never-true']);
  expectDiagnostics('service */* where ‹label "x" == "a" and label "x" in ("b", "c")› { med 1 }', ['never-true']);
  expectNoDiagnostics('exclude services where label "x" == "a" and label "y" == "b" and name matches "c*"');
});
