// Golden files: expected output as a reviewed file. UPDATE_GOLDEN=1 writes what came out instead of comparing it.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Fails unless `actual` is the content of the golden file at `path`. With UPDATE_GOLDEN=1 the file is rewritten and
 * never compared; read the difference before committing it.
 */
export function assertGolden(path: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN === '1') {
    writeGolden(path, actual);
    return;
  }
  assert.ok(existsSync(path), `${path} does not exist; \`npm run test:update\` writes it`);
  const expected = readFileSync(path, 'utf8');
  assert.equal(actual, expected, `differs from ${path}:\n${firstDifference(actual, expected)}`);
}

/**
 * The cases of a folder: every file that ends in `extension`, sorted, with its name without the extension and its
 * content. Fails where there is none, so that a moved folder cannot pass as no cases.
 */
export function goldenCases(folder: string, extension: string): readonly GoldenCase[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(extension));
  assert.ok(files.length > 0, `${folder} has no file that ends in ${extension}`);
  return files.sort().map((file) => {
    const path = join(folder, file);
    return { name: basename(file, extension), path, source: readFileSync(path, 'utf8') };
  });
}

/** One input file of a folder of golden cases. */
export interface GoldenCase {
  readonly name: string;
  readonly path: string;
  readonly source: string;
}

function writeGolden(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The first line that differs, in both texts. */
function firstDifference(actual: string, expected: string): string {
  const [actualLines, expectedLines] = [actual.split('\n'), expected.split('\n')];
  const index = actualLines.findIndex((line, at) => line !== expectedLines[at]);
  const line = index === -1 ? actualLines.length : index;
  return `line ${line + 1}\n  expected: ${expectedLines[line] ?? '(end)'}\n  actual:   ${actualLines[line] ?? '(end)'}`;
}
