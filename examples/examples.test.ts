// Every example is run as its README says: the plan must be the one in expected.txt, and what the README quotes, of the
// policy or of a command's output, must be true, and its tests must pass. UPDATE_GOLDEN=1 rewrites the outputs.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertGolden } from '../src/testing/golden.ts';
import { codeBlocks } from '../src/testing/markdown.ts';
import { replayPage, runCommand } from '../src/testing/replay-console.ts';

const here = import.meta.dirname;
const examples = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

test('there are examples, and each one is listed with its title', () => {
  assert.ok(examples.length >= 5, 'the examples were not found');
  const list = readFileSync(join(here, 'README.md'), 'utf8');
  const missing = examples.filter((example) => !list.includes(`[${titleOf(example)}](${example}/README.md)`));
  assert.deepEqual(missing, []);
});

test('the README of the project quotes the quick start and shows what its commands print', async () => {
  const path = join(here, '..', 'README.md');
  const readme = readFileSync(path, 'utf8');
  assert.ok(
    readme.includes(readFileSync(join(here, 'quick-start', 'policy.bell'), 'utf8')),
    'another policy is quoted',
  );
  assertGolden(path, await replayPage(readme, join(here, 'quick-start')));
});

test('some examples show tests', () => {
  const tested = examples.filter((example) =>
    /^test "/m.test(readFileSync(join(here, example, 'policy.bell'), 'utf8')),
  );
  assert.ok(tested.length >= 3, tested.join(', '));
});

for (const example of examples) {
  test(`${example}: the plan is the expected one`, async () => {
    const { output, exitCode } = await runCommand(
      'bellbird plan --policy policy.bell --cluster cluster.yaml',
      join(here, example),
    );
    assertGolden(join(here, example, 'expected.txt'), output);
    assert.equal(exitCode, 0, output);
  });

  test(`${example}: its tests pass`, async () => {
    const { output, exitCode } = await runCommand('bellbird test policy.bell', join(here, example));
    assert.equal(exitCode, 0, output);
  });

  test(`${example}: the README shows what its commands print`, async () => {
    const path = join(here, example, 'README.md');
    const readme = readFileSync(path, 'utf8');
    assertGolden(path, await replayPage(readme, join(here, example)));
  });

  test(`${example}: the README quotes the policy as it is`, () => {
    const policy = readFileSync(join(here, example, 'policy.bell'), 'utf8');
    const readme = readFileSync(join(here, example, 'README.md'), 'utf8');
    const quotes = codeBlocks(readme).filter(({ words }) => words[0] === 'bell');
    const changed = quotes.filter(({ text }) => !policy.includes(text));
    assert.deepEqual(
      changed.map(({ line }) => line),
      [],
    );
  });
}

function titleOf(example: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(here, example, 'README.md'), 'utf8'))?.[1] ?? '';
}
