import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from '../parse.ts';
import type { Report } from '../report.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import { VALID_STATEMENTS } from '../testdata/valid-statements.ts';
import { createParseMemory } from './parse-memory.ts';

const PIECES = [
  '',
  'x',
  ' ',
  '\n',
  '{',
  '}',
  '(',
  ')',
  '"',
  '# ',
  '//',
  '/*',
  '=',
  ',',
  '1',
  'peer ',
  '\nrange ',
  'med 5',
];

const anyText = fc.shuffledSubarray([...VALID_STATEMENTS], { maxLength: 8 }).map((statements) => statements.join('\n'));

/** An edit: where, as a part of the text, how many characters go, and what comes. */
const anyEdit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.constantFrom(...PIECES));

test('a text that is edited gives the trees and the diagnostics of a text that is read anew', () => {
  fc.assert(
    fc.property(anyText, fc.array(anyEdit, { minLength: 1, maxLength: 12 }), (start, edits) => {
      const memory = createParseMemory();
      let text = start;
      assert.deepEqual(parsed(memory.parse, text), parsed(parse, text), text);
      for (const [part, removed, added] of edits) {
        const at = Math.floor(part * text.length);
        text = text.slice(0, at) + added + text.slice(at + removed);
        assert.deepEqual(parsed(memory.parse, text), parsed(parse, text), text);
      }
    }),
    { numRuns: 150, seed: 7 },
  );
});

test('what stands before and behind an edit is not read again', () => {
  const memory = createParseMemory();
  const read = (text: string) => memory.parse(createSourceFile('edge.bell', text), () => undefined).statements;
  const before = read('let a = 1\nlet b = 2\nlet c = 3\n');
  const after = read('let a = 1\nlet bb = 2\n\nlet c = 3\n');
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  assert.equal(after[2], before[2]);
  assert.equal(after[2]?.span.start, 'let a = 1\nlet bb = 2\n\n'.length);
});

test('a statement that goes on in the first column is one', () => {
  const text = 'speaker {\n  as 64512\n}\nfilter f {\naccept if\nrange in (vips) and\nservice shop/web\n}\n';
  assert.deepEqual(parsed(createParseMemory().parse, text), parsed(parse, text));
});

/** Everything that parsing says, with places as numbers. */
function parsed(how: typeof parse, text: string): unknown {
  const reports: unknown[] = [];
  const report: Report = (...reported) => void reports.push(reported);
  const tree = how(createSourceFile('edge.bell', text), report);
  return [plain(tree), reports.map(plain).sort()];
}

function plain(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) => {
    if (key === 'source') return isSource(each) && each.text.length;
    return typeof each === 'bigint' ? String(each) : each;
  });
}

function isSource(value: unknown): value is SourceFile {
  return typeof value === 'object' && value !== null && 'lineStarts' in value;
}
