import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from './compile.ts';
import type { Peer } from './policy.ts';
import { NO_SESSION_OPTIONS, sessionOptionsOf } from './session-options.ts';
import { createMemoryHost } from './source-host.ts';

function peerOf(settings: string, template = ''): Peer {
  const text = `speaker { as 64512 listen 192.0.2.9 port 179 }
template t { ${template} }
peer a from t { ${settings} }`;
  const { diagnostics, policy } = compile(['edge.bell'], createMemoryHost({ 'edge.bell': text }));
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    [],
  );
  const [peer] = policy?.peers ?? [];
  assert.ok(peer !== undefined);
  return peer;
}

const AT = 'address 192.0.2.1 as 64500';

test('a peer that says nothing of them has none of the options', () => {
  assert.deepEqual(sessionOptionsOf(peerOf(AT)), NO_SESSION_OPTIONS);
});

test('`bfd` alone notices a dead path within a second', () => {
  assert.deepEqual(peerOf(`${AT} bfd`).bfd, { intervalMs: 300, multiplier: 3 });
  assert.deepEqual(peerOf(`${AT} bfd interval 50ms`).bfd, { intervalMs: 50, multiplier: 3 });
  assert.deepEqual(peerOf(`${AT} bfd multiplier 5`).bfd, { intervalMs: 300, multiplier: 5 });
});

test('`ttl-security` gives a session over several hops the number that `multihop` leaves out', () => {
  const rows: readonly (readonly [string, Peer['multihop']])[] = [
    ['ttl-security', undefined],
    ['ttl-security 1', undefined],
    ['multihop ttl-security 2', { hops: 2 }],
    ['multihop 3 ttl-security', { hops: 3 }],
    ['multihop 3 ttl-security 3', { hops: 3 }],
  ];
  for (const [settings, multihop] of rows) {
    const peer = peerOf(`${AT} ${settings}`);
    assert.deepEqual([peer.ttlSecurity, peer.multihop], [true, multihop], settings);
  }
  assert.deepEqual(peerOf(`${AT} multihop ttl-security off`).multihop, { hops: undefined });
});

test('a limit is a number of routes and what happens beyond it', () => {
  const peer = peerOf(`${AT} import-limit 10 block export-limit 20 disable`);
  assert.deepEqual(peer.importLimit, { count: 10, action: 'block' });
  assert.deepEqual(peer.exportLimit, { count: 20, action: 'disable' });
});

test('a password can be used for TCP-AO', () => {
  const ao = 'authentication tcp-ao key-id 5 algorithm hmac-sha256';
  assert.deepEqual(peerOf(`${AT} password env "KEY" ${ao}`).authentication, {
    kind: 'tcp-ao',
    keyId: 5,
    algorithm: 'hmac-sha256',
  });
  assert.equal(
    peerOf(`${AT} password env "KEY" authentication md5`, `password env "T" ${ao}`).authentication,
    undefined,
  );
});

test('every option of a template can be taken back', () => {
  const template = `graceful-restart 10s long-lived-graceful-restart 1h import-limit 1 warn export-limit 1 warn
  bfd ttl-security add-paths extended-next-hop transit allow-local-as 1 role peer next-hop self`;
  const own = `long-lived-graceful-restart off import-limit off export-limit off
  bfd off ttl-security off add-paths off extended-next-hop off transit off allow-local-as off role off next-hop auto`;
  assert.deepEqual(sessionOptionsOf(peerOf(`${AT} ${own}`, template)), NO_SESSION_OPTIONS);
  assert.deepEqual(sessionOptionsOf(peerOf(AT, template)), {
    ...NO_SESSION_OPTIONS,
    bfd: { intervalMs: 300, multiplier: 3 },
    ttlSecurity: true,
    longLivedGracefulRestartMs: 3_600_000,
    nextHop: 'self',
    importLimit: { count: 1, action: 'warn' },
    exportLimit: { count: 1, action: 'warn' },
    allowLocalAs: 1,
    role: 'peer',
    addPaths: true,
    extendedNextHop: true,
    transit: true,
  });
});

test('AS number and address can be read from the node, and the AS be any of a kind', () => {
  const read = peerOf('address annotation "example.org/tor" as label "tor-as" local-as 64513');
  assert.deepEqual([read.address.address.kind, read.address.port, read.as.as.kind], ['annotation', 179, 'label']);
  assert.equal(read.localAs, 64513);
  assert.deepEqual(peerOf('address 192.0.2.1 as internal').as.as, { kind: 'internal' });
  assert.deepEqual(peerOf('address 192.0.2.1 as external').as.as, { kind: 'external' });
});

test('a peer can be on a link that has a name', () => {
  const { address } = peerOf('address fe80::1 port 1790 interface "eth1" as external').address;
  assert.deepEqual(address, { kind: 'literal', value: 'fe80::1' });
  assert.equal(peerOf('address fe80::1 interface "eth1" as external').address.interface, 'eth1');
});

test('a peer can be the gateway of the node', () => {
  assert.deepEqual(peerOf('address gateway as external').address.address, { kind: 'gateway' });
});

test('a peer can be whoever connects from a prefix', () => {
  assert.deepEqual(peerOf('address in 192.0.2.0/24 as external').address.address, {
    kind: 'inside',
    prefix: '192.0.2.0/24',
  });
});
