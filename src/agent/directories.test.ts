import assert from 'node:assert/strict';
import { chmodSync, lchownSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  chooseProgramFolder,
  prepareRuntimeDirectory,
  prepareStateDirectory,
  resolveDirectories,
} from './directories.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));

test('takes the directories that the options name', () => {
  const directories = resolveDirectories({ runtimeDir: '/a/run', stateDir: '/a/state' }, {});
  assert.deepEqual(directories, { runtime: '/a/run', state: '/a/state' });
});

test('finds folders for a user that the system has no name and no home for', () => {
  const nobody = { uid: 65_533, name: undefined, home: undefined };
  const { runtime, state } = resolveDirectories({}, {}, nobody);
  assert.equal(runtime, join(tmpdir(), 'bellbird-65533'));
  assert.equal(state, join(tmpdir(), 'bellbird-65533-state'));
});

test('creates a directory that only its owner may enter', () => {
  const path = join(folder, 'run/bellbird');
  assert.equal(prepareRuntimeDirectory(path), undefined);
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('refuses a runtime directory that others can write', () => {
  const path = mkdtempSync(join(folder, 'shared-'));
  chmodSync(path, 0o777);
  assert.equal(prepareRuntimeDirectory(path)?.code, 'directory-unsafe');
});

test('refuses a state directory that others can write: the policy that was last applied is read from it', () => {
  const path = mkdtempSync(join(folder, 'shared-'));
  chmodSync(path, 0o770);
  const refusal = prepareStateDirectory(path);
  assert.equal(refusal?.code, 'directory-unsafe');
  assert.match(refusal?.help ?? '', /`--state-dir DIR`$/);
});

test('refuses a link of another user, who could let it lead elsewhere later', {
  skip: process.getuid?.() === 0 ? false : 'only root can make a link of another user',
}, () => {
  const path = join(folder, 'link');
  symlinkSync(mkdtempSync(join(folder, 'own-')), path);
  assert.equal(prepareStateDirectory(path), undefined);
  lchownSync(path, 65_533, 65_533);
  assert.equal(prepareStateDirectory(path)?.code, 'directory-unsafe');
});

test('says so when a directory is a file', () => {
  const file = join(folder, 'plain');
  writeFileSync(file, '');
  assert.deepEqual(prepareStateDirectory(file), {
    code: 'directory-not-writable',
    message: `the state directory \`${file}\` is a file`,
    help: 'move it away, or choose another with `--state-dir DIR`',
  });
});

test('says which option moves a directory that cannot be created', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const refusal = prepareStateDirectory(join(file, 'state'));
  assert.equal(refusal?.code, 'directory-not-writable');
  assert.match(refusal?.message ?? '', /cannot be written: not a directory$/);
  assert.match(refusal?.help ?? '', /choose another with `--state-dir DIR`$/);
});

test('refuses a path that leaves no room for the name of a socket', () => {
  assert.equal(prepareRuntimeDirectory(join(folder, 'x'.repeat(100)))?.code, 'path-too-long');
});

test('ignores an XDG directory that is no absolute path', () => {
  const { state } = resolveDirectories({ runtimeDir: '/run' }, { XDG_STATE_HOME: 'relative' });
  assert.ok(state.startsWith('/') && !state.includes('relative'), state);
});

test('starts BIRD from the state directory where nothing can be started from the other', () => {
  const [runtime, state] = [mkdtempSync(join(folder, 'run-')), mkdtempSync(join(folder, 'state-'))];
  const mounts = (...noexec: string[]) =>
    [
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
      ...noexec.map((path) => `2 1 0:5 / ${path} rw,noexec - tmpfs tmpfs rw`),
    ].join('\n');
  assert.deepEqual(chooseProgramFolder({ runtime, state }, mounts()), { kind: 'found', path: runtime });
  assert.deepEqual(chooseProgramFolder({ runtime, state }, mounts(runtime)), { kind: 'found', path: state });
  const neither = chooseProgramFolder({ runtime, state }, mounts(runtime, state));
  assert.equal(neither.kind === 'refused' ? neither.refusal.code : neither.kind, 'file-system-noexec');
});
