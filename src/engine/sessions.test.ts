import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Peer, PerNode } from '../dsl/policy.ts';
import type { NodeFacts } from './desired-state.ts';
import { parseAsn } from './node-values.ts';
import type { Node } from './objects.ts';
import { resolveForNode } from './sessions.ts';
import { node } from './testdata/cluster-factory.ts';
import { label, peer, place, policy, speaker } from './testdata/policy-factory.ts';

const fromLabel = (key: string): PerNode<never> => ({ kind: 'label', key, at: place('value') });
const fromAnnotation = (key: string): PerNode<never> => ({ kind: 'annotation', key, at: place('value') });

describe('the speaker', () => {
  test('takes its AS number from a label of the node', () => {
    const used = policy({ speaker: speaker({ as: fromLabel('as') }) });
    assert.equal(resolveForNode(used, node('worker-1', { labels: { as: '64513' } })).speaker?.as, 64513);
  });

  test('is absent where the label is missing, with one problem and no peers', () => {
    const used = policy({ speaker: speaker({ as: fromLabel('as') }) });
    assert.deepEqual(resolveForNode(used, node('worker-1')), {
      speaker: undefined,
      peers: [],
      problems: [
        {
          code: 'value-missing',
          peer: undefined,
          message: 'the speaker has no AS number: label `as` is missing',
          at: place('value'),
        },
      ],
    });
  });

  test('is absent where the value is not what it should be', () => {
    const used = policy({ speaker: speaker({ as: fromAnnotation('example.org/as') }) });
    const { speaker: found, problems } = resolveForNode(
      used,
      node('worker-1', { annotations: { 'example.org/as': '64512x' } }),
    );
    assert.equal(found, undefined);
    assert.equal(
      problems[0]?.message,
      'the speaker has no AS number: annotation `example.org/as` is `64512x`, which is not an AS number',
    );
  });

  test('takes its router id from the first IPv4 InternalIP', () => {
    const dual = node('worker-1', { internalIPs: ['2001:db8::1', '192.0.2.9', '192.0.2.10'] });
    assert.equal(resolveForNode(policy(), dual).speaker?.routerId, '192.0.2.9');
  });

  test('hashes the name of a node without IPv4 to a router id that stays the same', () => {
    const routerId = (name: string): string | undefined =>
      resolveForNode(policy(), node(name, { internalIPs: ['2001:db8::1'] })).speaker?.routerId;
    assert.equal(routerId('worker-1'), routerId('worker-1'));
    assert.notEqual(routerId('worker-1'), routerId('worker-2'));
    assert.match(routerId('worker-1') ?? '', /^\d+\.\d+\.\d+\.\d+$/);
  });

  test('takes a stated router id and listen address from the node', () => {
    const listen = { kind: 'on', address: fromAnnotation('example.org/listen'), port: 1790 } as const;
    const used = policy({ speaker: speaker({ routerId: fromLabel('router-id'), listen }) });
    const found = resolveForNode(
      used,
      node('worker-1', { labels: { 'router-id': '192.0.2.77' }, annotations: { 'example.org/listen': '127.0.0.11' } }),
    ).speaker;
    assert.equal(found?.routerId, '192.0.2.77');
    assert.deepEqual(found?.listen, { kind: 'on', address: '127.0.0.11', port: 1790 });
  });

  test('never listens on all addresses because the stated one is missing', () => {
    const listen = { kind: 'on', address: fromAnnotation('example.org/listen'), port: 1790 } as const;
    const found = resolveForNode(policy({ speaker: speaker({ listen }) }), node('worker-1'));
    assert.equal(found.speaker, undefined);
    assert.equal(found.problems.length, 1);
  });
});

