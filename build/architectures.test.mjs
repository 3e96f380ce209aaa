import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandFor, otherArchitectures } from './architectures.mjs';

test('builds for this machine alone unless told otherwise', () => {
  assert.deepEqual(otherArchitectures([], 'x64'), []);
  assert.deepEqual(otherArchitectures(['--arch', 'x64'], 'x64'), []);
  assert.deepEqual(otherArchitectures(['--arch=arm64'], 'arm64'), []);
});

test('builds for arm64 besides, named in either form and any number of times', () => {
  assert.deepEqual(otherArchitectures(['--arch', 'arm64'], 'x64'), ['arm64']);
  assert.deepEqual(otherArchitectures(['--arch=arm64', '--arch', 'x64', '--arch', 'arm64'], 'x64'), ['arm64']);
});

test('refuses arguments that it does not know rather than build something else', () => {
  const refused = [
    ['--arch'],
    ['--arch', 'riscv64'],
    ['--arch='],
    ['--arhc', 'arm64'],
    ['arm64'],
    ['--arch', 'toString'],
  ];
  for (const args of refused) assert.throws(() => otherArchitectures(args, 'x64'), /--arch ARCH` takes x64 or arm64$/);
});

test('says where an executable can be built that this machine cannot build', () => {
  assert.throws(() => otherArchitectures(['--arch', 'x64'], 'arm64'), /an arm64 machine cannot build for x64: run/);
});

test('runs a program of this machine as it is', () => {
  assert.deepEqual(commandFor(process.arch, '/opt/bird', ['--version']), ['/opt/bird', '--version']);
});
