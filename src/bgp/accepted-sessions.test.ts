// What the language accepts, BIRD accepts: one peer that BIRD refuses would hold up every change of a node. Random peers
// with random settings; those that check without an error go into one configuration.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { sourceBirdPath } from '../build-info.ts';
import { compile, createMemoryHost, type Policy } from '../dsl/index.ts';
import { buildDesiredState, resolveForNode } from '../engine/index.ts';
import { node } from '../engine/testdata/cluster-factory.ts';
import { skipWithoutBird, temporaryFolder } from '../testing/bird-lab.ts';
import { renderBirdConfig } from './bird-config.ts';
import { parseConfigFile } from './bird-process.ts';

const SPEAKERS = [
  '',
  'listen off',
  'listen 192.0.2.9 port 1790',
  'listen 2001:db8::9 port 1790',
  'graceful-restart off',
  'install routes',
  'loop-protection drop install routes',
];
/** Where the peer of this number is: no two are the same neighbour. */
const ADDRESSES: readonly ((number: number) => string)[] = [
  (number) => `192.0.2.${number + 10}`,
  (number) => `2001:db8::${number + 10} port 1790`,
  (number) => `fe80::${number + 1} interface "eth1"`,
  (number) => `192.0.2.${number + 80} interface "eth2"`,
  () => 'gateway',
  (number) => `in 10.0.${number}.0/24`,
  (number) => `in 2001:db8:${number}::/64`,
  (number) => `interface "eth${number}"`,
  (number) => `annotation "far-${number}"`,
  (number) => `annotation "near-${number}"`,
  (number) => `label "far4-${number}"`,
];
const SETTINGS: readonly (readonly string[])[] = [
  ['as 64500', 'as 64512', 'as internal', 'as external', 'as label "as"', 'as annotation "own-as"'],
  ['local-as 64513', 'local-as 64500'],
  ['family ipv4', 'family ipv6'],
  ['multihop', 'multihop 2', 'multihop 255'],
  ['ttl-security', 'ttl-security 1', 'ttl-security 2', 'ttl-security off'],
  ['bfd', 'bfd interval 10ms multiplier 255', 'bfd interval 60s', 'bfd off'],
  ['source 192.0.2.9', 'source 2001:db8::9', 'source annotation "near"', 'source label "far4"'],
  ['graceful-restart off', 'graceful-restart 4095s'],
  ['long-lived-graceful-restart 1s', 'long-lived-graceful-restart 16777215s'],
  ['password env "KEY"', 'password off'],
  ['authentication md5', 'authentication tcp-ao key-id 255 algorithm cmac-aes128'],
  ['authentication tcp-ao key-id 0 algorithm hmac-sha512', 'authentication tcp-ao key-id 1 algorithm hmac-md5'],
  ['next-hop self', 'next-hop keep', 'next-hop auto'],
  ['import-limit 1 warn', 'import-limit 4294967295 restart', 'import-limit off'],
  ['export-limit 1 block', 'export-limit 10 disable'],
  ['allow-local-as 1', 'allow-local-as 255'],
  ['role provider', 'role customer', 'role peer', 'role rs-server', 'role rs-client'],
  ['hold-time 3s', 'hold-time 0s', 'hold-time 65535s'],
  ['transit', 'transit off'],
  ['add-paths'],
  ['extended-next-hop'],
  ['passive'],
  ['import all', 'import nothing'],
];
const NUMBERS = Array.from({ length: 60 }, (_, number) => number);
const each = (key: string, value: (number: number) => string) =>
  Object.fromEntries(NUMBERS.map((number) => [`${key}-${number}`, value(number)]));
const WORKER = node('worker-1', {
  labels: { as: '64512', far4: '192.0.2.33', ...each('far4', (number) => `192.0.2.${number + 150}`) },
  annotations: {
    near: 'fe80::9',
    'own-as': '64512',
    ...each('far', (number) => `2001:db8:1::${number + 10}`),
    ...each('near', (number) => `fe80::${number + 100}`),
  },
  internalIPs: ['192.0.2.9', '2001:db8::9'],
});
const GATEWAYS = [[{ address: '192.0.2.254', interface: 'eth0' }], [{ address: 'fe80::1', interface: 'eth0' }], []];

/** One of them, or more often none: too many at once never go together. */
const sometimes = (values: readonly string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const anySettings = fc
  .tuple(
    fc.constantFrom(...ADDRESSES),
    fc.constantFrom(...(SETTINGS[0] ?? [])),
    ...SETTINGS.slice(1).map((values) => sometimes(values)),
  )
  .map(
    ([address, ...settings]) =>
      (number: number) =>
        [`address ${address(number)}`, ...settings].filter((text) => text !== '').join(' '),
  );

test('BIRD takes every peer that the language takes', { skip: skipWithoutBird }, async (t) => {
  const file = join(await temporaryFolder(t), 'bird.conf');
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SPEAKERS),
      fc.constantFrom(...GATEWAYS),
      fc.array(anySettings, { minLength: NUMBERS.length, maxLength: NUMBERS.length }),
      async (speaker, gateways, peers) => {
        const settings = peers.map((settingsOf, number) => settingsOf(number));
        const good = settings.filter((peer) => policyOf(speaker, [peer]) !== undefined);
        const policy = policyOf(speaker, good);
        assert.ok(policy !== undefined);
        const sessions = resolveForNode(policy, WORKER, { gateways });
        const nothing = { node: 'worker-1', excluded: undefined, routes: [], withheld: [], desired: [] };
        const desired = buildDesiredState(policy, sessions, nothing);
        assert.ok(desired !== undefined);
        taken += desired.peers.length;
        const secrets = new Map(desired.peers.map(({ name }) => [name, 'open sesame']));
        await writeFile(file, renderBirdConfig(desired, { secrets }));
        assert.deepEqual(await parseConfigFile(sourceBirdPath() ?? '', file), { kind: 'accepted' });
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
  // Were nearly all of them refused by our own checks, this would prove nothing.
  t.diagnostic(`${taken} peers`);
  assert.ok(taken > 60);
});

function policyOf(speaker: string, peers: readonly string[]): Policy | undefined {
  const statements = peers.map((settings, index) => `peer p${index} { ${settings} }`);
  const text = [`speaker { as 64512 ${speaker} }`, ...statements].join('\n');
  return compile(['edge.bell'], createMemoryHost({ 'edge.bell': text })).policy;
}
