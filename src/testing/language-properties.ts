// What holds of the language for every text there is. The unit tests try each a few hundred times, `npm run fuzz` for
// as long as it is told to.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits, chooseFixes } from '../cli/apply-fixes.ts';
import {
  compile,
  createMemoryHost,
  type Diagnostic,
  diagnosticsToJson,
  formatPolicy,
  isError,
  renderDiagnostics,
  type SourceFile,
} from '../dsl/index.ts';
import { mutatedPolicy, policyToken } from './policy-arbitraries.ts';
import { anyMessyPolicy } from './policy-arbitrary.ts';

/** Properties by a sentence that says what holds. */
export const LANGUAGE_PROPERTIES: Readonly<Record<string, fc.IRawProperty<unknown>>> = {
  'any bytes are refused or understood': fc.property(fc.uint8Array({ maxLength: 300 }), checkPolicy),
  'any text is refused or understood': fc.property(fc.string({ unit: 'binary', maxLength: 200 }), checkPolicy),
  'words of the language in any order are refused or understood': fc.property(
    fc.array(policyToken, { maxLength: 60 }).map((words) => words.join(' ')),
    checkPolicy,
  ),
  'policies with mistakes are refused or understood': fc.property(mutatedPolicy, checkPolicy),
  'long policies with mistakes are refused or understood': fc.property(
    fc.array(mutatedPolicy, { minLength: 20, maxLength: 40 }).map((texts) => texts.join('\n')),
    checkPolicy,
  ),
  'certain repairs come to an end, and none comes back': fc.property(mutatedPolicy, checkRepairs),
  'formatting is refused, or changes nothing the second time': fc.property(mutatedPolicy, checkFormat),
  'formatting a right policy keeps it right': fc.property(
    anyMessyPolicy.map(({ text }) => text),
    checkFormat,
  ),
};

const PATH = 'policy.bell';
const REST = 'speaker { as 64512 }\npeer tor-z { address 192.0.2.254 as 64500 }\n';

function checkPolicy(content: string | Uint8Array): void {
  const files = { 'rest.bell': REST, [PATH]: content };
  const { policy, diagnostics, sources } = compile(['rest.bell', PATH], createMemoryHost(files));
  assert.equal(policy === undefined, diagnostics.some(isError));
  for (const diagnostic of diagnostics) checkPlaces(diagnostic, sources);
  renderDiagnostics(diagnostics, sources, { color: false });
  JSON.stringify([policy, diagnosticsToJson(diagnostics, sources)]);
}

/** Every place a diagnostic points at is there. */
function checkPlaces({ labels, fixes = [] }: Diagnostic, sources: readonly SourceFile[]): void {
  for (const { path, span } of [...labels, ...fixes.flatMap(({ edits }) => edits)]) {
    const source = sources.find((each) => each.path === path);
    assert.ok(source !== undefined, `no file ${path}`);
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= source.text.length, JSON.stringify(span));
  }
}

const MAX_ROUNDS = 10;

function checkRepairs(text: string): void {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { diagnostics } = compile([PATH], createMemoryHost({ [PATH]: current }));
    const fixes = chooseFixes(diagnostics);
    if (fixes.length === 0) return;
    const next = applyEdits(
      current,
      fixes.flatMap(({ edits }) => edits),
    );
    assert.notEqual(next, current, 'a repair changes nothing');
    current = next;
  }
  assert.fail('there is always another repair');
}

function checkFormat(text: string): void {
  const once = formatPolicy(text);
  if (once.kind !== 'formatted') {
    assert.equal(once.why, 'syntax');
    return;
  }
  const twice = formatPolicy(once.text);
  assert.equal(twice.kind === 'formatted' ? twice.text : twice.why, once.text);
}
