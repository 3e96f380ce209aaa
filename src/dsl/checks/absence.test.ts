import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('warns about names that nothing uses', () => {
  expectDiagnostics('let ‹a› = 64512:1\nfilter ‹b› { accept }\ntemplate ‹c› { as 64500 }', [
    ...['unused-name', 'unused-name', 'unused-name'],
  ]);
});

test('counts a use by a test, and in another value', () => {
  expectNoDiagnostics(
    'let a = 192.0.2.0/24\ntest "t" {\n  cluster "shop.yaml"\n  expect every node withholds prefix in a\n}',
  );
  expectNoDiagnostics('let a = 192.0.2.0/24\nlet b = a\nexclude prefixes b');
});

test('keeps quiet about absence while there are errors', () => {
  expectDiagnostics('let a = 64512:1\nexclude prefixes ‹10.0.0.1/8›', ['host-bits']);
});

test('warns about a condition that no service can meet', () => {
  expectDiagnostics('service */* where type == ClusterIP and ‹traffic-policy == local› { med 5 }', ['local-cannot-be']);
  expectNoDiagnostics('service */* where type == ClusterIP or traffic-policy == local { med 5 }');
  expectNoDiagnostics('service */* where type in (ClusterIP, NodePort) and traffic-policy == local { med 5 }');
});
