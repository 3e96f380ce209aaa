// Every example is run as its README says: the plan must be the one in expected.txt, and what the README quotes, of the
// policy or of a command's output, must be true, and its tests must pass. UPDATE_GOLDEN=1 rewrites the outputs.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../src/cli/cli.ts';
import { assertGolden } from '../src/testing/golden.ts';

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
  assertGolden(path, await replayAll('quick-start', readme));
});

test('some examples show tests', () => {
  const tested = examples.filter((example) =>
    /^test "/m.test(readFileSync(join(here, example, 'policy.bell'), 'utf8')),
  );
  assert.ok(tested.length >= 3, tested.join(', '));
});

for (const example of examples) {
  test(`${example}: the plan is the expected one`, async () => {
    const { output, exitCode } = await runIn(example, 'bellbird plan --policy policy.bell --cluster cluster.yaml');
    assertGolden(join(here, example, 'expected.txt'), output);
    assert.equal(exitCode, 0, output);
  });

  test(`${example}: its tests pass`, async () => {
    const { output, exitCode } = await runIn(example, 'bellbird test policy.bell');
    assert.equal(exitCode, 0, output);
  });

  test(`${example}: the README shows what its commands print`, async () => {
    const path = join(here, example, 'README.md');
    const readme = readFileSync(path, 'utf8');
    assertGolden(path, await replayAll(example, readme));
  });

  test(`${example}: the README quotes the policy as it is`, () => {
    const policy = readFileSync(join(here, example, 'policy.bell'), 'utf8');
    const readme = readFileSync(join(here, example, 'README.md'), 'utf8');
    const quotes = [...readme.matchAll(/(?<=^```bell\n)[\s\S]*?(?=^```$)/gm)].map(([quote]) => quote);
    assert.deepEqual(
      quotes.filter((quote) => !policy.includes(quote)),
      [],
    );
  });
}

/** The README with the output of every command it shows as it is now. */
async function replayAll(example: string, readme: string): Promise<string> {
  const blocks = [...readme.matchAll(/(?<=^```console\n)[\s\S]*?(?=^```$)/gm)];
  assert.ok(blocks.length > 0, 'the README shows no command');
  let actual = readme;
  for (const [block] of blocks) {
    const now = await replay(example, block);
    actual = actual.replace(block, () => now);
  }
  return actual;
}

/** A block of commands with what they print now. */
async function replay(example: string, block: string): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const parts: string[] = [];
  for (const line of commands) {
    const { output } = await runIn(example, line.slice(2));
    parts.push(`${line}\n${output}`);
  }
  return parts.join('');
}

/** Runs a command line in the folder of an example. */
async function runIn(example: string, line: string): Promise<{ readonly output: string; readonly exitCode: number }> {
  const [program, ...args] = line.split(' ');
  assert.equal(program, 'bellbird');
  const written = { stdout: '', stderr: '' };
  const before = process.cwd();
  process.chdir(join(here, example));
  try {
    const exitCode = await run(args, {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    });
    return { output: written.stdout + written.stderr, exitCode };
  } finally {
    process.chdir(before);
  }
}

function titleOf(example: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(here, example, 'README.md'), 'utf8'))?.[1] ?? '';
}
