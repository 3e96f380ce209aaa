// Every piece of policy text that the documentation shows is what it claims to be. TESTING.md says how blocks are marked.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { brokenPromise } from '../src/testing/documented-policy.ts';
import { codeBlocks } from '../src/testing/markdown.ts';

const root = join(import.meta.dirname, '..');

for (const path of pages()) {
  const blocks = codeBlocks(readFileSync(path, 'utf8')).filter(({ words }) => words[0] === 'bell');
  if (blocks.length === 0) continue;
  const name = relative(root, path);
  test(`${name}: every policy is what it claims to be`, () => {
    const broken = blocks.map((block) => ({ at: `${name}:${block.line}`, found: brokenPromise(block) }));
    assert.deepEqual(
      broken.filter(({ found }) => found.length > 0),
      [],
    );
  });
}

test('a block that is not what it claims to be is found', () => {
  const block = (text: string, ...words: string[]) => brokenPromise({ text, words: ['bell', ...words] });
  assert.deepEqual(block('exclude prefixes bogons\n'), []);
  assert.deepEqual(block('exclude prefixes bogons\n', 'bad'), ['promised bad']);
  assert.deepEqual(block('exclude prefixes 10.0.0.1/8\n', 'bad'), []);
  assert.deepEqual(block('exclude prefixes 10.0.0.1/8\n'), [
    'promised good',
    'host-bits: `10.0.0.1/8` has bits set after its length',
  ]);
  assert.deepEqual(block('speaker { as 64512 }\n', 'bad', 'whole'), []);
});

/** The pages of the project, the folder of one, and those beside the source. Examples have a test of their own. */
function pages(): readonly string[] {
  const found = ['docs', 'src', 'editors', '.'].flatMap((folder) =>
    listPages(join(root, folder), { recursive: folder !== '.' }),
  );
  assert.ok(found.length > 5, 'the pages were not found');
  return found.sort();
}

function listPages(folder: string, { recursive }: { readonly recursive: boolean }): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name));
  } catch {
    // Not every folder is there.
    return [];
  }
}
