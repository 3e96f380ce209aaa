import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const services = (condition: string) => `exclude services where ${condition}`;

test('a key that no object can have is told', () => {
  expectDiagnostics(services('label ‹"example.org/tier=edge"›'), ['impossible-key']);
  expectDiagnostics(services('label ‹"Example.org/tier"› == "edge"'), ['impossible-key']);
  expectDiagnostics(services('annotation ‹"example.org/a/b"›'), ['impossible-key']);
  expectDiagnostics(services('annotation ‹"Example.org/tier=edge"›'), ['impossible-key']);
});

test('keys that Kubernetes takes are taken', () => {
  expectNoDiagnostics(services('label "example.org/Tier_1.a" == "edge" or label "tier"'));
  expectNoDiagnostics(services('annotation "Example.org/Tier"'));
});

test('a star is told where text is compared as it stands, and may stand in annotations', () => {
  expectDiagnostics(services('namespace == ‹"team-*"›'), ['literal-star']);
  expectNoDiagnostics(services('namespace matches "team-*" or annotation "hosts" == "*"'));
});
