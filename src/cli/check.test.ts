import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

test('bellbird check -o github broken.bell prints one workflow command for each diagnostic', () => {
  const { status, stdout, stderr } = bellbird(['check', '-o', 'github', 'broken.bell'], folder);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  const place = 'file=broken.bell,line=3,endLine=3,col=48,endColumn=56,title=unknown-filter';
  assert.equal(stdout, `::error ${place}::there is no filter \`to-fabrik\`%0Anot defined\n`);
});

test('bellbird check -o github edge.bell prints nothing for a policy that is right', () => {
  assert.deepEqual(bellbird(['check', '-o', 'github', 'edge.bell'], folder), { status: 0, stdout: '', stderr: '' });
});

test('bellbird check -o sarif broken.bell prints a SARIF log', () => {
  const { status, stdout, stderr } = bellbird(['check', '-o', 'sarif', 'broken.bell'], folder);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  const log: { version: string; runs: { results: { ruleId: string }[] }[] } = JSON.parse(stdout);
  assert.equal(log.version, '2.1.0');
  assert.deepEqual(
    log.runs[0]?.results.map(({ ruleId }) => ruleId),
    ['unknown-filter'],
  );
});

test('bellbird check --fix repairs what is certain, keeps the file mode, and tells what is left', () => {
  const path = join(folder, 'fix.bell');
  writeFileSync(path, `\uFEFF// the fabric\r\n${RIGHT.replace('as 64500', 'as = 64500 exprt all')};\r\n`);
  chmodSync(path, 0o640);
  const { status, stdout, stderr } = bellbird(['check', '--fix', 'fix.bell'], folder);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /^fixed fix\.bell:1:1: replace `\/\/` with `#`\nfixed fix\.bell:4:/);
  assert.match(stderr, /\n3 repairs made\nerror\[unknown-setting\]/);
  const after = `\uFEFF# the fabric\r\n${RIGHT.replace('as 64500', 'as  64500 exprt all')}\r\n`;
  assert.equal(readFileSync(path, 'utf8'), after);
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test('bellbird check --fix repairs a habit in every place at once', () => {
  writeFileSync(join(folder, 'habit.bell'), RIGHT.replaceAll(' }', '; };'));
  const { status, stderr } = bellbird(['check', '--fix', 'habit.bell'], folder);
  assert.equal(status, 0);
  assert.match(stderr, /^fixed habit\.bell:\d+:\d+: remove it; .* \(and \d+ more places\)\n1 repair made\n$/);
});

test('bellbird check --fix edge.bell changes nothing in a policy that is right', () => {
  const { mtimeMs } = statSync(join(folder, 'edge.bell'));
  const outcome = bellbird(['check', '--fix', 'edge.bell'], folder);
  assert.deepEqual(outcome, { status: 0, stdout: 'edge.bell: no mistakes\n', stderr: '' });
  assert.equal(statSync(join(folder, 'edge.bell')).mtimeMs, mtimeMs);
});

test('bellbird check --fix -o json prints only the result on stdout', () => {
  writeFileSync(join(folder, 'comma.bell'), RIGHT.replace('/24', '/24,'));
  const { status, stdout, stderr } = bellbird(['check', '--fix', '-o', 'json', 'comma.bell'], folder);
  assert.deepEqual(
    { status, stderr },
    { status: 0, stderr: 'fixed comma.bell:2:44: remove the comma\n1 repair made\n' },
  );
  assert.match(stdout, /"ok": true/);
});
