import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredPeer, desiredState } from '../testing/desired.ts';
import { renderBirdConfig } from './bird-config.ts';
import { passwordsIn } from './kept-passwords.ts';

const at = { path: 'edge.bell', line: 1, column: 1 };
const password = { kind: 'secret', namespace: 'bgp', name: 'fabric', key: 'tor', at } as const;

test('finds the passwords that were rendered, whatever they and the names of the peers look like', () => {
  const peers = [
    desiredPeer({ name: 'tor-a', password }),
    desiredPeer({ name: 'tor-b', password, authentication: { kind: 'tcp-ao', algorithm: 'hmac-sha256', keyId: 7 } }),
    desiredPeer({ name: 'rack 1/left', password, description: 'password b; }' }),
    desiredPeer({ name: 'open' }),
    desiredPeer({ name: 'missing', password }),
    desiredPeer({ name: `long-${'name-'.repeat(30)}`, password }),
  ];
  const secrets = new Map([
    ['tor-a', 'correct horse; battery'],
    ['tor-b', 'secret; preferred; }; };'],
    ['rack 1/left', '}'],
    [`long-${'name-'.repeat(30)}`, '\\n'],
  ]);
  const config = renderBirdConfig(desiredState({ peers }), { secrets });
  const names = peers.map(({ name }) => name);
  assert.deepEqual(Object.fromEntries(passwordsIn(config, [...names, 'unknown'])), Object.fromEntries(secrets));
});
