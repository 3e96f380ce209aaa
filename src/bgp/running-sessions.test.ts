import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredPeer, desiredState } from '../testing/desired.ts';
import { renderBirdConfig } from './bird-config.ts';
import { sameSessionsIn } from './running-sessions.ts';

const at = { path: 'edge.bell', line: 1, column: 1 };
const password = { kind: 'env', variable: 'TOR', at } as const;
const NAMES = ['tor-a', 'tor-b', 'rack 1/left', 'open'];
const PEERS = [
  desiredPeer({ name: 'tor-a', password }),
  desiredPeer({ name: 'tor-b' }),
  desiredPeer({ name: 'rack 1/left', description: 'one } and }' }),
];

const render = (peers: typeof PEERS, secret = 'rosebud') =>
  renderBirdConfig(desiredState({ peers }), { secrets: new Map([['tor-a', secret]]) });

test('a session is the same only where all its settings and its password are', () => {
  const config = render(PEERS);
  assert.deepEqual([...sameSessionsIn(config, render(PEERS), NAMES)], ['tor-a', 'tor-b', 'rack 1/left']);
  assert.deepEqual([...sameSessionsIn(config, render(PEERS, 'other'), NAMES)], ['tor-b', 'rack 1/left']);
  const changed = PEERS.map((peer) => (peer.name === 'tor-b' ? { ...peer, holdTimeMs: 9_000 } : peer));
  assert.deepEqual([...sameSessionsIn(config, render(changed), NAMES)], ['tor-a', 'rack 1/left']);
  assert.deepEqual([...sameSessionsIn('', config, NAMES)], []);
});
