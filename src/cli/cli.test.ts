import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { capture } from './testdata/capture.ts';

test('bellbird --help lists the commands on stdout and exits with 0', async () => {
  const { code, out, err } = await capture('--help');
  assert.equal(code, 0);
  assert.match(out, /^Usage: bellbird <command>/);
  assert.match(out, /^ {2}version /m);
  assert.equal(err, '');
});

test('the README lists exactly the commands there are', async () => {
  const { out } = await capture('--help');
  const known = [...out.matchAll(/^ {2}([a-z][a-z-]*) {2,}/gm)].map(([, name]) => name);
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const table = /## Commands\n\n([\s\S]*?)\n\n/.exec(readme)?.[1] ?? '';
  const rows = table.split('\n').flatMap((row) => row.split(' | ')[0]?.match(/`[a-z][a-z-]*/g) ?? []);
  assert.deepEqual(rows.map((name) => name.slice(1)).toSorted(), known.toSorted());
});

test('bellbird without a command prints the help on stderr and exits with 2', async () => {
  const { code, out, err } = await capture();
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.match(err, /^Usage: bellbird/);
});

test('bellbird verison suggests the nearest command and exits with 2', async () => {
  const { code, out, err } = await capture('verison');
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.match(err, /unknown command 'verison'\n\(Did you mean version\?\)/);
});

test('bellbird version --help shows two examples and exits with 0', async () => {
  const { code, out } = await capture('version', '--help');
  assert.equal(code, 0);
  assert.match(
    out,
    /Examples:\n {2}bellbird version\n {2}bellbird version --licenses.*\n\nExit codes:\n {2}0 done\n {2}2 usage error\n$/,
  );
});

test('bellbird version names itself, BIRD and Node.js', async () => {
  const { code, out, err } = await capture('version');
  assert.equal(code, 0);
  assert.match(
    out,
    /^bellbird \d+\.\d+\.\d+ \(commit source, linux-(x64|arm64)\)\nBIRD +\S+ \(embedded\)\nNode\.js +24\./,
  );
  assert.equal(err, '');
});

test('bellbird --version prints what bellbird version prints', async () => {
  assert.deepEqual(await capture('--version'), await capture('version'));
  assert.match((await capture('--help')).out, /^ {2}--version /m);
});

test('bellbird version -o json prints one object', async () => {
  const { code, out } = await capture('version', '-o', 'json');
  const versions: unknown = JSON.parse(out);
  assert.equal(code, 0);
  assert.ok(typeof versions === 'object' && versions !== null);
  assert.deepEqual(Object.keys(versions), ['apiVersion', 'kind', 'version', 'commit', 'bird', 'node', 'platform']);
});

test('bellbird version -o yaml names the forms there are and exits with 2', async () => {
  const { code, out, err } = await capture('version', '-o', 'yaml');
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.match(err, /Allowed choices are text, json/);
  assert.match(err, /help: see `bellbird version --help`/);
});

test('bellbird version surplus refuses the argument and exits with 2', async () => {
  const { code, out } = await capture('version', 'surplus');
  assert.deepEqual({ code, out }, { code: 2, out: '' });
});

test('bellbird drain --wait refuses what is no duration, and more than a day', async () => {
  const { code, out, err } = await capture('drain', '--wait', '90');
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.match(err, /option '--wait <duration>' argument '90' is invalid\. Write for example `30s` or `2m`\./);
  const longer = await capture('drain', '--wait', '25h');
  assert.equal(longer.code, 2);
  assert.match(longer.err, /argument '25h' is invalid\. At most `24h`\./);
});
