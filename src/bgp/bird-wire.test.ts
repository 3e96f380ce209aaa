// What a peer really receives: a real BIRD with our configuration, and a listener that decodes every UPDATE.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredState } from '../engine/desired-state.ts';
import { desiredStateFor, freePorts, openTestBird, openTestListener, skipWithoutBird } from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import type { Bird } from './index.ts';

const noSecrets = { secrets: new Map() };
const skip = skipWithoutBird;

test('an eBGP peer receives a route with the attributes of its block', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const attributes = {
    communities: [
      { kind: 'standard', high: 64512, low: 100 },
      { kind: 'standard', high: 65535, low: 65281 },
      { kind: 'large', global: 64512, local1: 1, local2: 2 },
      { kind: 'extended', type: 'rt', administrator: 64512, assigned: 100 },
      { kind: 'extended', type: 'ro', administrator: 70000, assigned: 7 },
    ],
    localPref: 200,
    med: 50,
    prepend: 2,
  } as const;
  const desired = await desiredStateFor([listener], {
    routes: [desiredRoute('192.0.2.1/32', { attributes }), desiredRoute('2001:db8::5/128', { attributes })],
  });
  assert.equal((await bird.apply(desired, noSecrets)).kind, 'applied');
  await listener.until('both routes', ({ routes }) => routes.size === 2);
  const expected = {
    origin: 'igp',
    asPath: [64512, 64512, 64512],
    med: 50,
    localPref: undefined,
    communities: ['64512:100', '65535:65281'],
    largeCommunities: ['64512:1:2'],
    extendedCommunities: ['ro:70000:7', 'rt:64512:100'],
  };
  for (const [prefix, nextHop] of [
    ['192.0.2.1/32', '127.0.0.1'],
    ['2001:db8::5/128', '2001:db8::1'],
  ] as const) {
    const received = listener.routes.get(prefix)?.attributes;
    assert.deepEqual(
      { ...received, extendedCommunities: [...(received?.extendedCommunities ?? [])].sort() },
      { ...expected, nextHop },
    );
  }
});

test('an iBGP peer receives local preference, and a path of what was prepended only', { skip }, async (t) => {
  const listener = await openTestListener(t, { as: 64512 });
  const { bird } = await openTestBird(t);
  const attributes = { communities: [], localPref: 200, med: 50, prepend: 1 };
  const desired = await desiredStateFor(
    [listener],
    { routes: [desiredRoute('192.0.2.1/32', { attributes }), desiredRoute('192.0.2.2/32')] },
    { remoteAs: 64512 },
  );
  await bird.apply(desired, noSecrets);
  await listener.until('both routes', ({ routes }) => routes.size === 2);
  const wire = (prefix: string) => {
    const { asPath, localPref, med, nextHop } = listener.routes.get(prefix)?.attributes ?? {};
    return { asPath, localPref, med, nextHop };
  };
  assert.deepEqual(wire('192.0.2.1/32'), { asPath: [64512], localPref: 200, med: 50, nextHop: '127.0.0.1' });
  assert.deepEqual(wire('192.0.2.2/32'), { asPath: [], localPref: 100, med: undefined, nextHop: '127.0.0.1' });
});

