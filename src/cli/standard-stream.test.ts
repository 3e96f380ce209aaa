import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';

const module = new URL('./standard-stream.ts', import.meta.url).href;
const program = (text: string) => `
  const { standardStream } = await import('${module}');
  const stdout = standardStream(1, (code) => process.exit(code === 'EPIPE' ? 7 : 8));
  ${text}`;
const args = (text: string) => ['--input-type=module', '-e', program(text)];

test('writes all of a text that is larger than a pipe, characters of several bytes included', () => {
  const { stdout, status } = spawnSync(process.execPath, args(`stdout.write('…'.repeat(1_000_000))`), {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  assert.equal(status, 0);
  assert.equal(stdout, '…'.repeat(1_000_000));
});

test('tells when the reader is gone', async () => {
  const child = spawn(process.execPath, args(`for (;;) stdout.write('line\\n'.repeat(10_000))`), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 7);
});

test('is no terminal when it is a pipe', () => {
  const { stdout } = spawnSync(process.execPath, args('stdout.write(String(stdout.isTTY))'), { encoding: 'utf8' });
  assert.equal(stdout, 'false');
});
