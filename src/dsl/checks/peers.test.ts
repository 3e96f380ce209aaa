import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('accepts a peer whose address and AS come from itself, its template, or both', () => {
  expectNoDiagnostics('peer a { address 192.0.2.1 as 64500 }');
  expectNoDiagnostics('template t { as 64500 }\npeer a from t { address 192.0.2.1 }');
  expectNoDiagnostics('template t { address 192.0.2.1 as 64500 }\npeer a from t { }');
});

test('asks for the address first, then for the AS', () => {
  expectDiagnostics('peer ‹a› { }', ['missing-setting']);
  expectDiagnostics('peer ‹a› { address 192.0.2.1 }', ['missing-setting']);
});

test('does not ask for a setting that could not be read', () => {
  expectDiagnostics('peer a { address 192.0.2.1 as ‹}›', ['syntax-error']);
  expectDiagnostics('template t {\n  as ‹4294967296›\n}\npeer a from t { address 192.0.2.1 }', ['as-out-of-range']);
});

test('refuses a peer as the template of another', () => {
  expectDiagnostics('peer a { address 192.0.2.1 as 64500 }\npeer b from ‹a› { address 192.0.2.2 as 64500 }', [
    'template-of-template',
  ]);
});

test('refuses two ends of different families, also where one is a named value', () => {
  expectDiagnostics('peer a { address 192.0.2.1 as 64500 source ‹2001:db8::1› }', ['family-mismatch']);
  expectDiagnostics('let own = 192.0.2.9\npeer a { address 2001:db8::1 as 64500 source ‹own› }', ['family-mismatch']);
  expectNoDiagnostics('peer a { address 192.0.2.1 as 64500 source label "bgp-address" }');
});

test('refuses a keepalive that is not shorter than the hold time that applies', () => {
  expectDiagnostics('peer a { address 192.0.2.1 as 64500 keepalive ‹30s› }', ['keepalive-too-long']);
  expectDiagnostics('template t { as 64500 keepalive ‹9s› }\npeer a from t { address 192.0.2.1 hold-time 9s }', [
    'keepalive-too-long',
  ]);
  expectNoDiagnostics('peer a { address 192.0.2.1 as 64500 hold-time 0s keepalive 60s }');
  expectNoDiagnostics('peer a { address 192.0.2.1 as 64500 hold-time 3s }');
});
