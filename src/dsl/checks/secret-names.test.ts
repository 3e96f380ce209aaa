import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const peer = (password: string) => `peer a { address 192.0.2.1 as 64500 password ${password} }`;

test('accepts one Secret and one key of it', () => {
  expectNoDiagnostics(peer('secret bgp/fabric key "password"'));
  expectNoDiagnostics(peer('secret kube-system/keys-fabric-1 key "tor-a_1.key"'));
});

test('refuses a pattern, and a name that no Secret can have', () => {
  expectDiagnostics(peer('secret ‹bgp/*› key "password"'), ['malformed-literal']);
  expectDiagnostics(peer('secret ‹bgp/Fabric› key "password"'), ['malformed-literal']);
});

test('refuses a key that no Secret can have, also in a template', () => {
  expectDiagnostics(peer('secret bgp/fabric key ‹"pass word"›'), ['malformed-literal']);
  const template = 'template t { as 64500 password secret bgp/fabric key ‹""› }\npeer a from t { address 192.0.2.1 }';
  expectDiagnostics(template, ['malformed-literal']);
});