test('filter actions reach the wire in the order of the rules', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const rule = { at, condition: undefined } as const;
  const desired = await desiredStateFor(
    [listener],
    {
      filters: [
        {
          name: 'first',
          at,
          rules: [
            {
              ...rule,
              verdict: 'update',
              actions: [
                { kind: 'remove-communities', communities: [{ kind: 'standard', high: 64512, low: 100 }] },
                { kind: 'add-communities', communities: [{ kind: 'standard', high: 64512, low: 200 }] },
                { kind: 'prepend-as', path: [64510, 64511] },
                { kind: 'next-hop', value: { address: '192.0.2.9' } },
              ],
            },
          ],
        },
        {
          name: 'second',
          at,
          rules: [
            {
              ...rule,
              verdict: 'accept',
              actions: [
                { kind: 'med', value: 7 },
                { kind: 'prepend', count: 2 },
              ],
            },
          ],
        },
      ],
      routes: [
        desiredRoute('192.0.2.1/32', {
          attributes: {
            communities: [{ kind: 'standard', high: 64512, low: 100 }],
            localPref: undefined,
            med: 1,
            prepend: 0,
          },
        }),
        desiredRoute('2001:db8::5/128'),
      ],
    },
    { export: { kind: 'filters', at, filters: ['first', 'second'] } },
  );
  await bird.apply(desired, noSecrets);
  await listener.until('both routes', ({ routes }) => routes.size === 2);
  const { asPath, communities, med, nextHop } = listener.routes.get('192.0.2.1/32')?.attributes ?? {};
  assert.deepEqual(
    { asPath, communities, med, nextHop },
    { asPath: [64512, 64512, 64512, 64510, 64511], communities: ['64512:200'], med: 7, nextHop: '192.0.2.9' },
  );
  assert.equal(listener.routes.get('2001:db8::5/128')?.attributes.nextHop, '2001:db8::1');
});

test('`next-hop self` takes back the address of an earlier rule', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const action = (value: 'self' | 'keep' | { readonly address: string }) => ({ kind: 'next-hop', value }) as const;
  const desired = await desiredStateFor(
    [listener],
    {
      filters: [
        {
          name: 'f',
          at,
          rules: [
            { at, verdict: 'update', condition: undefined, actions: [action({ address: '192.0.2.9' })] },
            {
              at,
              verdict: 'accept',
              condition: { kind: 'prefix', operator: 'equal', negated: false, prefixes: ['192.0.2.1/32'] },
              actions: [action('self')],
            },
            { at, verdict: 'accept', condition: undefined, actions: [action('keep')] },
          ],
        },
      ],
      routes: [desiredRoute('192.0.2.1/32'), desiredRoute('192.0.2.2/32')],
    },
    { export: { kind: 'filters', at, filters: ['f'] } },
  );
  await bird.apply(desired, noSecrets);
  await listener.until('both routes', ({ routes }) => routes.size === 2);
  assert.equal(listener.routes.get('192.0.2.1/32')?.attributes.nextHop, '127.0.0.1');
  assert.equal(listener.routes.get('192.0.2.2/32')?.attributes.nextHop, '192.0.2.9');
});

test('only the peers that `to` names receive a route', { skip }, async (t) => {
  const [a, b] = [await openTestListener(t), await openTestListener(t, { address: '127.0.0.3' })];
  const { bird } = await openTestBird(t);
  const desired = await desiredStateFor([a, b], {
    routes: [
      desiredRoute('192.0.2.1/32', { to: ['tor-b'] }),
      desiredRoute('192.0.2.2/32', { to: [] }),
      desiredRoute('192.0.2.3/32'),
    ],
  });
  await bird.apply(desired, noSecrets);
  await a.until('end of routes', ({ events }) => events.some(({ kind }) => kind === 'end-of-rib'));
  await b.until('end of routes', ({ events }) => events.some(({ kind }) => kind === 'end-of-rib'));
  assert.deepEqual([...a.routes.keys()], ['192.0.2.3/32']);
  assert.deepEqual([...b.routes.keys()].sort(), ['192.0.2.1/32', '192.0.2.3/32']);
});

