import assert from 'node:assert/strict';
import { test } from 'node:test';
import { architectures } from './architectures.mjs';
import { compilePurpose } from './bird.mjs';
import { requireTools, toolSets } from './debian.mjs';
import { packagePurpose } from './package.mjs';

const purposes = ['arm64', process.arch].flatMap((arch) => [compilePurpose(arch), packagePurpose(arch)]);

test('knows the packages for everything that building an executable consists of', () => {
  assert.deepEqual(
    purposes.filter((purpose) => toolSets[purpose] === undefined),
    [],
  );
});

test('tells an ordinary user about all missing packages at once, each of them once', (context) => {
  context.mock.method(process, 'getuid', () => 1000);
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  context.after(() => {
    process.env.PATH = path;
  });
  const { message } = caught(() => requireTools(...purposes));
  const packages = / --no-install-recommends (.+)$/.exec(message)?.[1]?.split(' ') ?? [];
  assert.deepEqual(packages, [...new Set(packages)]);
  const cross = process.arch === 'arm64' ? [] : [`gcc-${architectures.arm64.gnu}`, 'qemu-user'];
  for (const name of ['musl-tools', 'flex', ...cross]) assert.ok(packages.includes(name), name);
});

function caught(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}
