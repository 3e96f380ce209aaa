// Import filters are for BIRD alone: what a condition means for a learned route shows only in what BIRD takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import type { PathAttributes } from '../testing/bgp-message.ts';
import { desiredStateFor, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredPeer } from '../testing/desired.ts';

const FAR: PathAttributes = {
  origin: 'igp',
  asPath: [64500, 64501],
  nextHop: '127.0.0.1',
  med: 50,
  localPref: undefined,
  communities: ['64500:200', '65535:65281'],
  largeCommunities: ['64500:1:2'],
  extendedCommunities: [],
};
const NEAR: PathAttributes = {
  ...FAR,
  asPath: [64500],
  med: undefined,
  communities: [],
  largeCommunities: [],
};
const [far, near, six] = ['203.0.113.0/24', '198.51.100.0/25', '2001:db8:1::/48'];

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ['prefix in 203.0.113.0/24', [far]],
  ['length <= 24', [far]],
  ['length > 25 and family == ipv6', [six]],
  ['family == ipv4', [far, near]],
  ['community 64500:200', [far]],
  ['community no-export', [far]],
  ['community 64500:1:2', [far]],
  ['not community blackhole', [far, near, six]],
  ['as-path starts 64500', [far, near, six]],
  ['as-path starts (64500, 64501)', [far]],
  ['as-path starts 64501', []],
  ['med == 50', [far]],
  ['med != 50', [near, six]],
  ['med < 1000', [far]],
  ['not med in (50, 60)', [near, six]],
  ['local-pref == 100', [far, near, six]],
  ['local-pref > 100', []],
  ['source == remote', [far, near, six]],
  ['source == local', []],
  ['peer-type == ebgp', [far, near, six]],
  ['peer-type in (ibgp)', []],
  ['kind == load-balancer-ip', []],
  ['kind != load-balancer-ip', [far, near, six]],
  ['range == vips or range matches "*"', []],
  ['range not in (vips)', [far, near, six]],
  ['aggregate or exact', []],
  ['service */*', []],
  // The next hop of a multihop session is found later, so that its routes come through no interface.
  ['interface matches "*"', []],
  ['interface == "lo"', []],
  ['interface != "lo"', [far, near, six]],
];

test('an import filter takes the routes that its condition holds for', { skip: skipWithoutBird }, async (t) => {
  const { bird } = await openTestBird(t);
  const listeners = await Promise.all(
    ROWS.map((_, index) => openTestListener(t, { address: `127.3.0.${index + 1}`, as: 64500 })),
  );
  const peers = listeners.map(
    (listener, index): DesiredPeer => ({
      ...desiredPeer({ name: `peer-${index}`, address: listener.address, port: listener.port, connectRetryMs: 1_000 }),
      import: { kind: 'filters', at: { path: 'edge.bell', line: 1, column: 1 }, filters: [`f${index}`] },
    }),
  );
  const base = await desiredStateFor([]);
  await bird.apply(
    { ...base, peers, filters: filtersOf(ROWS.map(([condition]) => condition)) },
    { secrets: new Map() },
  );
  await Promise.all(listeners.map((listener) => listener.until('the session', ({ isEstablished }) => isEstablished)));
  for (const listener of listeners) {
    listener.announce('ipv4', [far], FAR);
    listener.announce('ipv4', [near], NEAR);
    listener.announce('ipv6', [six], { ...NEAR, nextHop: '2001:db8::2' });
  }
  const wanted = ROWS.flatMap(([, expected]) => expected).length;
  const limit = performance.now() + 10_000;
  let routes = await bird.routes();
  // What BIRD takes too much or too little of is told by the comparison below, not by the wait.
  while (routes.length < wanted && performance.now() < limit) routes = await bird.routes();
  const found = ROWS.map(([condition], index) => {
    const own = routes.filter(({ peer }) => peer === `peer-${index}`).map(({ prefix }) => prefix);
    return [condition, [far, near, six].filter((prefix) => own.includes(prefix))];
  });
  assert.deepEqual(found, ROWS);
});

/** The conditions as filters `f0`, `f1`, …, from the text of a policy. */
function filtersOf(conditions: readonly string[]) {
  const filters = conditions.map((condition, index) => `filter f${index} { accept if ${condition} }`);
  return compilePolicy(`
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 192.0.2.1 as 64500 import ${conditions.map((_, index) => `f${index}`).join(', ')} }
${filters.join('\n')}`).filters;
}