describe('AS numbers of nodes', () => {
  const rows: readonly (readonly [string, number | undefined])[] = [
    ['64512', 64512],
    ['AS64512', 64512],
    ['4.10', 262154],
    ['4294967295', 4294967295],
    ['4294967296', undefined],
    ['0', undefined],
    ['0.0', undefined],
    ['65536.1', undefined],
    ['064512', undefined],
    [' 64512', undefined],
    ['64512,64513', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of rows) {
    test(`\`${text}\` is ${expected ?? 'none'}`, () => {
      assert.equal(parseAsn(text), expected);
    });
  }
});

describe('peers', () => {
  const names = (used: ReturnType<typeof policy>, on: Node): readonly string[] =>
    resolveForNode(used, on).peers.map(({ name }) => name);

  test('run on every node, on the named ones, or on those a condition selects, sorted by name', () => {
    const used = policy({
      peers: [
        peer('tor-c'),
        peer('tor-b', { nodes: { kind: 'names', at: place('nodes'), names: ['worker-1'] } }),
        peer('tor-a', { nodes: { kind: 'where', at: place('nodes'), condition: label('rack', 'a') } }),
      ],
    });
    assert.deepEqual(names(used, node('worker-1')), ['tor-b', 'tor-c']);
    assert.deepEqual(names(used, node('worker-2', { labels: { rack: 'a' } })), ['tor-a', 'tor-c']);
  });

  test('a missing source leaves one peer out and the others in', () => {
    const used = policy({ peers: [peer('tor-a', { source: fromAnnotation('example.org/source') }), peer('tor-b')] });
    const found = resolveForNode(used, node('worker-1'));
    assert.deepEqual(
      found.peers.map(({ name }) => name),
      ['tor-b'],
    );
    assert.deepEqual(found.problems, [
      {
        code: 'value-missing',
        peer: 'tor-a',
        message: 'not run: annotation `example.org/source` is missing',
        at: place('value'),
      },
    ]);
  });

  test('a source of the other family leaves the peer out', () => {
    const used = policy({ peers: [peer('tor-a', { source: { kind: 'literal', value: '2001:db8::1' } })] });
    assert.deepEqual(names(used, node('worker-1')), []);
  });

  test('take graceful restart from the speaker unless they say otherwise', () => {
    const used = policy({ peers: [peer('tor-a'), peer('tor-b', { gracefulRestart: { kind: 'off' } })] });
    assert.deepEqual(
      resolveForNode(used, node('worker-1')).peers.map(({ gracefulRestartMs }) => gracefulRestartMs),
      [30_000, undefined],
    );
  });

  test('a multihop session states this node as next hop of the other family', () => {
    const used = policy({ peers: [peer('tor-a', { multihop: { hops: undefined } })] });
    const [found] = resolveForNode(used, node('worker-1', { internalIPs: ['192.0.2.1', '2001:db8::1'] })).peers;
    assert.deepEqual(found?.nextHops, { ipv4: undefined, ipv6: '2001:db8::1' });
    assert.deepEqual(found?.families, ['ipv4', 'ipv6']);
  });

  test('a multihop session over IPv6 states the IPv4 next hop likewise', () => {
    const over6 = peerOver6();
    const [found] = resolveForNode(
      policy({ peers: [over6] }),
      node('worker-1', { internalIPs: ['192.0.2.1', '2001:db8::1'] }),
    ).peers;
    assert.deepEqual(found?.nextHops, { ipv4: '192.0.2.1', ipv6: undefined });
  });

  test('a multihop session leaves a family out for which the node has no next hop', () => {
    const used = policy({ peers: [peer('tor-a', { multihop: { hops: undefined } })] });
    const { peers, problems } = resolveForNode(used, node('worker-1'));
    assert.deepEqual(peers[0]?.families, ['ipv4']);
    assert.deepEqual(problems, [
      {
        code: 'family-left-out',
        peer: 'tor-a',
        message: 'carries no ipv6 routes: the node has no IPv6 InternalIP for their next hop',
        at: place('peer-tor-a'),
      },
    ]);
  });

  test('a direct session leaves both next hops to BIRD', () => {
    const [found] = resolveForNode(policy(), node('worker-1')).peers;
    assert.deepEqual(found?.nextHops, { ipv4: undefined, ipv6: undefined });
    assert.deepEqual(found?.families, ['ipv4', 'ipv6']);
  });

  test('a session without any family left is not run', () => {
    const used = policy({ peers: [peer('tor-a', { multihop: { hops: undefined }, families: ['ipv6'] })] });
    assert.deepEqual(names(used, node('worker-1')), []);
  });

  test('read their address and AS number from the node', () => {
    const used = policy({
      peers: [
        peer('tor-a', {
          address: {
            at: place('address'),
            address: fromAnnotation('example.org/tor'),
            port: 179,
            interface: undefined,
          },
          as: { at: place('as'), as: fromLabel('tor-as') },
        }),
      ],
    });
    const worker = node('worker-1', {
      labels: { 'tor-as': '64501' },
      annotations: { 'example.org/tor': '2001:db8:0::1' },
    });
    const [found] = resolveForNode(used, worker).peers;
    assert.deepEqual([found?.address, found?.remoteAs], ['2001:db8::1', 64501]);
    assert.deepEqual(
      resolveForNode(used, node('worker-2', { labels: { 'tor-as': '64501' } })).problems.map(({ message }) => message),
      ['not run: annotation `example.org/tor` is missing'],
    );
  });

  test('are of the AS of the session, or of any other', () => {
    const used = policy({
      peers: [
        peer('tor-a', { as: { at: place('as'), as: { kind: 'internal' } } }),
        peer('tor-b', { as: { at: place('as'), as: { kind: 'internal' } }, localAs: 64513 }),
        peer('tor-c', { as: { at: place('as'), as: { kind: 'external' } } }),
      ],
    });
    assert.deepEqual(
      resolveForNode(used, node('worker-1')).peers.map(({ localAs, remoteAs }) => [localAs, remoteAs]),
      [
        [64512, 64512],
        [64513, 64513],
        [64512, 'external'],
      ],
    );
  });

  test('with a role do not run where the node makes them internal', () => {
    const used = policy({ peers: [peer('tor-a', { as: { at: place('as'), as: fromLabel('as') }, role: 'customer' })] });
    assert.deepEqual(names(used, node('worker-1', { labels: { as: '64500' } })), ['tor-a']);
    const { peers, problems } = resolveForNode(used, node('worker-1', { labels: { as: '64512' } }));
    assert.deepEqual(peers, []);
    assert.deepEqual(
      problems.map(({ code, message, at }) => [code, message, at]),
      [
        [
          'value-missing',
          'not run: its role is for sessions between two AS, and its AS is the local 64512',
          place('as'),
        ],
      ],
    );
  });

  test('over several hops run without BFD where they have no address of their own for it', () => {
    const bfd = { intervalMs: 300, multiplier: 3 };
    const used = policy({
      speaker: speaker({
        listen: { kind: 'on', address: { kind: 'literal', value: '2001:db8::9' }, port: 179 },
      }),
      peers: [
        peer('tor-a', { bfd, families: ['ipv4'], multihop: { hops: 2 } }),
        peer('tor-b', {
          ...{ bfd, families: ['ipv4'], multihop: { hops: 2 } },
          source: { kind: 'literal', value: '192.0.2.9' },
        }),
        peer('tor-c', { bfd }),
      ],
    });
    const { peers, problems } = resolveForNode(used, node('worker-1'));
    assert.deepEqual(
      peers.map((found) => found.bfd),
      [undefined, bfd, bfd],
    );
    assert.deepEqual(
      problems.map(({ code, peer: of }) => [code, of]),
      [['bfd-left-out', 'tor-a']],
    );
  });

  test('with extended next hops carry IPv4 over several hops of IPv6 without an InternalIP', () => {
    const over6 = peerOver6({ extendedNextHop: true });
    const [found] = resolveForNode(policy({ peers: [over6] }), node('worker-1')).peers;
    assert.deepEqual([found?.families, found?.nextHops.ipv4], [['ipv4', 'ipv6'], undefined]);
  });

  describe('at the gateway', () => {
    const gateways = [
      { address: '192.0.2.254', interface: 'eth0' },
      { address: '192.0.2.253', interface: 'eth1' },
      { address: 'fe80::1', interface: 'eth2' },
    ];
    const atGateway = (overrides: Partial<Peer> = {}) =>
      policy({
        peers: [
          peer('tor-a', {
            address: { at: place('address'), address: { kind: 'gateway' }, port: 179, interface: undefined },
            ...overrides,
          }),
        ],
      });
    const found = (used: ReturnType<typeof policy>, facts?: NodeFacts) => {
      const { peers, problems } = resolveForNode(used, node('worker-1'), facts);
      const [first] = peers;
      return first === undefined ? problems.map(({ message }) => message) : [first.address, first.interface];
    };

    test('have the address of the preferred one', () => {
      assert.deepEqual(found(atGateway(), { gateways }), ['192.0.2.254', undefined]);
    });

    test('have the one of the family of their source, or of the only family they carry', () => {
      const source = { kind: 'literal', value: 'fe80::9' } as const;
      assert.deepEqual(found(atGateway({ source }), { gateways }), ['fe80::1', 'eth2']);
      assert.deepEqual(found(atGateway({ families: ['ipv6'] }), { gateways }), ['fe80::1', 'eth2']);
      const without6 = gateways.slice(0, 2);
      assert.deepEqual(found(atGateway({ families: ['ipv6'] }), { gateways: without6 }), ['192.0.2.254', undefined]);
      assert.deepEqual(found(atGateway({ source }), { gateways: without6 }), [
        'not run: the node has no default gateway for IPv6',
      ]);
    });

    test('do not run where there is none', () => {
      assert.deepEqual(found(atGateway(), { gateways: [] }), ['not run: the node has no default gateway']);
    });

    test('count as running where nobody can know it', () => {
      assert.deepEqual(found(atGateway()), ['gateway', undefined]);
    });
  });
});

/** A peer several hops away whose session runs over IPv6. */
function peerOver6(parts: Partial<Peer> = {}): Peer {
  const address = { kind: 'literal', value: '2001:db8::ffff' } as const;
  return peer('tor-a', {
    multihop: { hops: 2 },
    address: { at: place('address'), address, port: 179, interface: undefined },
    ...parts,
  });
}
