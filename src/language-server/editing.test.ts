import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActionsAt, FIX_ALL } from './code-actions.ts';
import { diagnosticsByUri } from './diagnostics.ts';
import { format } from './formatting.ts';
import { rangeOf } from './positions.ts';
import { openPolicy, SPEAKER } from './testdata/open-policy.ts';

test('formats a file, and only the lines that differ', () => {
  const text = 'speaker {\n  as 64512\n}\n\npeer   a { address 192.0.2.1\nas 64500 }\n\nlet b = 192.0.2.1\n';
  const { file } = openPolicy(text);
  const formatting = format(file.source);
  assert.ok(formatting.kind === 'edits');
  assert.equal(formatting.edits.length, 1);
  assert.deepEqual(formatting.edits[0]?.range.start, { line: 4, character: 0 });
  assert.deepEqual(formatting.edits[0]?.range.end, { line: 6, character: 0 });
  const after = apply(text, formatting.edits);
  assert.match(after, /^peer a \{\n {2}address/m);
  assert.deepEqual(format(openPolicy(after).file.source), { kind: 'edits', edits: [] });
});

test('leaves a text with syntax errors alone', () => {
  const { file } = openPolicy('speaker   { as 64512 }\npeer {');
  assert.deepEqual(format(file.source), { kind: 'edits', edits: [] });
});

test('formats a text whose names are unknown', () => {
  const { file } = openPolicy('peer   a { export nobody }\n');
  const formatting = format(file.source);
  assert.equal(formatting.kind === 'edits' && formatting.edits.length, 1);
});

test('offers the repair of a diagnostic under the cursor', () => {
  const { file, text, marks } = openPolicy(
    `filter out { accept }\npeer p { address 192.0.2.1 as 64500 export ‹uot› }${SPEAKER}`,
  );
  const [mark = { start: 0, end: 0 }] = marks;
  const shown = [...diagnosticsByUri(file.policy, display)].flatMap(([, diagnostics]) => diagnostics);
  const request = { range: rangeOf({ start: mark.end, end: mark.end }, file.source), only: undefined, shown };
  const [action] = codeActionsAt(file, request, String);
  assert.equal(action?.title, 'Replace it with out');
  assert.equal(action?.kind, 'quickfix');
  assert.equal(action?.isPreferred, true);
  assert.deepEqual(
    action?.diagnostics?.map(({ code }) => code),
    ['unknown-filter'],
  );
  assert.match(apply(text, action?.edit?.changes?.[file.path] ?? []), /export out \}/);
});

test('offers nothing where nothing is wrong, and nothing that was not asked for', () => {
  const { file, marks } = openPolicy(`peer ‹p› { address 192.0.2.1 as 64500 description ‹'rack a'› }${SPEAKER}`);
  const [good = { start: 0, end: 0 }, bad = { start: 0, end: 0 }] = marks;
  const at = (span: { start: number; end: number }, only: readonly string[]) =>
    codeActionsAt(file, { range: rangeOf(span, file.source), only, shown: [] }, String).map(({ kind }) => kind);
  assert.deepEqual(at(good, ['quickfix']), []);
  assert.deepEqual(at(bad, ['quickfix']), ['quickfix']);
  assert.deepEqual(at(bad, ['refactor']), []);
  assert.deepEqual(at(good, ['source']), [FIX_ALL]);
  assert.deepEqual(at(good, [FIX_ALL]), [FIX_ALL]);
});

test('repairs everything of a file that is certain at once, and no guess', () => {
  const { file, text } = openPolicy(
    `// a peer\nlet bogons = 10.0.0.0/08\nexclude prefixes bogosn\npeer p { address 192.0.2.1 as 64500 holdtime 9s }${SPEAKER}`,
  );
  const request = { range: rangeOf({ start: 0, end: 0 }, file.source), only: [FIX_ALL], shown: [] };
  const [action] = codeActionsAt(file, request, String);
  const after = apply(text, action?.edit?.changes?.[file.path] ?? []);
  assert.match(after, /^# a peer\nlet bogons = 10\.0\.0\.0\/8\nexclude prefixes bogosn\npeer p \{.* holdtime 9s \}/);
});

const display = { relatedInformation: true, uriOf: String };

test('a diagnostic has its place, its advice, and the other place that explains it', () => {
  const { file, marks } = openPolicy(`let ‹a› = 192.0.2.1\nlet ‹a› = 192.0.2.2\nexclude prefixes a${SPEAKER}`);
  const [first = { start: 0, end: 0 }, second = { start: 0, end: 0 }] = marks;
  const [[, diagnostics = []] = []] = diagnosticsByUri(file.policy, display);
  const found = diagnostics.find(({ code }) => code === 'duplicate-name');
  assert.deepEqual(found?.range, rangeOf(second, file.source));
  assert.equal(found?.severity, 1);
  assert.equal(found?.source, 'bellbird');
  assert.deepEqual(found?.relatedInformation?.[0]?.location, { uri: file.path, range: rangeOf(first, file.source) });
});

test('an editor that cannot show other places reads about them in the text', () => {
  const { file } = openPolicy(`let a = 192.0.2.1\nlet a = 192.0.2.2\nexclude prefixes a${SPEAKER}`);
  const [[, diagnostics = []] = []] = diagnosticsByUri(file.policy, { ...display, relatedInformation: false });
  const found = diagnostics.find(({ code }) => code === 'duplicate-name');
  assert.match(String(found?.message), /\nalso: declared first here/);
  assert.equal(found?.relatedInformation, undefined);
});

test('an unused name is a warning, and pale', () => {
  const { file } = openPolicy(`let a = 192.0.2.1\npeer p { address 192.0.2.1 as 64500 }${SPEAKER}`);
  const [[, diagnostics = []] = []] = diagnosticsByUri(file.policy, display);
  assert.deepEqual(
    diagnostics.map(({ code, severity, tags }) => ({ code, severity, tags })),
    [{ code: 'unused-name', severity: 2, tags: [1] }],
  );
});

test('what is not carried out yet is no error in an editor', () => {
  const { file } = openPolicy(`peer p { address 192.0.2.1 as 64500 }${SPEAKER}`);
  const labels = [{ path: file.path, span: { start: 0, end: 4 }, text: '', primary: true }];
  const diagnostic = { severity: 'error', code: 'not-yet-supported', message: 'not yet', labels, notes: [] } as const;
  const analysis = { ...file.policy.analysis, diagnostics: [diagnostic, { ...diagnostic, code: 'unknown-filter' }] };
  const [[, diagnostics = []] = []] = diagnosticsByUri({ ...file.policy, analysis }, display);
  assert.deepEqual(
    diagnostics.map(({ severity }) => severity),
    [3, 1],
  );
});

function apply(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('', '', 0, text), [...edits]);
}
