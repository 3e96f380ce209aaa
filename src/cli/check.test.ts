import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bellbird } from './testdata/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-check-'));
after(() => rmSync(folder, { recursive: true }));

const RIGHT = `speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.1 as 64500 }
`;
mkdirSync(join(folder, 'policy'));
writeFileSync(join(folder, 'edge.bell'), RIGHT);
writeFileSync(join(folder, 'policy/a.bell'), RIGHT);
writeFileSync(join(folder, 'policy/b.bell'), '# nothing\n');
writeFileSync(join(folder, 'broken.bell'), RIGHT.replace('as 64500', 'as 64500 export to-fabrik'));
writeFileSync(join(folder, 'lonely.bell'), RIGHT.replace(/peer.*\n/, ''));

test('bellbird check edge.bell', () => {
  assert.deepEqual(bellbird(['check', 'edge.bell'], folder), {
    status: 0,
    stdout: 'edge.bell: no mistakes\n',
    stderr: '',
  });
});

test('bellbird check policy takes every *.bell file of a directory', () => {
  const { status, stdout } = bellbird(['check', 'policy'], folder);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: 'policy/a.bell, policy/b.bell: no mistakes\n' });
});

test('bellbird check --policy edge.bell is the same as naming the file', () => {
  assert.deepEqual(bellbird(['check', '--policy', 'edge.bell'], folder), bellbird(['check', 'edge.bell'], folder));
});

test('bellbird check broken.bell prints the diagnostic on stderr and exits with 1', () => {
  const { status, stdout, stderr } = bellbird(['check', 'broken.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /^error\[unknown-filter\]: there is no filter `to-fabrik`\n +--> broken\.bell:3:/);
});

test('bellbird check -o json broken.bell prints code and place on stdout', () => {
  const { status, stdout, stderr } = bellbird(['check', '-o', 'json', 'broken.bell'], folder);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  const result: unknown = JSON.parse(stdout);
  assert.match(
    JSON.stringify(result),
    /^\{"apiVersion":"bellbird\/v1","kind":"Check","ok":false,"files":\["broken\.bell"\]/,
  );
  assert.match(stdout, /"code": "unknown-filter"/);
});

test('bellbird check lonely.bell accepts a warning, and --deny-warnings does not', () => {
  const accepted = bellbird(['check', 'lonely.bell'], folder);
  assert.equal(accepted.status, 0);
  assert.equal(accepted.stdout, 'lonely.bell: 1 warning\n');
  assert.match(accepted.stderr, /^warning\[/);
  assert.equal(bellbird(['check', '--deny-warnings', 'lonely.bell'], folder).status, 1);
});

test('bellbird check gone.bell says why it cannot be read and exits with 1', () => {
  const { status, stdout, stderr } = bellbird(['check', 'gone.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /gone\.bell/);
  assert.match(stderr, /no such file or directory/);
});
