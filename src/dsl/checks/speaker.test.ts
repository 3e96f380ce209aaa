import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('accepts values that every node has for itself', () => {
  expectNoDiagnostics(
    'speaker { as label "bgp-as" router-id annotation "bgp-id" listen label "bgp-address" port 1179 }',
  );
});

test('wants an AS, and a router id of four bytes', () => {
  expectDiagnostics('‹speaker› { router-id 192.0.2.1 }', ['missing-setting']);
  expectDiagnostics('speaker { as 64512 router-id ‹2001:db8::1› }', ['family-mismatch']);
  expectDiagnostics('speaker { as 64512 router-id ‹0.0.0.0› }', ['family-mismatch']);
});

test('refuses a setting that stands twice, except those that add up', () => {
  expectDiagnostics('speaker { as 64512 ‹as› 64513 }', ['duplicate-setting']);
  expectDiagnostics('service */* { med 1 community 64512:1 ‹med› 2 community 64512:2 }', ['duplicate-setting']);
});

test('refuses a second speaker', () => {
  expectDiagnostics('speaker { as 64512 }\n‹speaker› { as 64513 }', ['duplicate-speaker']);
});
