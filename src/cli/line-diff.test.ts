import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLineDiff } from './line-diff.ts';

const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
const text = (...parts: readonly string[]) => `${parts.join('\n')}\n`;
const diff = (before: string, after: string) => renderLineDiff(before, after, 'a', false).split('\n').slice(2, -1);

test('shows a changed line with two lines around it', () => {
  const before = text(...lines(1, 9));
  assert.deepEqual(diff(before, before.replace('line 5', 'line five')), [
    '@@ -3,5 +3,5 @@',
    ...[' line 3', ' line 4', '-line 5', '+line five', ' line 6', ' line 7'],
  ]);
});

test('starts a new hunk where changes are far apart', () => {
  const before = text(...lines(1, 20));
  const after = before.replace('line 2\n', '').replace('line 18\n', 'line 18\nnew\n');
  assert.deepEqual(diff(before, after), [
    '@@ -1,4 +1,3 @@',
    ...[' line 1', '-line 2', ' line 3', ' line 4'],
    '@@ -17,4 +16,5 @@',
    ...[' line 17', ' line 18', '+new', ' line 19', ' line 20'],
  ]);
});

test('finds the lines that two versions have in common', () => {
  assert.deepEqual(diff(text('a', 'b', 'c', 'd'), text('x', 'b', 'd', 'e')), [
    '@@ -1,4 +1,4 @@',
    ...['-a', '+x', ' b', '-c', ' d', '+e'],
  ]);
});

test('shows what cannot be seen', () => {
  assert.deepEqual(diff('\uFEFFa\r\nb', 'a\nb\n'), [
    '@@ -1,2 +1,2 @@',
    ...['-<byte-order mark>a␍', '-b<no line end>', '+a', '+b'],
  ]);
});

test('cuts a long difference', () => {
  const shown = diff(text(...lines(1, 100)), text('nothing'));
  assert.equal(shown.length, 61);
  assert.equal(shown.at(-1), '… and 42 more lines');
});

test('replaces everything where the texts are too large to compare', () => {
  const before = text(...lines(1, 3000));
  const after = text(...lines(1, 3000).map((line) => `  ${line}`));
  const shown = diff(before, after);
  assert.equal(shown[0], '@@ -1,3000 +1,3000 @@');
  assert.equal(shown[1], '-line 1');
});

test('colours what goes and what comes', () => {
  const rendered = renderLineDiff('a\n', 'b\n', 'a', true);
  assert.ok(rendered.includes('\u001b[31m-a\u001b[39m\n\u001b[32m+b\u001b[39m'), JSON.stringify(rendered));
});