test('a route of one peer is never passed on to another', { skip }, async (t) => {
  const [a, b] = [await openTestListener(t), await openTestListener(t, { address: '127.0.0.3', as: 64501 })];
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([a, b], { routes: [desiredRoute('192.0.2.1/32')] }, { import: { kind: 'all' } });
  const desired = { ...base, peers: base.peers.map((peer, index) => ({ ...peer, remoteAs: 64500 + index })) };
  await bird.apply(desired, noSecrets);
  await a.until('routes', ({ routes }) => routes.size === 1);
  await b.until('routes', ({ routes }) => routes.size === 1);
  const attributes = {
    origin: 'igp',
    asPath: [64500],
    nextHop: '127.0.0.2',
    med: undefined,
    localPref: undefined,
    communities: [],
    largeCommunities: [],
    extendedCommunities: [],
  } as const;
  a.announce('ipv4', ['203.0.113.0/24', '192.0.2.1/32'], attributes);
  await waitFor(async () => (await bird.routes()).filter(({ peer }) => peer === 'tor-a').length === 2);
  // A change of ours that follows arrives alone.
  const more = { ...desired, routes: [...desired.routes, desiredRoute('192.0.2.2/32')] };
  await bird.apply(more, noSecrets);
  await b.until('the change', ({ routes }) => routes.has('192.0.2.2/32'));
  assert.deepEqual([...b.routes.keys()], ['192.0.2.1/32', '192.0.2.2/32']);
  // Without our own route the one we learned is the best, and still stays here.
  await bird.apply({ ...desired, routes: [] }, noSecrets);
  await b.until('the withdrawal', ({ routes }) => routes.size === 0);
  assert.deepEqual(
    (await bird.observe()).sessions.map(({ peer, state, families }) => ({ peer, state, ipv4: families[0] })),
    [
      { peer: 'tor-a', state: 'established', ipv4: { family: 'ipv4', received: 2, advertised: 0 } },
      { peer: 'tor-b', state: 'established', ipv4: { family: 'ipv4', received: 0, advertised: 0 } },
    ],
  );
});

test('one changed route is one UPDATE, and the session stays up', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const routes = Array.from({ length: 500 }, (_, i) => desiredRoute(`198.51.${100 + (i >> 8)}.${i & 255}/32`));
  const desired = await desiredStateFor([listener], { routes });
  await bird.apply(desired, noSecrets);
  await listener.until('all routes', (now) => now.routes.size === 500);
  const before = listener.updates;
  await bird.apply({ ...desired, routes: [...routes, desiredRoute('203.0.113.1/32')] }, noSecrets);
  await listener.until('the new route', (now) => now.routes.has('203.0.113.1/32'));
  await bird.apply({ ...desired, routes: routes.slice(1) }, noSecrets);
  await listener.until('both withdrawals', (now) => now.routes.size === 499);
  const updates = listener.events.filter((event) => event.kind === 'update').slice(before);
  assert.deepEqual(
    updates.map(({ announced, withdrawn }) => ({ announced, withdrawn: [...withdrawn].sort() })),
    [
      { announced: ['203.0.113.1/32'], withdrawn: [] },
      { announced: [], withdrawn: ['198.51.100.0/32', '203.0.113.1/32'] },
    ],
  );
  assert.equal(listener.events.filter(({ kind }) => kind === 'established').length, 1);
});

test('a route whose attributes change is announced again, alone', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const withMed = (host: number, med: number) =>
    desiredRoute(`192.0.2.${host}/32`, { attributes: { communities: [], localPref: undefined, med, prepend: 0 } });
  const desired = await desiredStateFor([listener], { routes: [withMed(1, 10), withMed(2, 20), withMed(3, 20)] });
  await bird.apply(desired, noSecrets);
  await listener.until('all routes', ({ routes }) => routes.size === 3);
  const before = listener.events.length;
  // Both sets of attributes are there before and after: only who has which changes.
  await bird.apply({ ...desired, routes: [withMed(1, 10), withMed(2, 10), withMed(3, 20)] }, noSecrets);
  await listener.until('the change', ({ routes }) => routes.get('192.0.2.2/32')?.attributes.med === 10);
  await bird.apply({ ...desired, routes: [withMed(1, 11), withMed(2, 10), withMed(3, 20)] }, noSecrets);
  await listener.until('the next', ({ routes }) => routes.get('192.0.2.1/32')?.attributes.med === 11);
  // Another order and a changed description are no news to the peer.
  const described = desired.peers.map((peer) => ({ ...peer, description: 'rack 7' }));
  const quiet = { ...desired, peers: described, routes: [withMed(3, 20), withMed(2, 10), withMed(1, 11)] };
  assert.deepEqual(await bird.apply(quiet, noSecrets), {
    kind: 'applied',
    changed: true,
    inProgress: false,
    leftOut: [],
  });
  await bird.apply({ ...quiet, routes: [...quiet.routes, withMed(9, 20)] }, noSecrets);
  await listener.until('the last', ({ routes }) => routes.has('192.0.2.9/32'));
  const updates = listener.events.slice(before).flatMap((event) => (event.kind === 'update' ? [event.announced] : []));
  assert.deepEqual(updates, [['192.0.2.2/32'], ['192.0.2.1/32'], ['192.0.2.9/32']]);
});

