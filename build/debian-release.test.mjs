import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderEntries } from './debian-release.mjs';

const targets = [
  'https://mirror.example/debian/|bookworm|/keys/debian.gpg',
  'https://mirror.example/debian/|bookworm-updates|/keys/debian.gpg',
  'https://mirror.example/security/|bookworm-security|',
  'https://packages.example/tool/|bookworm-tool|/keys/tool.gpg',
  'https://mirror.example/debian/|bookworm|/keys/debian.gpg',
  '',
].join('\n');
const keyring = (signedBy) => signedBy || '/keys/archive.gpg';

test("turns this machine's mirrors to the source packages of the release, each once", () => {
  assert.deepEqual(renderEntries(targets, { codename: 'bookworm', keyring }), [
    'deb-src [signed-by=/keys/debian.gpg] https://mirror.example/debian/ trixie main',
    'deb-src [signed-by=/keys/archive.gpg] https://mirror.example/security/ trixie-security main',
  ]);
});

test('asks for the packages of another architecture and for no other', () => {
  assert.deepEqual(renderEntries(targets, { codename: 'bookworm', debianArch: 'arm64', keyring }), [
    'deb [arch=arm64 signed-by=/keys/debian.gpg] https://mirror.example/debian/ trixie main',
    'deb [arch=arm64 signed-by=/keys/archive.gpg] https://mirror.example/security/ trixie-security main',
  ]);
});

test('leaves alone mirrors that are not of Debian', () => {
  assert.deepEqual(renderEntries('https://mirror.example/other/|noble|', { codename: 'bookworm', keyring }), []);
});
