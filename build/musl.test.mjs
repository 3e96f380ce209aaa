import assert from 'node:assert/strict';
import { test } from 'node:test';
import { muslToolchain, relocateSpecs } from './musl.mjs';

test("moves the folders of musl's instructions for gcc, and nothing else", () => {
  const specs = [
    '-nostdinc -isystem /usr/include/aarch64-linux-musl -isystem include%s',
    '%{shared:;:/usr/lib/aarch64-linux-musl/Scrt1.o} /usr/lib/aarch64-linux-musl/crti.o',
    '-L/usr/lib/aarch64-linux-musl -dynamic-linker /lib/ld-musl-aarch64.so.1',
  ].join('\n');
  assert.equal(
    relocateSpecs(specs, '/work/root', 'aarch64-linux-musl'),
    [
      '-nostdinc -isystem /work/root/usr/include/aarch64-linux-musl -isystem include%s',
      '%{shared:;:/work/root/usr/lib/aarch64-linux-musl/Scrt1.o} /work/root/usr/lib/aarch64-linux-musl/crti.o',
      '-L/work/root/usr/lib/aarch64-linux-musl -dynamic-linker /lib/ld-musl-aarch64.so.1',
    ].join('\n'),
  );
});

test("compiles for this machine with Debian's musl-gcc and fetches nothing for it", () => {
  const { cc, packages } = muslToolchain(process.arch, '/nonexistent');
  assert.deepEqual({ cc, packages }, { cc: 'musl-gcc', packages: [] });
});
