import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const peers = `
peer a { address 192.0.2.1 as 64500 nodes worker-1, worker-2 }
peer b { address 192.0.2.2 as 64500 nodes where zone == "b" }`;

test('warns about a template without peers', () => {
  expectDiagnostics(`template t { as 64500 }\nservice */* { to a, ‹t› }${peers}`, ['to-nobody']);
});

const apart = ['name == "worker-3"', 'name in ("worker-3", "worker-4")', 'not (name in ("worker-1", "worker-2"))'];

for (const where of apart) {
  test(`warns about a peer of other nodes than those where \`${where}\``, () => {
    expectDiagnostics(`service */* { from nodes where ${where} to ‹a›, b }${peers}`, ['to-nobody']);
  });
}

test('compares conditions of a peer as well', () => {
  expectDiagnostics(`service */* { from endpoint-nodes where zone in ("a", "c") to ‹b› }${peers}`, ['to-nobody']);
});

test('is silent where a node may be both', () => {
  expectNoDiagnostics(`service */* { from nodes where name != "worker-1" to a }${peers}`);
  expectNoDiagnostics(`service */* { from nodes where label "x" to a, b }${peers}`);
  expectNoDiagnostics(`service */* { from nodes where name == "worker-3" to all }${peers}`);
  expectNoDiagnostics(`service */* { to a }${peers}`);
});
