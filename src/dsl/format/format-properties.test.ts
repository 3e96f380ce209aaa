// What holds for every text: nothing here knows what formatted text looks like.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutatedPolicy } from '../../testing/policy-arbitraries.ts';
import { anyMessyPolicy, anyPolicyFile } from '../../testing/policy-arbitrary.ts';
import { spellPolicy } from '../../testing/spell-policy.ts';
import type { PolicyFile } from '../ast.ts';
import { isError } from '../diagnostic.ts';
import { lex } from '../lexer.ts';
import { parse } from '../parse.ts';
import { createReporter } from '../report.ts';
import { createSourceFile } from '../source-file.ts';
import { displayWidth } from '../text-width.ts';
import { formatPolicy } from './format.ts';
import { isSameTree } from './same-tree.ts';

test('parsing what was printed of a tree gives the tree back', () => {
  fc.assert(
    fc.property(anyPolicyFile, (file) => {
      const text = format(spellPolicy(file, { trailingCommas: false }).join(' '));
      assert.ok(isSameTree(withoutSpans(file), withoutSpans(parseText(text))), text);
    }),
  );
});

test('formatting keeps the tree and every comment, in order', () => {
  fc.assert(
    fc.property(anyMessyPolicy, ({ text, file, comments }) => {
      const formatted = format(text);
      assert.ok(isSameTree(withoutSpans(file), withoutSpans(parseText(formatted))), formatted);
      assert.deepEqual(commentsOf(formatted), comments);
    }),
  );
});

test('formatting formatted text changes nothing', () => {
  fc.assert(
    fc.property(anyMessyPolicy, ({ text }) => {
      const formatted = format(text);
      assert.equal(format(formatted), formatted);
    }),
  );
});

test('only what cannot be broken is longer than a line', () => {
  fc.assert(
    fc.property(anyPolicyFile, (file) => {
      const long = format(spellPolicy(file, { trailingCommas: false }).join(' '))
        .split('\n')
        .filter((line) => displayWidth(line) > 100);
      // Words of a setting or a test on a field stay together, and a string is never split.
      assert.deepEqual(
        long.filter((line) => !line.includes('"') && / (and|or|then|for|except|to|with) |, /.test(line)),
        [],
      );
    }),
  );
});

test('text that is damaged is refused or formatted, but never damaged further', () => {
  const damage = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 3 }),
    put: fc.constantFrom('', '{', '}', '#', '"', ',', ' a '),
  });
  fc.assert(
    fc.property(anyMessyPolicy, damage, ({ text }, { at, length, put }) => {
      const start = at % (text.length + 1);
      const result = formatPolicy(text.slice(0, start) + put + text.slice(start + length));
      assert.ok(result.kind === 'formatted' || result.why === 'syntax', JSON.stringify(result));
    }),
  );
});

test('text with mistakes in it is refused or formatted, and never throws', () => {
  fc.assert(
    fc.property(mutatedPolicy, (text) => {
      const result = formatPolicy(text);
      assert.ok(result.kind === 'formatted' || result.why === 'syntax', JSON.stringify(result));
    }),
  );
});

function format(text: string): string {
  const result = formatPolicy(text);
  assert.ok(
    result.kind === 'formatted',
    `${JSON.stringify(result, (key, value) => (key === 'sources' ? [] : value))}\n${text}`,
  );
  return result.text;
}

function parseText(text: string): PolicyFile {
  const reporter = createReporter();
  const file = parse(createSourceFile('', text), reporter.report);
  assert.deepEqual(reporter.diagnostics([]).filter(isError), []);
  return file;
}

function commentsOf(text: string): readonly string[] {
  return lex(createSourceFile('', text), () => undefined).comments.map(({ image }) => image);
}

/** The statements, since the file itself has no field of its own but them. */
function withoutSpans({ statements }: PolicyFile): PolicyFile['statements'] {
  return statements;
}
