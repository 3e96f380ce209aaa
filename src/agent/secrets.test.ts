import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PasswordSource } from '../dsl/policy.ts';
import { NO_SESSION_OPTIONS } from '../dsl/session-options.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { readSecrets } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));

const at = { path: 'edge.bell', line: 1, column: 1 };

function peer(password: PasswordSource | undefined): DesiredPeer {
  return {
    name: 'tor-a',
    address: '192.0.2.1',
    port: 179,
    interface: undefined,
    localAs: 64512,
    remoteAs: 64500,
    source: undefined,
    families: ['ipv4'],
    nextHops: { ipv4: undefined, ipv6: undefined },
    description: undefined,
    export: { kind: 'all' },
    import: { kind: 'nothing' },
    password,
    multihop: undefined,
    passive: false,
    holdTimeMs: 30_000,
    keepaliveMs: 10_000,
    connectRetryMs: 5_000,
    gracefulRestartMs: undefined,
    ...NO_SESSION_OPTIONS,
  };
}

function file(content: string, mode = 0o600): PasswordSource {
  const path = join(folder, `key-${mode}-${content.length}`);
  writeFileSync(path, content, { mode });
  return { kind: 'file', path, at };
}

const fromEnv: PasswordSource = { kind: 'env', variable: 'TOR_KEY', at };

test('asks for no password where the peer has none', () => {
  assert.deepEqual(readSecrets([peer(undefined)], {}), { passwords: new Map(), missing: [], warnings: [] });
});

test('takes a password from the environment', () => {
  assert.deepEqual([...readSecrets([peer(fromEnv)], { TOR_KEY: 'rosebud' }).passwords], [['tor-a', 'rosebud']]);
});

test('takes a password from a file without its last newline', () => {
  assert.deepEqual([...readSecrets([peer(file('rosebud\n'))], {}).passwords], [['tor-a', 'rosebud']]);
});

test('warns of a password file that every user can read', () => {
  const { passwords, warnings } = readSecrets([peer(file('rosebud', 0o644))], {});
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
    const { passwords, missing } = readSecrets([peer(source)], { TOR_KEY });
    assert.equal(passwords.size, 0);
    assert.match(missing[0]?.message ?? '', message);
  });
}
