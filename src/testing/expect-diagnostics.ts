// Test helper: a policy with marked spans and the codes expected there. A diagnostic too many fails like one too few.

import assert from 'node:assert/strict';
import { compile, createMemoryHost } from '../dsl/index.ts';
import { parseMarkedSource } from './marked-source.ts';

/** What every policy needs and no check of interest looks at. */
const SPEAKER = '\nspeaker { as 64512 loop-protection drop }';
const PEER = '\npeer tor-z { address 192.0.2.254 as 64500 }';

/**
 * Compiles the marked text, with a speaker and a peer added where it has none, and fails unless exactly the codes given
 * are reported at exactly the marks, in their order. Hints count as well.
 */
export function expectDiagnostics(marked: string, codes: readonly string[]): void {
  const { text, spans } = parseMarkedSource(marked);
  const source = `${text}${/^speaker/m.test(text) ? '' : SPEAKER}${/^peer/m.test(text) ? '' : PEER}`;
  const { diagnostics, policy } = compile(['policy.bell'], createMemoryHost({ 'policy.bell': source }));
  const found = diagnostics.map(({ code, labels: [label] }) => ({ code, ...label?.span }));
  const expected = codes.map((code, index) => ({ code, ...spans[index] }));
  assert.deepEqual(found.map(show), expected.map(show), marked);
  assert.equal(spans.length, codes.length, 'one mark for each code');
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  assert.equal(policy === undefined, hasErrors, 'a policy comes out exactly where no error was reported');

  function show({ code, start = 0, end = 0 }: { code: string; start?: number; end?: number }): string {
    return `${code} at ${start}: ${JSON.stringify(source.slice(start, end))}`;
  }
}

/** Fails if the policy has any diagnostic, hints included. */
export function expectNoDiagnostics(text: string): void {
  expectDiagnostics(text, []);
}
