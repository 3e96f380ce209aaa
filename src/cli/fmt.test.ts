import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { bellbird } from './testdata/command.ts';

const root = mkdtempSync(join(tmpdir(), 'bellbird-fmt-'));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, 'work');
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

const GOOD = `speaker { as 64512 }

let a = 1  # one
`;
const MESSY = `speaker{as 64512}


let   a=1 # one
`;
const BROKEN = 'speaker { as }\n';

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(at('sites/north'), { recursive: true });
  writeFileSync(at('good.bell'), GOOD);
  writeFileSync(at('messy.bell'), MESSY);
  writeFileSync(at('broken.bell'), BROKEN);
  writeFileSync(at('sites/a.bell'), MESSY);
  writeFileSync(at('sites/north/b.bell'), MESSY);
  writeFileSync(at('sites/.hidden.bell'), MESSY);
  writeFileSync(at('sites/notes.txt'), MESSY);
});

test('bellbird fmt messy.bell', () => {
  assert.deepEqual(bellbird(['fmt', 'messy.bell'], folder), {
    status: 0,
    stdout: 'formatted messy.bell\n1 file formatted, 0 unchanged\n',
    stderr: '',
  });
  assert.equal(read('messy.bell'), GOOD);
  assert.deepEqual(readdirSync(folder).sort(), ['broken.bell', 'good.bell', 'messy.bell', 'sites']);
});

