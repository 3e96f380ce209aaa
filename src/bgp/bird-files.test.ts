import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, lchown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/bird-lab.ts';
import { birdPaths, installBird, prepareBirdDirectory, readOwnConfig, writeAtomic } from './bird-files.ts';

const bytes = new TextEncoder().encode('#!/bin/true\n');
const image = { version: '2.17.5', sha256: createHash('sha256').update(bytes).digest('hex'), read: () => bytes };

test('a missing runtime directory is created for its owner only', async (t) => {
  const paths = birdPaths(join(await temporaryFolder(t), 'a/b'));
  await prepareBirdDirectory(paths);
  assert.equal(((await stat(paths.directory)).mode & 0o777).toString(8), '700');
});

test('a runtime directory that others can write is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o770);
  await assert.rejects(prepareBirdDirectory(birdPaths(folder)), { code: 'directory-unsafe' });
});

test('a runtime directory may be a link of our own to one that is safe', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'real'), { mode: 0o700 });
  await symlink(join(folder, 'real'), join(folder, 'link'));
  await prepareBirdDirectory(birdPaths(join(folder, 'link')));
  await chmod(join(folder, 'real'), 0o777);
  await assert.rejects(prepareBirdDirectory(birdPaths(join(folder, 'link'))), { code: 'directory-unsafe' });
});

test('a link of another user is refused, who could let it lead elsewhere later', {
  skip: process.getuid?.() === 0 ? false : 'only root can make a link of another user',
}, async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'real'), { mode: 0o700 });
  await symlink(join(folder, 'real'), join(folder, 'link'));
  await lchown(join(folder, 'link'), 65_534, 65_534);
  await assert.rejects(prepareBirdDirectory(birdPaths(join(folder, 'link'))), { code: 'directory-unsafe' });
});

test('a runtime directory below a file is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(prepareBirdDirectory(birdPaths(join(folder, 'file/x'))), { code: 'directory-not-writable' });
});

test('a path that no socket can have is refused', async () => {
  await assert.rejects(prepareBirdDirectory(birdPaths(`/tmp/${'x'.repeat(120)}`)), { code: 'path-too-long' });
  await assert.rejects(prepareBirdDirectory(birdPaths('/tmp/a"b')), { code: 'path-too-long' });
});

test('the executable is written once, readable and executable for its owner only', async (t) => {
  const path = join(await temporaryFolder(t), 'bird');
  await installBird(path, image);
  const first = await stat(path);
  assert.equal((first.mode & 0o777).toString(8), '500');
  await installBird(path, {
    ...image,
    read: () => {
      throw new Error('read although it is there');
    },
  });
  assert.equal((await stat(path)).ino, first.ino);
});

test('bytes with another hash are not written', async (t) => {
  const folder = await temporaryFolder(t);
  const damaged = { ...image, read: () => new Uint8Array([1]) };
  await assert.rejects(installBird(join(folder, 'bird'), damaged), { code: 'bird-binary-damaged' });
  const none = { ...image, read: () => undefined };
  await assert.rejects(installBird(join(folder, 'bird'), none), { code: 'bird-binary-missing' });
  assert.deepEqual(await readdir(folder), []);
});

test('a write that fails leaves the file and no rest', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'target'));
  await assert.rejects(writeAtomic(join(folder, 'target'), 'text'), { code: 'directory-not-writable' });
  assert.deepEqual(await readdir(folder), ['target']);
  await writeAtomic(join(folder, 'file'), 'text');
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'text');
});

test('a configuration counts as ours by its first line', async (t) => {
  const paths = birdPaths(await temporaryFolder(t));
  assert.equal(await readOwnConfig(paths), undefined);
  await writeFile(paths.config, '\n');
  assert.equal(await readOwnConfig(paths), undefined);
  await writeFile(paths.config, '# bellbird owns this file: it is written anew on every change. Do not edit it.\n');
  assert.match((await readOwnConfig(paths)) ?? '', /^# bellbird/);
  await writeFile(paths.config, 'router id 192.0.2.1;\n');
  await assert.rejects(readOwnConfig(paths), { code: 'foreign-config' });
});

test('a file that cannot be written is told in the words of the system', async (t) => {
  const path = join(await temporaryFolder(t), 'absent', 'bird.conf');
  await assert.rejects(writeAtomic(path, ''), {
    code: 'directory-not-writable',
    message: `${path} cannot be written: no such file or directory`,
  });
});
