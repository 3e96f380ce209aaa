import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFactsReader, parseRoutes4, parseRoutes6 } from './gateways.ts';

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const DEFAULT4 = 'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n';
const LINK4 = 'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';
const BETTER4 = 'eth1\t00000000\tFE6433C6\t0003\t0\t0\t50\t00000000\t0\t0\t0\n';
const NO_GATEWAY4 = 'tun0\t00000000\t00000000\t0001\t0\t0\t10\t00000000\t0\t0\t0\n';
const zeros = '0'.repeat(32);
const line6 = (gateway: string, metric: string, flags: string, link: string) =>
  `${zeros} 00 ${zeros} 00 ${gateway} ${metric} 00000001 00000000 ${flags}     ${link}\n`;
const DEFAULT6 = line6('fe800000000000000000000000000001', '00000400', '00000003', 'eth0');
const BETTER6 = line6('20010db8000000000000000000000001', '00000064', '00450003', 'eth1');
const REJECT6 = line6(zeros, 'ffffffff', '00200200', 'lo');

test('reads the IPv4 gateways, the one with the lowest metric first', () => {
  assert.deepEqual(parseRoutes4(HEAD + DEFAULT4 + LINK4 + BETTER4 + NO_GATEWAY4), [
    { address: '198.51.100.254', interface: 'eth1' },
    { address: '192.0.2.1', interface: 'eth0' },
  ]);
});

test('takes no default route for a gateway that came from a peer', () => {
  const installed4 = BETTER4.replace('\t50\t', '\t40\t');
  assert.deepEqual(parseRoutes4(HEAD + DEFAULT4 + installed4), [{ address: '192.0.2.1', interface: 'eth0' }]);
  const installed6 = BETTER6.replace('00000064', '00000028');
  assert.deepEqual(parseRoutes6(DEFAULT6 + installed6), [{ address: 'fe80::1', interface: 'eth0' }]);
});

test('reads the IPv6 gateways, and no route that rejects', () => {
  assert.deepEqual(parseRoutes6(DEFAULT6 + BETTER6 + REJECT6), [
    { address: '2001:db8::1', interface: 'eth1' },
    { address: 'fe80::1', interface: 'eth0' },
  ]);
});

test('finds none in nothing, and none in what is no route', () => {
  assert.deepEqual([parseRoutes4(''), parseRoutes6(''), parseRoutes4(HEAD), parseRoutes6('x\n')], [[], [], [], []]);
});

test('keeps the gateway of a family while that has none, and takes another one at once', () => {
  const files: Record<string, string | undefined> = {
    '/proc/net/route': HEAD + DEFAULT4,
    '/proc/net/ipv6_route': DEFAULT6,
  };
  const read = createFactsReader((path) => files[path]);
  const addresses = () => read().gateways.map(({ address }) => address);
  assert.deepEqual(addresses(), ['192.0.2.1', 'fe80::1']);
  files['/proc/net/route'] = HEAD;
  assert.deepEqual(addresses(), ['192.0.2.1', 'fe80::1']);
  files['/proc/net/route'] = HEAD + BETTER4;
  files['/proc/net/ipv6_route'] = undefined;
  assert.deepEqual(addresses(), ['198.51.100.254', 'fe80::1']);
});
