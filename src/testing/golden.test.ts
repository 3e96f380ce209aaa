import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { assertGolden, goldenCases } from './golden.ts';

let folder = '';
const update = process.env.UPDATE_GOLDEN;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellbird-golden-'));
  delete process.env.UPDATE_GOLDEN;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  if (update !== undefined) process.env.UPDATE_GOLDEN = update;
});

test('accepts the same text', () => {
  writeFileSync(join(folder, 'same.txt'), 'one\ntwo\n');
  assertGolden(join(folder, 'same.txt'), 'one\ntwo\n');
});

test('names the first line that differs', () => {
  writeFileSync(join(folder, 'case.txt'), 'one\ntwo\n');
  assert.throws(
    () => assertGolden(join(folder, 'case.txt'), 'one\n2\n'),
    /line 2\n {2}expected: two\n {2}actual: {3}2/,
  );
});

test('names a line that is missing at the end', () => {
  writeFileSync(join(folder, 'case.txt'), 'one\ntwo');
  assert.throws(() => assertGolden(join(folder, 'case.txt'), 'one'), /expected: two\n {2}actual: {3}\(end\)/);
});

test('refuses a missing file and says how it is written', () => {
  assert.throws(() => assertGolden(join(folder, 'absent.txt'), ''), /npm run test:update/);
});

test('writes the file, folders included, when asked to update', () => {
  process.env.UPDATE_GOLDEN = '1';
  assertGolden(join(folder, 'deep/new.txt'), 'fresh\n');
  assert.equal(readFileSync(join(folder, 'deep/new.txt'), 'utf8'), 'fresh\n');
  delete process.env.UPDATE_GOLDEN;
});

test('lists the cases of a folder sorted by name', () => {
  for (const name of ['b.in', 'a.in', 'a.out']) writeFileSync(join(folder, name), name);
  const cases = goldenCases(folder, '.in').map(({ name, source }) => ({ name, source }));
  assert.deepEqual(cases, [
    { name: 'a', source: 'a.in' },
    { name: 'b', source: 'b.in' },
  ]);
});

test('refuses a folder without a case', () => {
  assert.throws(() => goldenCases(folder, '.in'), /has no file that ends in \.in/);
});
