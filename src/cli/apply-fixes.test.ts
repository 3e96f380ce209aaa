import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic, Edit } from '../dsl/index.ts';
import { applyEdits, chooseFixes } from './apply-fixes.ts';

const edit = (start: number, end: number, newText: string, path = 'a.bell'): Edit => ({
  path,
  span: { start, end },
  newText,
});

function diagnostic(certain: boolean, ...edits: readonly Edit[]): Diagnostic {
  const fixes = [{ title: 'repair it', certain, edits }];
  return { severity: 'error', code: 'syntax-error', message: '', labels: [], notes: [], fixes };
}

function chosen(...diagnostics: readonly Diagnostic[]): readonly string[] {
  return chooseFixes(diagnostics).flatMap(({ edits }) => edits.map(({ newText }) => newText));
}

test('makes edits of any order at the offsets of the text before', () => {
  assert.equal(applyEdits('abcdef', [edit(0, 1, 'X'), edit(4, 6, ''), edit(2, 2, '--')]), 'Xb--cd');
});

test('leaves out guesses', () => {
  assert.deepEqual(chosen(diagnostic(false, edit(0, 1, 'guess')), diagnostic(true, edit(2, 3, 'sure'))), ['sure']);
});

test('takes the first of two fixes that overlap or touch', () => {
  const [first, inside] = [diagnostic(true, edit(2, 6, 'first')), diagnostic(true, edit(3, 4, 'inside'))];
  const [behind, apart] = [diagnostic(true, edit(6, 8, 'behind')), diagnostic(true, edit(9, 9, 'apart'))];
  const elsewhere = diagnostic(true, edit(3, 4, 'elsewhere', 'b.bell'));
  assert.deepEqual(chosen(first, inside, behind, apart, elsewhere), ['first', 'apart', 'elsewhere']);
});

test('takes all edits of a fix or none', () => {
  const pair = diagnostic(true, edit(0, 1, 'open'), edit(8, 9, 'close'));
  assert.deepEqual(chosen(diagnostic(true, edit(8, 8, 'first')), pair), ['first']);
});