test('bellbird fmt good.bell does not touch a formatted file', () => {
  const before = statSync(at('good.bell'), { bigint: true });
  const { status, stdout } = bellbird(['fmt', 'good.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '0 files formatted, 1 unchanged\n' });
  const { ino, mtimeNs } = statSync(at('good.bell'), { bigint: true });
  assert.deepEqual({ ino, mtimeNs }, { ino: before.ino, mtimeNs: before.mtimeNs });
});

test('bellbird fmt --policy messy.bell is the same as naming the file', () => {
  assert.equal(bellbird(['fmt', '--policy', 'messy.bell'], folder).status, 0);
  assert.equal(read('messy.bell'), GOOD);
});

test('bellbird fmt --check messy.bell good.bell prints the difference, changes nothing and exits with 1', () => {
  const stdout = `--- messy.bell
+++ messy.bell, formatted
@@ -1,4 +1,3 @@
-speaker{as 64512}
-
+speaker { as 64512 }
 
-let   a=1 # one
+let a = 1  # one
1 file would be formatted, 1 unchanged
`;
  assert.deepEqual(bellbird(['fmt', '--check', 'messy.bell', 'good.bell'], folder), { status: 1, stdout, stderr: '' });
  assert.equal(read('messy.bell'), MESSY);
});

test('bellbird fmt --check good.bell exits with 0', () => {
  const { status, stdout } = bellbird(['fmt', '--check', 'good.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '0 files would be formatted, 1 unchanged\n' });
});

test('bellbird fmt sites takes the *.bell files of a directory at any depth, and no hidden ones', () => {
  const { status, stdout } = bellbird(['fmt', 'sites'], folder);
  assert.deepEqual(
    { status, stdout },
    { status: 0, stdout: 'formatted sites/a.bell\nformatted sites/north/b.bell\n2 files formatted, 0 unchanged\n' },
  );
  assert.equal(read('sites/.hidden.bell'), MESSY);
});

test('bellbird fmt broken.bell messy.bell refuses the one untouched, formats the other and exits with 1', () => {
  const { status, stdout, stderr } = bellbird(['fmt', 'broken.bell', 'messy.bell'], folder);
  assert.equal(status, 1);
  assert.equal(stdout, 'formatted messy.bell\n1 file formatted, 0 unchanged, 1 refused\n');
  assert.match(stderr, /^error\[syntax-error\]: [^\n]+\n +--> broken\.bell:1:/);
  assert.deepEqual([read('broken.bell'), read('messy.bell')], [BROKEN, GOOD]);
});

test('bellbird fmt - formats stdin to stdout', () => {
  assert.deepEqual(bellbird(['fmt', '-'], folder, {}, MESSY), { status: 0, stdout: GOOD, stderr: '' });
});

test('bellbird fmt - writes nothing to stdout for a text that is no policy', () => {
  const { status, stdout, stderr } = bellbird(['fmt', '-'], folder, {}, BROKEN);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /--> <stdin>:1:/);
});

test('bellbird fmt --check - prints the difference of stdin', () => {
  const { status, stdout } = bellbird(['fmt', '--check', '-'], folder, {}, MESSY);
  assert.equal(status, 1);
  assert.match(stdout, /^--- <stdin>\n/);
  assert.equal(bellbird(['fmt', '--check', '-'], folder, {}, GOOD).status, 0);
});

test('bellbird fmt -o json tells what became of every file', () => {
  const { status, stdout, stderr } = bellbird(
    ['fmt', '-o', 'json', 'messy.bell', 'good.bell', 'broken.bell', 'absent.bell'],
    folder,
  );
  assert.deepEqual([status, stderr, read('messy.bell')], [1, '', GOOD]);
  const { apiVersion, kind, check, files } = JSON.parse(stdout);
  assert.deepEqual([apiVersion, kind, check], ['bellbird/v1', 'Format', false]);
  assert.deepEqual(
    files.map((file: { path: string; result: string }) => [file.path, file.result]),
    [
      ['messy.bell', 'changed'],
      ['good.bell', 'unchanged'],
      ['broken.bell', 'refused'],
      ['absent.bell', 'failed'],
    ],
  );
  assert.match(files[0].diff, /^-speaker\{as 64512\}$/m);
  assert.equal(files[2].diagnostics[0].code, 'syntax-error');
  assert.equal(files[3].message, '`absent.bell` cannot be read: no such file or directory');
});

test('bellbird fmt --check -o json - tells the difference of stdin and what it becomes', () => {
  const { status, stdout } = bellbird(['fmt', '--check', '-o', 'json', '-'], folder, {}, MESSY);
  const { check, files } = JSON.parse(stdout);
  assert.deepEqual([status, check, files[0].path, files[0].text], [1, true, '<stdin>', GOOD]);
  assert.equal(bellbird(['fmt', '--check', '-o', 'json', '-'], folder, {}, GOOD).status, 0);
});

test('bellbird fmt - good.bell is a usage error', () => {
  const { status, stderr } = bellbird(['fmt', '-', 'good.bell'], folder);
  assert.deepEqual(
    { status, stderr },
    { status: 2, stderr: 'error: `-` stands for stdin and goes with no other policy\n' },
  );
});

test('bellbird fmt absent.bell exits with 1', () => {
  const { status, stderr } = bellbird(['fmt', 'absent.bell'], folder);
  assert.deepEqual(
    { status, stderr },
    { status: 1, stderr: 'error: `absent.bell` cannot be read: no such file or directory\n' },
  );
});

test('bellbird fmt empty says that there is nothing to format and exits with 1', () => {
  mkdirSync(at('empty'));
  const { status, stderr } = bellbird(['fmt', 'empty'], folder);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: 'error: no file in `empty` ends in .bell\n' });
});

test('bellbird fmt linked.bell keeps the link and the mode of the file it leads to', () => {
  chmodSync(at('sites/a.bell'), 0o640);
  symlinkSync('sites/a.bell', at('linked.bell'));
  assert.equal(bellbird(['fmt', 'linked.bell'], folder).status, 0);
  assert.ok(lstatSync(at('linked.bell')).isSymbolicLink());
  assert.equal(read('sites/a.bell'), GOOD);
  assert.equal(statSync(at('sites/a.bell')).mode & 0o7777, 0o640);
});

test('bellbird fmt --check crlf.bell shows line ends that differ', () => {
  writeFileSync(at('crlf.bell'), GOOD.replaceAll('\n', '\r\n'));
  const { status, stdout } = bellbird(['fmt', '--check', 'crlf.bell'], folder);
  assert.equal(status, 1);
  assert.match(stdout, /^-speaker \{ as 64512 \}␍$/m);
  assert.equal(bellbird(['fmt', 'crlf.bell'], folder).status, 0);
  assert.equal(read('crlf.bell'), GOOD);
});

test('bellbird fmt formats what check refuses', () => {
  writeFileSync(at('early.bell'), 'use   calico\npeer a from nobody{}');
  assert.equal(bellbird(['fmt', 'early.bell'], folder).status, 0);
  assert.equal(read('early.bell'), 'use calico\npeer a from nobody {}\n');
});

test('bellbird fmt --check examples finds every example formatted', () => {
  const { status, stdout } = bellbird(['fmt', '--check', 'examples'], join(import.meta.dirname, '../..'));
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^0 files would be formatted, [1-9]\d* unchanged\n$/);
});
