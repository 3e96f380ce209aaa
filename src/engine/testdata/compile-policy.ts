import assert from 'node:assert/strict';
import { compile, createMemoryHost, type Policy, renderDiagnostics } from '../../dsl/index.ts';

/** The policy that a source text says, as `edge.bell`; fails with the diagnostics if it says none. */
export function compilePolicy(source: string): Policy {
  const { policy, diagnostics, sources } = compile(['edge.bell'], createMemoryHost({ 'edge.bell': source }));
  assert.ok(policy !== undefined, renderDiagnostics(diagnostics, sources, { color: false, max: 20 }));
  return policy;
}
