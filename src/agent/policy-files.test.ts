import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkPolicy } from '../dsl/index.ts';
import { createDiskHost } from './policy-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'racks/b'), { recursive: true });
for (const name of ['edge.bell', 'a.bell', '.hidden.bell', 'notes.txt', 'racks/1.bell', 'racks/2.bell']) {
  writeFileSync(join(folder, name), `# ${name}\n`);
}

test('lists the policies of a directory in lexical order, without hidden ones', () => {
  assert.deepEqual(createDiskHost().list(`${folder}/`), [`${folder}/a.bell`, `${folder}/edge.bell`]);
});

test('tells a file from a directory', () => {
  assert.equal(createDiskHost().list(join(folder, 'edge.bell')), undefined);
});

test('expands a pattern relative to the file that names it', () => {
  const host = createDiskHost();
  assert.deepEqual(host.glob('racks/*.bell', `${folder}/edge.bell`), [
    `${folder}/racks/1.bell`,
    `${folder}/racks/2.bell`,
  ]);
  assert.deepEqual(host.glob('*/1.bell', `${folder}/edge.bell`), [`${folder}/racks/1.bell`]);
  assert.deepEqual(host.glob('gone.bell', `${folder}/edge.bell`), [`${folder}/gone.bell`]);
});

test('gives the reason of an unreadable file without its path', () => {
  const host = createDiskHost();
  assert.deepEqual(host.read('/nonexistent'), { kind: 'unreadable', message: 'no such file or directory' });
  assert.equal(host.read(folder).kind, 'unreadable');
});

test('follows the symbolic links of a mounted volume', () => {
  const volume = mkdtempSync(join(folder, 'volume-'));
  mkdirSync(join(volume, '..2026'));
  writeFileSync(join(volume, '..2026/edge.bell'), '# mounted\n');
  symlinkSync('..2026', join(volume, '..data'));
  symlinkSync('..data/edge.bell', join(volume, 'edge.bell'));
  const host = createDiskHost();
  assert.deepEqual(host.list(volume), [`${volume}/edge.bell`]);
  host.read(`${volume}/edge.bell`);
  assert.deepEqual(host.texts(), { [`${volume}/edge.bell`]: '# mounted\n' });
});

test('remembers the directories that the result depends on', () => {
  const host = createDiskHost();
  host.list(folder);
  host.read(join(folder, 'racks/1.bell'));
  host.glob('*/x.bell', `${folder}/edge.bell`);
  assert.deepEqual(host.directories(), [folder, `${folder}/racks`]);
});

test('tells whether everything it answered still holds', () => {
  const own = mkdtempSync(join(folder, 'own-'));
  writeFileSync(join(own, 'a.bell'), '# a\n');
  const host = createDiskHost();
  host.list(own);
  host.read(join(own, 'a.bell'));
  host.glob('*.txt', join(own, 'a.bell'));
  assert.equal(host.isCurrent(), true);
  writeFileSync(join(own, 'notes.txt'), '');
  assert.equal(host.isCurrent(), false);
  rmSync(join(own, 'notes.txt'));
  assert.equal(host.isCurrent(), true);
  writeFileSync(join(own, 'a.bell'), '# b\n');
  assert.equal(host.isCurrent(), false);
});

test('takes a link that leads in circles for a file that cannot be read', () => {
  const own = mkdtempSync(join(folder, 'circle-'));
  symlinkSync('edge.bell', join(own, 'edge.bell'));
  const host = createDiskHost();
  assert.deepEqual(host.list(own), [`${own}/edge.bell`]);
  assert.equal(host.list(`${own}/edge.bell`), undefined);
  assert.deepEqual(host.glob('*.bell', `${own}/x`), [`${own}/edge.bell`]);
  assert.equal(host.read(`${own}/edge.bell`).kind, 'unreadable');
});

test('says of a directory with the name of a policy what it is', () => {
  const own = mkdtempSync(join(folder, 'named-'));
  mkdirSync(join(own, 'edge.bell'));
  assert.deepEqual(createDiskHost().read(`${own}/edge.bell`), { kind: 'unreadable', message: 'it is a directory' });
});

test('knows a file again behind a link', () => {
  const own = mkdtempSync(join(folder, 'linked-'));
  writeFileSync(join(own, 'edge.bell'), 'include "all/*.bell"\nspeaker { as 64512 }\nlet x = 1\n');
  symlinkSync('.', join(own, 'all'));
  const { diagnostics } = checkPolicy([`${own}/edge.bell`], createDiskHost());
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['include-cycle'],
  );
});
