import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredPeer, desiredState } from '../testing/desired.ts';
import { renderBirdConfig } from './bird-config.ts';
import { enableWaiting, recoveryConfig } from './recovery-config.ts';

const PEERS = [
  desiredPeer({ name: 'racks', address: '192.0.2.0/24', description: 'all of the racks' }),
  desiredPeer({ name: 'tor-a', address: '192.0.2.1' }),
  desiredPeer({ name: 'up-link', address: 'fe80::/10', interface: 'eth1', multihop: undefined }),
];

function configFor(parts: { readonly transit?: true; readonly installRoutes?: true; readonly holdInstalled?: true }) {
  const { speaker } = desiredState();
  const peers = PEERS.map((peer) => ({ ...peer, transit: parts.transit === true }));
  const desired = desiredState({ peers, speaker: parts.installRoutes ? { ...speaker, installRoutes: true } : speaker });
  return renderBirdConfig(desired, { secrets: new Map(), ...(parts.holdInstalled && { holdInstalled: true }) });
}

/** The protocols that are off. */
function off(config: string): readonly string[] {
  return [...config.matchAll(/^protocol \S+ (\S+) \{\n {2}disabled;\n(?! {2}disabled;)/gm)].map(
    ([, name = '']) => name,
  );
}

async function enabledBy(config: string): Promise<readonly string[]> {
  const commands: string[] = [];
  const command = async (text: string) => {
    commands.push(text);
    return { kind: 'done' as const, code: 11, text: '', lines: [] };
  };
  await enableWaiting({ command }, config);
  return commands;
}

test('what waits for others to connect is off at the start and then turned on', async () => {
  const config = configFor({});
  assert.deepEqual(off(recoveryConfig(config)), ['peer_racks', "'peer_up-link'"]);
  assert.deepEqual(await enabledBy(config), ['enable peer_racks', "enable 'peer_up-link'"]);
  assert.equal(recoveryConfig(config).replaceAll('  disabled;\n', ''), config);
});

test('the kernel is left alone, and is not turned on', async () => {
  const config = configFor({ installRoutes: true });
  assert.deepEqual(off(recoveryConfig(config)), ['install4', 'install6', 'peer_racks', "'peer_up-link'"]);
  assert.deepEqual(await enabledBy(config), ['enable peer_racks', "enable 'peer_up-link'"]);
});

test('what is off already stays so', () => {
  const held = configFor({ installRoutes: true, holdInstalled: true });
  assert.equal(recoveryConfig(held), recoveryConfig(configFor({ installRoutes: true })));
});

test('where routes of peers go to others, these are not told before their time', async () => {
  const config = configFor({ transit: true });
  assert.equal(recoveryConfig(config), config);
  assert.deepEqual(await enabledBy(config), []);
});
