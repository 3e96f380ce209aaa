// The reference is complete: every statement has its section, every code, term and setting of the language is in it, and
// the tables that the code knows are the code's. UPDATE_GOLDEN=1 rewrites those.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fillTables } from '../build/reference/reference-tables.ts';
import { firstWords } from '../src/dsl/grammar/first-words.ts';
import { messages } from '../src/dsl/messages.ts';
import { assertGolden } from '../src/testing/golden.ts';
import { sections } from '../src/testing/markdown.ts';
import { runCommand } from '../src/testing/replay-console.ts';

const root = join(import.meta.dirname, '..');
const path = join(import.meta.dirname, 'language.md');
const page = readFileSync(path, 'utf8');

test('the tables are those of the code', () => {
  assertGolden(path, fillTables(page));
});

test('every statement has a section, and all have the same headings', () => {
  const [statements] = sections(page, 2).filter(({ title }) => title === 'Statements');
  const found = sections(statements?.text ?? '', 3);
  assert.deepEqual(found.map(({ title }) => title).sort(), firstWords('statement'));
  for (const { title, text } of found) {
    const headings = sections(text, 4).map((section) => section.title);
    assert.deepEqual(headings, ['Syntax', 'Meaning', 'Defaults', 'Examples', 'Errors'], title);
    assert.match(text, /^```bell/m, `${title} has no example`);
  }
});

test('every diagnostic is linked from what it is about', () => {
  const missing = Object.keys(messages).filter((code) => !page.includes(`[\`${code}\`](diagnostics.md#${code})`));
  assert.deepEqual(missing, []);
});

test('what the page says about evaluation and tests is so', async () => {
  const { output, exitCode } = await runCommand(
    'bellbird test --deny-warnings edge.bell',
    join(import.meta.dirname, 'testdata/reference'),
  );
  assert.equal(exitCode, 0, output);
  assert.match(output, /^ℹ expectations \d\d$/m);
});

for (const [title, types, column] of [
  ['Reason codes', ['AdvertiseReason', 'WithholdReason', 'PeerReason'], 3],
  ['Plan warnings', ['PlanWarningCode'], 2],
] as const) {
  test(`${title}: the codes are those of the engine`, () => {
    const text = sections(page, 2).find((section) => section.title === title)?.text ?? '';
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \|(.*)\|$/gm)];
    for (const [row] of rows) assert.equal(row.split(' | ').length, column, row);
    assert.deepEqual(rows.map(([, code]) => code).sort(), types.flatMap(membersOf).sort());
  });
}

/** The members of a union of strings in src/engine/decision.ts, which exists for the compiler only. */
function membersOf(type: string): readonly string[] {
  const code = readFileSync(join(root, 'src/engine/decision.ts'), 'utf8');
  const [, union] = new RegExp(`^export type ${type} =([^;]*);`, 'm').exec(code) ?? [];
  const members = [...(union ?? '').matchAll(/'([a-z-]+)'/g)].flatMap(([, member]) => member ?? []);
  assert.ok(members.length > 0, `${type} was not found`);
  return members;
}
