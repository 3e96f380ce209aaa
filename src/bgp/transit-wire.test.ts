// What a peer with `transit` is sent of routes that come from other peers, by a real BIRD.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import type { BgpListener } from '../testing/bgp-listener.ts';
import type { PathAttributes } from '../testing/bgp-message.ts';
import { desiredStateFor, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredRoute } from '../testing/desired.ts';

const POLICY = `
speaker { as 64512 }
range vips load-balancer-ip 192.0.2.0/24
filter onward {
  accept if source == local
  accept if source == remote and prefix in 203.0.113.0/24 then prepend 1, next-hop self
}
filter kept { accept if source == remote and as-path starts 64500 then next-hop keep }
filter far { accept if source == remote then next-hop 192.0.2.99 }
peer tor-a { address 192.0.2.1 as 64500 export onward, kept, far transit }`;

const LEARNED: PathAttributes = {
  ...{ origin: 'igp', asPath: [64500], nextHop: '192.0.2.77', med: undefined, localPref: undefined },
  ...{ communities: [], largeCommunities: [], extendedCommunities: [] },
};
const open = '203.0.113.0/25';
const noExport = '203.0.113.128/26';
const noAdvertise = '203.0.113.192/26';
const other = '198.51.100.0/24';
const own = '192.0.2.1/32';
const at = { path: 'edge.bell', line: 1, column: 1 };

/** Who is asked, and what it is sent: prefix, next hop and AS path. */
const ROWS: readonly (readonly [string, Partial<DesiredPeer>, number, readonly string[]])[] = [
  ['without transit', {}, 64501, [`${own} 127.0.0.1 64512`]],
  [
    'with transit, everything but what is not to be exported or advertised',
    { transit: true },
    64501,
    [`${own} 127.0.0.1 64512`, `${other} 127.0.0.1 64512 64500`, `${open} 127.0.0.1 64512 64500`],
  ],
  [
    'as an internal peer, also what is not to leave the AS',
    { transit: true },
    64512,
    [`${own} 127.0.0.1 `, `${other} 192.0.2.77 64500`, `${open} 192.0.2.77 64500`, `${noExport} 192.0.2.77 64500`],
  ],
  [
    'what its filter accepts, with the actions of the rule',
    { transit: true, remoteAs: 'external', export: { kind: 'filters', at, filters: ['onward'] } },
    64501,
    [`${own} 127.0.0.1 64512`, `${open} 127.0.0.1 64512 64512 64500`],
  ],
  [
    'with the next hop that the route came with',
    { transit: true, export: { kind: 'filters', at, filters: ['kept'] } },
    64501,
    [`${other} 192.0.2.77 64512 64500`, `${open} 192.0.2.77 64512 64500`],
  ],
  [
    'with the next hop that the filter names',
    { transit: true, export: { kind: 'filters', at, filters: ['far'] } },
    64501,
    [`${other} 192.0.2.99 64512 64500`, `${open} 192.0.2.99 64512 64500`],
  ],
  [
    'as an internal peer, with the next hop of this node',
    { transit: true, export: { kind: 'filters', at, filters: ['onward'] } },
    64512,
    [`${own} 127.0.0.1 `, `${open} 127.0.0.1 64512 64500`, `${noExport} 127.0.0.1 64512 64500`],
  ],
  [
    'as an internal peer, with the next hop that its session states',
    { transit: true, nextHop: 'self' },
    64512,
    [`${own} 127.0.0.1 `, `${other} 127.0.0.1 64500`, `${open} 127.0.0.1 64500`, `${noExport} 127.0.0.1 64500`],
  ],
  ['nothing', { transit: true, export: { kind: 'nothing' } }, 64501, []],
];

test('a peer is sent routes of other peers as its settings say', { skip: skipWithoutBird }, async (t) => {
  const source = await openTestListener(t, { address: '127.4.0.200' });
  const listeners = await Promise.all(
    ROWS.map(([, , as], index) => openTestListener(t, { as, address: `127.4.0.${index + 1}` })),
  );
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([source, ...listeners], {
    filters: compilePolicy(POLICY).filters,
    routes: [desiredRoute(own)],
  });
  const [first, ...others] = base.peers.map((peer) => ({ ...peer, families: ['ipv4'] as const }));
  assert.ok(first !== undefined);
  const receivers = others.map((peer, index): DesiredPeer => {
    const [, settings = {}, remoteAs = 64500] = ROWS[index] ?? [];
    return { ...peer, remoteAs, ...settings };
  });
  const peers = [{ ...first, import: { kind: 'all' } as const }, ...receivers];
  assert.equal((await bird.apply({ ...base, peers }, { secrets: new Map() })).kind, 'applied');
  for (const listener of [source, ...listeners]) {
    await listener.until('the session', ({ isEstablished }) => isEstablished);
  }
  source.announce('ipv4', [open, other], LEARNED);
  source.announce('ipv4', [noExport], { ...LEARNED, communities: ['65535:65281'] });
  source.announce('ipv4', [noAdvertise], { ...LEARNED, communities: ['65535:65282'] });
  // BIRD sends in the order it learned, so that a later change of ours arrives behind everything else.
  const limit = performance.now() + 10_000;
  while ((await bird.routes()).length < 5) assert.ok(performance.now() < limit, 'BIRD does not have every route');
  for (const [index, [what, , , expected]] of ROWS.entries()) {
    const listener = listeners[index];
    assert.ok(listener !== undefined);
    await listener.until(what, ({ routes }) => routes.size >= expected.length);
  }
  // Whatever would be too much has been sent by the time that this is.
  const sent = { ...base, peers, routes: [desiredRoute('192.0.2.2/32'), desiredRoute(own)] };
  await bird.apply(sent, { secrets: new Map() });
  const local = listeners.filter((_, index) => ROWS[index]?.[3].some((line) => line.startsWith(own)));
  for (const listener of local) await listener.until('the change', ({ routes }) => routes.has('192.0.2.2/32'));
  for (const [index, [what, , , expected]] of ROWS.entries()) {
    const listener = listeners[index];
    assert.ok(listener !== undefined);
    assert.deepEqual(linesOf(listener).sort(), [...expected].sort(), what);
  }
});

function linesOf({ routes }: BgpListener): string[] {
  return [...routes.values()]
    .filter(({ prefix }) => prefix !== '192.0.2.2/32')
    .map(({ prefix, attributes }) => `${prefix} ${attributes.nextHop} ${attributes.asPath.join(' ')}`);
}
