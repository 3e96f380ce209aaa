// The documentation shows policies as `bellbird fmt` writes them, as far as they parse. UPDATE_GOLDEN=1 formats them.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatPolicy } from '../src/dsl/index.ts';
import { assertGolden } from '../src/testing/golden.ts';
import { type CodeBlock, codeBlocks, replaceBlocks } from '../src/testing/markdown.ts';

const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'));

test('the pages were found, and the one about formatting shows policies', () => {
  assert.ok(pages.includes('formatting.md'));
  assert.ok(policiesOf(read('formatting.md')).length >= 2);
});

for (const name of pages) {
  test(`docs/${name} shows formatted policies`, () => {
    const page = read(name);
    const formatted = policiesOf(page).map((block): [CodeBlock, string] => [block, format(block.text)]);
    assertGolden(join(import.meta.dirname, name), replaceBlocks(page, new Map(formatted)));
  });
}

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

function policiesOf(page: string): readonly CodeBlock[] {
  return codeBlocks(page).filter(({ words }) => words[0] === 'bell' && !words.includes('unformatted'));
}

/** A block that shows a syntax error stays as it is. */
function format(text: string): string {
  const result = formatPolicy(text);
  assert.ok(result.kind === 'formatted' || result.why === 'syntax');
  return result.kind === 'formatted' ? result.text : text;
}
