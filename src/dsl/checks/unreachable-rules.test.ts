import assert from 'node:assert/strict';
import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';
import { compile } from '../compile.ts';
import { createMemoryHost } from '../source-host.ts';

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
  ['length != 24', 'length == 16'],
  ['kind != cluster-ip', 'range == a'],
  ['prefix in 198.51.0.0/16', 'range == a'],
  ['exact', 'range == a'],
  ['family == ipv4', 'prefix in 10.0.0.0/8 and aggregate'],
  ['prefix not in 10.0.0.0/8', 'prefix in 172.16.0.0/12'],
  ['length >= 16', 'prefix in 10.1.0.0/16'],
  ['not (aggregate or community no-export)', 'not aggregate and not community no-export'],
];

for (const [earlier, later] of covered) {
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

const unions: readonly (readonly [about: string, rules: string, codes?: readonly string[]])[] = [
  [
    'prefixes one by one',
    'reject if prefix in 10.0.0.0/8 accept if prefix in 172.16.0.0/12 ‹reject if prefix in (10.1.0.0/16, 172.16.1.0/24)›',
  ],
  [
    'both halves and the whole',
    'reject if prefix in 10.0.0.0/9 reject if prefix in 10.128.0.0/9 reject if prefix == 10.0.0.0/8 ‹accept if prefix in 10.0.0.0/8›',
  ],
  ['both families', 'accept if family == ipv4 accept if family == ipv6 ‹reject›'],
  ['a condition and its opposite', 'accept if aggregate reject if not aggregate ‹reject if length <= 24›'],
  ['ranges one by one', 'accept if range == a accept if range == b ‹reject if range in (a, b) and exact›'],
  [
    'the prefixes of a range under one condition',
    'reject if prefix in 198.51.100.0/25 and community no-export reject if prefix in 198.51.100.128/25 and community no-export reject if prefix == 198.51.100.0/24 and community no-export ‹accept if range == a and community no-export›',
  ],
];

for (const [about, rules] of unions) {
  test(`warns where several rules decide it together: ${about}`, () => {
    expectDiagnostics(filter(rules), ['unreachable-rule']);
  });
}

const gaps: readonly (readonly [about: string, rules: string])[] = [
  [
    'the whole is left',
    'reject if prefix in 10.0.0.0/9 reject if prefix in 10.128.0.0/9 accept if prefix in 10.0.0.0/8',
  ],
  [
    'the conditions differ',
    'reject if prefix in 10.0.0.0/9 and aggregate reject if prefix in 10.128.0.0/9 reject if prefix == 10.0.0.0/8 accept if prefix in 10.0.0.0/8',
  ],
  ['a value is left', 'accept if range == a reject if range in (a, b)'],
  [
    'a community may come later',
    'accept if community no-export update then community no-export reject if not community no-export accept',
  ],
  ['learned routes have no range', 'accept if range in (a, b) reject'],
];

for (const [about, rules] of gaps) {
  test(`is silent where several rules leave something: ${about}`, () => {
    expectNoDiagnostics(filter(rules));
  });
}

test('shows the first rules that decide it, and counts the others', () => {
  const quarters = ['0', '64', '128', '192'].map((octet) => `reject if prefix in 10.${octet}.0.0/10`);
  const wholes = ['10.0.0.0/9', '10.128.0.0/9', '10.0.0.0/8'].map((prefix) => `reject if prefix == ${prefix}`);
  const text = `speaker { as 64512 }\nfilter f {\n${[...quarters, ...wholes].join('\n')}\naccept if prefix in 10.0.0.0/8\n}`;
  const { diagnostics } = compile(['a.bell'], createMemoryHost({ 'a.bell': text }));
  const found = diagnostics.find(({ code }) => code === 'unreachable-rule');
  assert.deepEqual([found?.labels.length, found?.notes], [4, ['4 more rules before it take part in that']]);
});
