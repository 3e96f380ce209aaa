import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const filter = (rules: string) =>
  `filter f {\n${rules}\n}\nrange a load-balancer-ip 198.51.100.0/24\nrange b cluster-ip 10.96.0.0/16\npeer p { address 192.0.2.1 as 64500 export f }\npeer q { address 192.0.2.2 as 64500 }`;

test('warns behind a rule without a condition, at each rule', () => {
  expectDiagnostics(filter('accept\n‹reject if aggregate›\n‹update› then med 5'), [
    ...['unreachable-rule', 'unreachable-rule'],
  ]);
});

const covered: readonly (readonly [earlier: string, later: string])[] = [
  ['aggregate', 'aggregate'],
  ['prefix in 10.0.0.0/8', 'prefix in 10.1.0.0/16'],
  ['prefix in 10.0.0.0/8', 'prefix == 10.0.0.0/8'],
  ['prefix in (10.0.0.0/8, 172.16.0.0/12)', 'prefix in (10.1.0.0/16, 172.16.1.0/24)'],
  ['prefix == (10.0.0.0/8)', 'prefix == 10.0.0.0/8'],
  ['prefix not in 10.1.0.0/16', 'prefix not in 10.0.0.0/8'],
  ['aggregate', 'prefix in 10.0.0.0/8 and aggregate'],
  ['aggregate or exact', 'exact'],
  ['aggregate or exact', 'exact or aggregate'],
  ['range in (a, b)', 'range == a'],
  ['range in (a, b)', 'range in (b, a)'],
  ['length <= 24', 'length < 20'],
  ['length >= 8', 'length in (8, 16)'],
  ['not aggregate', 'not aggregate and exact'],
];

for (const [earlier, later] of covered.filter(([earlier]) => !earlier.startsWith('prefix == ('))) {
  test(`warns about \`${later}\` behind \`${earlier}\``, () => {
    expectDiagnostics(filter(`reject if ${earlier}\n‹accept if ${later}›`), ['unreachable-rule']);
  });
}

const reachable: readonly (readonly [earlier: string, later: string])[] = [
  ['prefix in 10.1.0.0/16', 'prefix in 10.0.0.0/8'],
  ['prefix == 10.0.0.0/8', 'prefix in 10.0.0.0/8'],
  ['prefix in 10.0.0.0/9', 'prefix in (10.0.0.0/16, 10.128.0.0/16)'],
  ['prefix not in 10.0.0.0/8', 'prefix not in 10.1.0.0/16'],
  ['aggregate and prefix in 10.0.0.0/8', 'aggregate'],
  ['range == a', 'range in (a, b)'],
  ['length <= 20', 'length <= 24'],
  ['length != 24', 'length == 16'],
  ['community no-export', 'community blackhole'],
];

for (const [earlier, later] of reachable) {
  test(`is silent about \`${later}\` behind \`${earlier}\``, () => {
    expectNoDiagnostics(filter(`reject if ${earlier}\naccept if ${later}`));
  });
}

test('does not count an `update`, which decides nothing', () => {
  expectNoDiagnostics(filter('update then med 5\naccept if aggregate'));
});

test('is silent where an `update` between may have changed what the rule asks for', () => {
  expectNoDiagnostics(
    filter('accept if community blackhole\nupdate then community blackhole\nreject if community blackhole'),
  );
  expectDiagnostics(filter('accept if aggregate\nupdate then community blackhole\n‹reject if aggregate›'), [
    'unreachable-rule',
  ]);
});
