import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PasswordSource } from '../dsl/policy.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import type { SecretReading } from '../kube/index.ts';
import { desiredPeer } from '../testing/desired.ts';
import { readSecrets, type SecretSources } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));

const at = { path: 'edge.bell', line: 1, column: 1 };

function peer(password: PasswordSource | undefined): DesiredPeer {
  return desiredPeer({ password });
}

function file(content: string, mode = 0o600): PasswordSource {
  const path = join(folder, `key-${mode}-${content.length}`);
  writeFileSync(path, content, { mode });
  return { kind: 'file', path, at };
}

/** Sources that know of a Secret what is given. */
function sources(
  env: SecretSources['env'] = {},
  reading: SecretReading = { kind: 'unread', message: undefined },
  kept?: string,
): SecretSources {
  return { env, readSecret: () => reading, kept: new Map(kept === undefined ? [] : [['tor-a', kept]]) };
}

const fromEnv: PasswordSource = { kind: 'env', variable: 'TOR_KEY', at };

test('asks for no password where the peer has none', () => {
  assert.deepEqual(readSecrets([peer(undefined)], sources()), { passwords: new Map(), missing: [], warnings: [] });
});

test('takes a password from the environment', () => {
  assert.deepEqual(
    [...readSecrets([peer(fromEnv)], sources({ TOR_KEY: 'rosebud' })).passwords],
    [['tor-a', 'rosebud']],
  );
});

test('takes a password from a file without its last newline', () => {
  assert.deepEqual([...readSecrets([peer(file('rosebud\n'))], sources()).passwords], [['tor-a', 'rosebud']]);
});

test('warns of a password file that every user can read', () => {
  const { passwords, warnings } = readSecrets([peer(file('rosebud', 0o644))], sources());
  assert.equal(passwords.size, 1);
  assert.match(warnings[0]?.message ?? '', /^every user can read the password file/);
});

const refused: readonly [name: string, source: PasswordSource, message: RegExp, variable?: string][] = [
  ['a variable that is not set', fromEnv, /^the environment variable TOR_KEY is not set$/],
  ['a file that is not there', { kind: 'file', path: '/nonexistent/key', at }, /cannot be read: no such file/],
  ['an empty file', file('\n'), /^the password is empty$/],
  ['a password of two lines', file('a\nb\n'), /control character/],
  ['a password with a double quote', fromEnv, /^the password has a double quote, which BIRD cannot read$/, 'rose"bud'],
  ['a password above the limit of TCP MD5', file('x'.repeat(81)), /more than 80 bytes/],
];
for (const [name, source, message, TOR_KEY] of refused) {
  test(`opens no session with ${name}`, () => {
    const { passwords, missing } = readSecrets([peer(source)], sources({ TOR_KEY }));
    assert.equal(passwords.size, 0);
    assert.match(missing[0]?.message ?? '', message);
  });
}

for (const [name, source, , TOR_KEY] of refused) {
  test(`ends no session because of ${name}`, () => {
    const { passwords, missing, warnings } = readSecrets([peer(source)], sources({ TOR_KEY }, undefined, 'before'));
    assert.deepEqual([[...passwords], missing], [[['tor-a', 'before']], []]);
    assert.equal(warnings[0]?.code, 'password-kept');
    assert.match(warnings[0]?.message ?? '', /; its session goes on with the password that it has$/);
  });
}

const secret: PasswordSource = { kind: 'secret', namespace: 'bgp', name: 'fabric', key: 'tor', at };
const found = (text: string, trouble?: string): SecretReading => ({ kind: 'found', text, trouble });

test('takes a password from a Secret, also in place of the one before, without its last newline', () => {
  const read = readSecrets([peer(secret)], sources({}, found('rosebud\n'), 'before'));
  assert.deepEqual(read, { passwords: new Map([['tor-a', 'rosebud']]), missing: [], warnings: [] });
});

test('waits without a word while a Secret is read for the first time, with the password that a session has', () => {
  const reading: SecretReading = { kind: 'unread', message: undefined };
  const none = readSecrets([peer(secret)], sources({}, reading));
  assert.deepEqual(none, { passwords: new Map(), missing: [], warnings: [] });
  const some = readSecrets([peer(secret)], sources({}, reading, 'before'));
  assert.deepEqual(some, { passwords: new Map([['tor-a', 'before']]), missing: [], warnings: [] });
});

const withheld: readonly [name: string, reading: SecretReading, message: RegExp][] = [
  ['is gone', { kind: 'missing', message: 'the cluster has no Secret bgp/fabric' }, /no Secret bgp\/fabric/],
  ['cannot be read', { kind: 'unread', message: 'no right to read it' }, /no right to read it/],
  ['has a password that BIRD cannot read', found('a\nb'), /control character/],
];
for (const [name, reading, message] of withheld) {
  test(`opens no session with a Secret that ${name}, and ends none`, () => {
    const { passwords, missing } = readSecrets([peer(secret)], sources({}, reading));
    assert.equal(passwords.size, 0);
    assert.match(missing[0]?.message ?? '', message);
    const kept = readSecrets([peer(secret)], sources({}, reading, 'before'));
    assert.deepEqual([[...kept.passwords], kept.missing], [[['tor-a', 'before']], []]);
    assert.equal(kept.warnings[0]?.code, 'password-kept');
    assert.match(kept.warnings[0]?.message ?? '', message);
  });
}

test('goes on with what is known of a Secret while the API server is away, and says so', () => {
  const { passwords, warnings } = readSecrets([peer(secret)], sources({}, found('rosebud', 'it does not answer')));
  assert.deepEqual([...passwords], [['tor-a', 'rosebud']]);
  assert.match(warnings[0]?.message ?? '', /does not answer; its session goes on/);
});
