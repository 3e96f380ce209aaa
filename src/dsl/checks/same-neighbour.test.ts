import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

/** A peer with the second address, which may be marked, after one with the first. */
const two = (first: string, second: string) => `peer a { ${first} as 64500 }\npeer b { ${second} as 64500 }`;
const both = (text: string, more = '') => two(`address ${text} ${more}`, `‹address ${text}› ${more}`);

test('two peers that are one neighbour on a node are refused', () => {
  const same = ['same-neighbour'] as const;
  expectDiagnostics(both('interface "eth1"'), same);
  expectDiagnostics(both('192.0.2.1'), same);
  expectDiagnostics(both('fe80::1 interface "eth1"'), same);
  expectDiagnostics(both('192.0.2.1', 'source 192.0.2.9'), same);
  expectDiagnostics(both('in 192.0.2.0/24', 'nodes worker-1, worker-2'), same);
  expectDiagnostics(two('address in 192.0.2.0/24', '‹address in 192.0.2.128/25›'), same);
  expectDiagnostics(two('address in 192.0.2.0/25', '‹address in 192.0.0.0/16› nodes where label "rack"'), same);
  expectDiagnostics(two('address interface "eth1" nodes x, y', '‹address interface "eth1"› nodes y, z'), same);
});

test('peers that have the address from their template are named themselves', () => {
  expectDiagnostics('template t { address interface "eth1" as external }\npeer a from t {}\npeer ‹b› from t {}', [
    'same-neighbour',
  ]);
  expectDiagnostics(
    'template t { as 64500 nodes where label "rack" }\npeer a from t { address 192.0.2.1 }\npeer b from t { ‹address 192.0.2.1› }',
    ['same-neighbour'],
  );
});

test('peers that differ, or that need not run on one node, are taken', () => {
  expectNoDiagnostics(two('address interface "eth1"', 'address interface "eth2"'));
  expectNoDiagnostics(two('address 192.0.2.1', 'address 192.0.2.1 port 1790'));
  expectNoDiagnostics(two('address 192.0.2.1 source 192.0.2.8', 'address 192.0.2.1 source 192.0.2.9'));
  expectNoDiagnostics(two('address fe80::1 interface "eth1"', 'address fe80::1 interface "eth2"'));
  expectNoDiagnostics(two('address fe80::1 interface "eth1"', 'address interface "eth1"'));
  expectNoDiagnostics(two('address in 192.0.2.0/25', 'address in 192.0.2.128/25'));
  expectNoDiagnostics(two('address in 192.0.2.0/24', 'address 192.0.2.1'));
  expectNoDiagnostics(two('address 192.0.2.1 nodes x', 'address 192.0.2.1 nodes y'));
  expectNoDiagnostics(two('address 192.0.2.1 nodes where label "a"', 'address 192.0.2.1 nodes where label "b"'));
  expectNoDiagnostics(two('address gateway', 'address gateway'));
  expectNoDiagnostics(two('address label "tor"', 'address label "tor"'));
});
