// Every code of the catalogue has one section, its bad example gives that code and its good one does not.
// UPDATE_GOLDEN=1 rewrites the output of the commands that the page shows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { messages } from '../src/dsl/messages.ts';
import { compileBlock } from '../src/testing/documented-policy.ts';
import { assertGolden } from '../src/testing/golden.ts';
import { type CodeBlock, codeBlocks, type Section, sections } from '../src/testing/markdown.ts';
import { replayPage } from '../src/testing/replay-console.ts';

const path = join(import.meta.dirname, 'diagnostics.md');
const page = readFileSync(path, 'utf8');
const found = sections(page, 3);

/** Codes that no policy text can give: what is wrong lies in a file's bytes, or in there being none. */
const OF_FILES = ['empty-policy', 'undecodable-text'];

test('every code has exactly one section, and every section is about a code', () => {
  assert.deepEqual(found.map(({ title }) => title).sort(), Object.keys(messages).sort());
});

test('the page shows what its commands print', async () => {
  assertGolden(path, await replayPage(page, join(import.meta.dirname, 'testdata')));
});

for (const section of found) {
  const blocks = codeBlocks(section.text);
  const kind = OF_FILES.includes(section.title) ? 'console' : 'bell';
  const [bad, good, ...more] = blocks.filter(({ words }) => words[0] === kind);

  test(`${section.title}: the bad example gives it, and nothing the section does not speak of`, () => {
    assert.ok(bad !== undefined, 'there is no bad example');
    const { codes, severities } = kind === 'console' ? readOutput(bad) : compileExample(bad, 'bad');
    assert.ok(codes.includes(section.title), `gives only: ${codes.join(', ')}`);
    const silent = codes.filter(
      (code) => code !== section.title && code !== 'unused-name' && !section.text.includes(`\`${code}\``),
    );
    assert.deepEqual(silent, []);
    assert.equal(severityOf(section), severities[codes.indexOf(section.title)], 'the text starts with the severity');
  });

  test(`${section.title}: the good example is right`, () => {
    assert.ok(good !== undefined && more.length === 0, 'there is one good example');
    const { codes, severities } = kind === 'console' ? readOutput(good) : compileExample(good, 'good');
    const wrong = codes.filter((code, index) => code === section.title || isComplaint(code, severities[index]));
    assert.deepEqual(wrong, []);
  });
}

interface Outcome {
  readonly codes: readonly string[];
  readonly severities: readonly string[];
}

function compileExample(block: CodeBlock, word: string): Outcome {
  assert.ok(block.words.includes(word), `the block is not marked \`${word}\``);
  const { diagnostics } = compileBlock(block);
  return { codes: diagnostics.map(({ code }) => code), severities: diagnostics.map(({ severity }) => severity) };
}

function readOutput(block: CodeBlock): Outcome {
  const titles = [...block.text.matchAll(/^(error|warning)\[([a-z-]+)\]/gm)];
  return {
    codes: titles.flatMap(([, , code]) => code ?? []),
    severities: titles.flatMap(([, severity]) => severity ?? []),
  };
}

/** An example shows one thing, so it may leave names unused. */
function isComplaint(code: string, severity: string | undefined): boolean {
  return severity !== 'hint' && code !== 'unused-name';
}

function severityOf({ text }: Section): string | undefined {
  return /^\s*(Error|Warning|Hint)\. /.exec(text)?.[1]?.toLowerCase();
}
