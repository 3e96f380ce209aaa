import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeBlocks, replaceBlocks, sections } from './markdown.ts';

const page = `# Title

\`\`\`bell bad
# not a heading
let
\`\`\`

## First

text

\`\`\`console
$ one
\`\`\`

### Inner

## Second
`;

test('finds blocks with their words, text and line', () => {
  assert.deepEqual(
    codeBlocks(page).map(({ words, text, line }) => ({ words, text, line })),
    [
      { words: ['bell', 'bad'], text: '# not a heading\nlet\n', line: 3 },
      { words: ['console'], text: '$ one\n', line: 12 },
    ],
  );
});

test('replaces the text of blocks and nothing else', () => {
  const [, block] = codeBlocks(page);
  assert.ok(block !== undefined);
  assert.equal(replaceBlocks(page, new Map([[block, '$ two\nout\n']])), page.replace('$ one\n', '$ two\nout\n'));
});

test('cuts a page at the headings of a level, and takes no comment for one', () => {
  assert.deepEqual(
    sections(page, 2).map(({ title, text }) => [title, text.trim()]),
    [
      ['First', 'text\n\n```console\n$ one\n```\n\n### Inner'],
      ['Second', ''],
    ],
  );
  assert.deepEqual(
    sections(page, 1).map(({ title }) => title),
    ['Title'],
  );
});
