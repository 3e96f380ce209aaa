import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BgpMessage,
  CAPABILITY,
  createMessageReader,
  encodeAnnouncement,
  encodeKeepalive,
  encodeNotification,
  encodeOpen,
  encodeWithdrawal,
  fourOctetAsCapability,
  gracefulRestartCapability,
  multiprotocolCapability,
} from './bgp-message.ts';
import { decodePrefixes, encodePrefixes } from './bgp-prefixes.ts';

const attributes = {
  origin: 'igp',
  asPath: [64512, 4200000000],
  nextHop: '192.0.2.1',
  med: 50,
  localPref: undefined,
  communities: ['64512:100', '65535:65281'],
  largeCommunities: [],
  extendedCommunities: [],
} as const;

test('reads back the OPEN it writes', () => {
  const capabilities = [
    multiprotocolCapability('ipv6'),
    fourOctetAsCapability(4200000000),
    gracefulRestartCapability(120, ['ipv4'], true),
  ];
  const [message] = read(encodeOpen({ as: 4200000000, holdTime: 9, routerId: '192.0.2.1', capabilities }));
  assert.equal(message?.kind, 'open');
  assert.ok(message?.kind === 'open');
  assert.deepEqual(
    { as: message.as, holdTime: message.holdTime, routerId: message.routerId },
    { as: 4200000000, holdTime: 9, routerId: '192.0.2.1' },
  );
  assert.deepEqual(
    message.capabilities.map(({ code, value }) => [code, value.toString('hex')]),
    [
      [CAPABILITY.multiprotocol, '00020001'],
      [CAPABILITY.fourOctetAs, 'fa56ea00'],
      [CAPABILITY.gracefulRestart, '807800010180'],
    ],
  );
});

test('reads back announcements of both families', () => {
  const [ipv4] = updates(encodeAnnouncement('ipv4', ['192.0.2.0/24', '198.51.100.7/32'], attributes));
  assert.deepEqual(ipv4, {
    withdrawn: [],
    announced: ['192.0.2.0/24', '198.51.100.7/32'],
    attributes,
    endOfRib: undefined,
  });
  const next = { ...attributes, nextHop: '2001:db8::1' };
  const [ipv6] = updates(encodeAnnouncement('ipv6', ['2001:db8:100::a/128', '::/0'], next));
  assert.deepEqual(ipv6?.announced, ['2001:db8:100::a/128', '::/0']);
  assert.deepEqual(ipv6?.attributes, next);
});

test('tells withdrawals from the end of the routes', () => {
  const seen = updates(
    encodeWithdrawal('ipv4', ['192.0.2.0/24']),
    encodeWithdrawal('ipv6', ['2001:db8::/32']),
    encodeWithdrawal('ipv4', []),
    encodeWithdrawal('ipv6', []),
  ).map(({ withdrawn, endOfRib }) => ({ withdrawn, endOfRib }));
  assert.deepEqual(seen, [
    { withdrawn: ['192.0.2.0/24'], endOfRib: undefined },
    { withdrawn: ['2001:db8::/32'], endOfRib: undefined },
    { withdrawn: [], endOfRib: 'ipv4' },
    { withdrawn: [], endOfRib: 'ipv6' },
  ]);
});

test('reads large and extended communities, and skips what it does not know', () => {
  // Origin, an unknown attribute, large 64512:1:2, rt:64512:100, ro:70000:7 and one of another type.
  const raw = [
    '40010100',
    'c0630401020304',
    'c0200c0000fc000000000100000002',
    'c010180002fc00000000640203000111700007030c000000000008',
  ].join('');
  const body = Buffer.from(raw, 'hex');
  const length = Buffer.from([body.length >> 8, body.length & 0xff]);
  const payload = Buffer.concat([Buffer.from([0, 0]), length, body, Buffer.from('20c0000201', 'hex')]);
  const header = Buffer.concat([Buffer.alloc(16, 0xff), Buffer.from([0, 19 + payload.length, 2])]);
  const [update] = updates(Buffer.concat([header, payload]));
  assert.deepEqual(update?.announced, ['192.0.2.1/32']);
  assert.equal(update?.attributes.origin, 'igp');
  assert.deepEqual(update?.attributes.largeCommunities, ['64512:1:2']);
  assert.deepEqual(update?.attributes.extendedCommunities, ['rt:64512:100', 'ro:70000:7', 'generic:51118080:8']);
});

test('how the bytes are cut does not matter', () => {
  const bytes = Buffer.concat([
    encodeOpen({ as: 64512, holdTime: 90, routerId: '192.0.2.1', capabilities: [multiprotocolCapability('ipv4')] }),
    encodeKeepalive(),
    encodeAnnouncement('ipv4', ['192.0.2.0/24'], attributes),
    encodeNotification(6, 2),
  ]);
  const whole = read(bytes);
  assert.deepEqual(
    whole.map(({ kind }) => kind),
    ['open', 'keepalive', 'update', 'notification'],
  );
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
      const reader = createMessageReader();
      const points = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const messages = points.slice(1).flatMap((end, index) => reader(bytes.subarray(points[index], end)));
      assert.deepEqual(messages, whole);
    }),
  );
});

test('prefixes of any length survive the way through bytes', () => {
  const ipv4 = ['0.0.0.0/0', '10.0.0.0/8', '10.128.0.0/9', '192.0.2.128/25', '192.0.2.1/32'];
  const ipv6 = ['::/0', '2001:db8::/32', '2001:db8:0:8000::/49', '2001:db8::1/128'];
  assert.deepEqual(decodePrefixes('ipv4', encodePrefixes(ipv4)), ipv4);
  assert.deepEqual(decodePrefixes('ipv6', encodePrefixes(ipv6)), ipv6);
});

function read(...pieces: readonly Buffer[]): readonly BgpMessage[] {
  return createMessageReader()(Buffer.concat(pieces));
}

function updates(...pieces: readonly Buffer[]) {
  return read(...pieces).flatMap((message) => (message.kind === 'update' ? [message.update] : []));
}
