import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { assertGolden } from '../testing/golden.ts';
import { compile } from './compile.ts';
import { messages } from './messages.ts';
import { renderDiagnostics } from './render-diagnostic.ts';
import { createMemoryHost } from './source-host.ts';

const folder = join(import.meta.dirname, 'testdata/errors');

/** Codes that no single policy file can show. */
const WITHOUT_FILE = new Set(['empty-policy', 'external-ip-for-anyone']);

const host = createMemoryHost(
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(bell|inc)$/.test(path))
      .map((path) => [path, readFileSync(join(folder, path))]),
  ),
);

const cases = readdirSync(folder).filter((file) => file.endsWith('.bell'));

for (const file of cases) {
  test(`shows ${file} as its golden file does`, () => {
    const { diagnostics, sources } = compile([file], host);
    const [code] = file.split('--');
    if (code !== 'several') {
      assert.ok(
        diagnostics.some((diagnostic) => diagnostic.code === code),
        `no ${code} among ${diagnostics.map((diagnostic) => diagnostic.code).join(', ')}`,
      );
    }
    assertGolden(
      join(folder, file.replace(/\.bell$/, '.txt')),
      renderDiagnostics(diagnostics, sources, { color: false }),
    );
  });
}

test('every code of the catalogue has a case', () => {
  const shown = new Set(cases.map((file) => file.split('--')[0]));
  const missing = Object.keys(messages).filter((code) => !shown.has(code) && !WITHOUT_FILE.has(code));
  assert.deepEqual(missing, []);
});
