import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const peer = 'template fabric { as 64500 }\npeer tor-a from fabric { address 192.0.2.1 }\n';

function block(expectations: string): string {
  return `${peer}test "t" { cluster "shop.yaml" ${expectations} }`;
}

test('a test needs a cluster', () => {
  expectDiagnostics('‹test› "t" { expect every node withholds 192.0.2.0/24 }', ['missing-setting']);
  expectNoDiagnostics('test "t" { cluster "a.yaml" cluster "b" expect every node withholds 192.0.2.0/24 }');
});

test('a test that expects nothing is almost surely not meant', () => {
  expectDiagnostics('test ‹"t"› { cluster "shop.yaml" }', ['empty-test']);
});

test('what could not be read of a test is not missing as well', () => {
  expectDiagnostics('test "t" { ‹clutser› "shop.yaml" expect every node withholds 192.0.2.0/24 }', ['unknown-setting']);
  expectDiagnostics('test "t" { cluster "shop.yaml" ‹expcet› every node withholds 192.0.2.0/24 }', ['unknown-setting']);
});

test('a name belongs to one test', () => {
  const body = '{ cluster "shop.yaml" expect every node withholds 192.0.2.0/24 }';
  expectDiagnostics(`test "t" ${body}\ntest ‹"t"› ${body}`, ['duplicate-name']);
  expectNoDiagnostics(`test "t" ${body}\ntest "u" ${body}`);
});

test('an expectation is about known peers, by their own name or that of their template', () => {
  expectDiagnostics(block('expect worker-1 advertises 192.0.2.0/24 to ‹tor-b›'), ['unknown-peer']);
  expectNoDiagnostics(block('expect worker-1 advertises 192.0.2.0/24 to tor-a'));
  expectNoDiagnostics(block('expect worker-1 advertises 192.0.2.0/24 to fabric'));
});

test('a node is known only when the test runs', () => {
  expectNoDiagnostics(block('expect "node-1.example.org" advertises 192.0.2.0/24'));
});

test('one prefix is expected, or everything inside of several', () => {
  const lets = 'let two = 192.0.2.0/25, 198.51.100.0/24\nlet one = 192.0.2.0/25\n';
  expectDiagnostics(`${lets}${block('expect every node withholds one expect every node withholds ‹two›')}`, [
    'expected-one-value',
  ]);
  expectNoDiagnostics(
    `${lets}${block('expect every node withholds one expect every node withholds prefix in (two, 10.0.0.0/8)')}`,
  );
});

test('an attribute is expected once, communities as often as one likes', () => {
  expectDiagnostics(block('expect n advertises 192.0.2.0/24 with med 5 and ‹med 6›'), ['duplicate-setting']);
  expectNoDiagnostics(
    block('expect n advertises 192.0.2.0/24 with med 5 and prepend 0 and community 64512:1 and community 64512:2'),
  );
});

test('values of expectations are of the type of their place', () => {
  const lets = 'let mark = 64512:1\n';
  expectDiagnostics(`${lets}${block('expect n advertises ‹mark› with community mark')}`, ['wrong-type']);
  expectDiagnostics(block('expect n advertises 192.0.2.0/24 with community ‹mark›'), ['unknown-value']);
});
