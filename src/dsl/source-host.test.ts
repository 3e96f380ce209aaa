import assert from 'node:assert/strict';
import test from 'node:test';
import { createSourceFile, lineText, positionAt } from './source-file.ts';
import { createMemoryHost, directoryOf, joinPath } from './source-host.ts';
import { displayText, displayWidth } from './text-width.ts';

test('joins paths to a directory and resolves dots', () => {
  const table = [
    ['', 'a.bell', 'a.bell'],
    ['edge/', 'a.bell', 'edge/a.bell'],
    ['edge/', './a.bell', 'edge/a.bell'],
    ['edge/', '../a.bell', 'a.bell'],
    ['edge/', '../../a.bell', '../a.bell'],
    ['/etc/bellbird/', 'a.bell', '/etc/bellbird/a.bell'],
    ['/etc/bellbird/', '../a.bell', '/etc/a.bell'],
    ['edge/', '/a.bell', '/a.bell'],
  ] as const;
  for (const [directory, path, joined] of table) assert.equal(joinPath(directory, path), joined);
  assert.deepEqual(['a', 'b/a', '/a'].map(directoryOf), ['', 'b/', '/']);
});

test('a host in memory lists the policy files of a directory, and matches globs inside one', () => {
  const host = createMemoryHost({ 'p/b.bell': '', 'p/a.bell': '', 'p/x.md': '', 'p/sub/c.bell': '', 'd.bell': '' });
  assert.deepEqual(host.list('p'), ['p/a.bell', 'p/b.bell']);
  assert.deepEqual(host.list('p/'), ['p/a.bell', 'p/b.bell']);
  assert.deepEqual(host.list('.'), ['d.bell']);
  assert.equal(host.list('d.bell'), undefined);
  assert.equal(host.list('missing'), undefined);
  assert.deepEqual(host.glob('*.bell', 'p/x.bell'), ['p/a.bell', 'p/b.bell']);
  assert.deepEqual(host.glob('../*.bell', 'p/x.bell'), ['d.bell']);
  assert.deepEqual(host.glob('missing.bell', 'p/x.bell'), ['p/missing.bell']);
});

test('finds the line and column of every offset', () => {
  const source = createSourceFile('p.bell', 'ab\r\n\ncd');
  const positions = [0, 2, 4, 5, 7, 99].map((offset) => positionAt(source, offset));
  assert.deepEqual(
    positions.map(({ line, column }) => `${line}:${column}`),
    ['1:1', '1:3', '2:1', '3:1', '3:3', '3:3'],
  );
  assert.deepEqual(
    [1, 2, 3].map((line) => lineText(source, line)),
    ['ab', '', 'cd'],
  );
});

test('measures text as a terminal shows it', () => {
  assert.deepEqual(
    ['a', '\t', 'ab\t', '日本', 'e\u0301', '😀'].map((text) => displayWidth(text)),
    [1, 4, 4, 4, 1, 2],
  );
  assert.equal(displayText('a\tb\u0007'), 'a   b?');
});
