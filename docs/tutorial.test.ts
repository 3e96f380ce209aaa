// The tutorial is followed as a reader follows it: from top to bottom, in an empty folder with its cluster file, each policy
// is written to the file it names and each command is run. UPDATE_GOLDEN=1 rewrites what the commands print.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden } from '../src/testing/golden.ts';
import { type CodeBlock, codeBlocks, replaceBlocks } from '../src/testing/markdown.ts';
import { replayBlock } from '../src/testing/replay-console.ts';

const path = join(import.meta.dirname, 'tutorial.md');
const page = readFileSync(path, 'utf8');

test('the tutorial shows what its commands print, one step after the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-tutorial-'));
  try {
    cpSync(join(import.meta.dirname, 'tutorial'), folder, { recursive: true });
    assertGolden(path, replaceBlocks(page, await follow(folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the tutorial shows the commands that a reader needs, and a mistake', () => {
  const commands = new Set(
    codeBlocks(page).flatMap(({ text }) => [...text.matchAll(/^\$ bellbird ([a-z]+)/gm)].map(([, name]) => name)),
  );
  assert.deepEqual([...commands].sort(), ['check', 'explain', 'fmt', 'plan', 'test']);
  assert.match(page, /^\d errors$/m);
  assert.match(page, /^\$ bellbird plan .*--against/m);
});

/** Writes the files and runs the commands of the page; returns what the commands print now. */
async function follow(folder: string): Promise<ReadonlyMap<CodeBlock, string>> {
  const outputs = new Map<CodeBlock, string>();
  for (const block of codeBlocks(page)) {
    const file = block.words.find((word) => word.endsWith('.bell'));
    if (file !== undefined) writeFileSync(join(folder, file), block.text);
    if (block.words[0] === 'console') outputs.set(block, await replayBlock(block.text, folder));
  }
  assert.ok(outputs.size > 5, 'the commands were not found');
  return outputs;
}