test('a session with a password that is missing is not opened, the others are', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([listener], { routes: [desiredRoute('192.0.2.1/32')] });
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const locked = desiredPeer({ name: 'tor-z', address: '127.0.0.9', password: { kind: 'env', variable: 'KEY', at } });
  const result = await bird.apply({ ...base, peers: [...base.peers, locked] }, noSecrets);
  assert.deepEqual(result, {
    kind: 'applied',
    changed: true,
    inProgress: false,
    leftOut: [{ peer: 'tor-z', reason: 'password-missing' }],
  });
  await listener.until('the route', ({ routes }) => routes.size === 1);
  assert.deepEqual(
    (await bird.observe()).sessions.map(({ peer }) => peer),
    ['tor-a'],
  );
});

test('two BIRDs with the same password exchange routes, both ways and no further', { skip }, async (t) => {
  const [a, b] = [await openTestBird(t), await openTestBird(t)];
  const [portA = 0, portB = 0] = await freePorts(2);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const side = (own: number, other: number): DesiredState => {
    const [as, port, otherPort] = own === 1 ? [64512, portA, portB] : [64500, portB, portA];
    const peer = desiredPeer({
      name: `other-${other}`,
      address: `127.0.0.${other}`,
      port: otherPort,
      localAs: as,
      remoteAs: own === 1 ? 64500 : 64512,
      import: { kind: 'all' },
      password: { kind: 'env', variable: 'KEY', at },
      connectRetryMs: 1_000,
    });
    const listen = { kind: 'on', address: `127.0.0.${own}`, port } as const;
    const speaker = { as, routerId: `192.0.2.${own}`, listen, gracefulRestartMs: 30_000 };
    return desiredState({ speaker, peers: [peer], routes: [desiredRoute(`198.51.100.${own}/32`)] });
  };
  const secrets = (peer: string) => ({ secrets: new Map([[peer, "it's open; sesame"]]) });
  await a.bird.apply(side(1, 2), secrets('other-2'));
  await b.bird.apply(side(2, 1), secrets('other-1'));
  const learned = async (bird: Bird) => (await bird.routes()).filter(({ peer }) => peer !== undefined);
  await waitFor(async () => (await learned(a.bird)).length === 1 && (await learned(b.bird)).length === 1);
  assert.deepEqual(await learned(a.bird), [
    { prefix: '198.51.100.2/32', table: 'master4', peer: 'other-2', protocol: 'peer_other-2', best: true },
  ]);
  const exported = (await a.bird.routes('other-2')).map(({ prefix, protocol }) => ({ prefix, protocol }));
  assert.deepEqual(exported, [{ prefix: '198.51.100.1/32', protocol: 'routes4' }]);
  const [session] = (await a.bird.observe()).sessions;
  assert.deepEqual(session?.families, [
    { family: 'ipv4', received: 1, advertised: 1 },
    { family: 'ipv6', received: 0, advertised: 0 },
  ]);
  // Another password is another session, which the other side does not take part in.
  const changed = await a.bird.apply(side(1, 2), { secrets: new Map([['other-2', 'another']]) });
  assert.equal(changed.kind === 'applied' && changed.changed, true);
  await waitFor(async () => (await learned(b.bird)).length === 0);
});

/** Asks again and again until the answer is yes; for what only BIRD can tell. */
async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!(await condition())) assert.ok(performance.now() < limit, 'the condition did not come true');
}
