// The grammar page and its diagrams are those of the parser. UPDATE_GOLDEN=1 rewrites them.

import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { grammarFiles } from '../build/grammar/grammar-page.ts';
import { renderDiagram } from '../build/grammar/railroad.ts';
import { assertGolden } from '../src/testing/golden.ts';

const here = import.meta.dirname;
const files = grammarFiles();

test('the page and the diagrams are those of the parser', () => {
  for (const [path, content] of files) assertGolden(join(here, path), content);
});

test('there is no diagram of a rule that is no more', () => {
  const stale = readdirSync(join(here, 'grammar')).filter((name) => !files.has(`grammar/${name}`));
  if (process.env.UPDATE_GOLDEN === '1') for (const name of stale) rmSync(join(here, 'grammar', name));
  else assert.deepEqual(stale, []);
});

test('every statement has a rule of its own, and choices are broken into lines', () => {
  const page = files.get('grammar.md') ?? '';
  for (const rule of ['speaker', 'range', 'service', 'filter', 'peer', 'test'])
    assert.match(page, new RegExp(`^### ${rule}$`, 'm'));
  assert.match(page, /^mode = "exact" \| "aggregate" \[ LENGTH \{ "," LENGTH \} \] \[ "when" "used" \] ;$/m);
  assert.match(page, /^statement = include\n {10}\| let$/m);
});

test('a diagram draws each box once, and what is typed has round corners', () => {
  const word = { kind: 'word', text: '<=' } as const;
  const svg = renderDiagram('twoWords', { kind: 'list', piece: { kind: 'rule', name: 'peerBody' }, separator: word });
  assert.match(svg, /<title>two-words<\/title>/);
  assert.deepEqual(
    [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text),
    ['peer-body', '&lt;='],
  );
  assert.equal(svg.match(/<rect [^>]*rx=/g)?.length, 1);
});
