import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networksOf } from './connected-networks.ts';

test('the networks of a machine are those of its addresses, but for addresses of its own only', () => {
  const base = { netmask: '', mac: '' } as const;
  const v4 = (cidr: string, internal = false) =>
    ({ ...base, family: 'IPv4', address: cidr.split('/')[0] ?? '', cidr, internal }) as const;
  const v6 = (cidr: string) =>
    ({ ...base, family: 'IPv6', address: cidr.split('/')[0] ?? '', cidr, internal: false, scopeid: 0 }) as const;
  const interfaces = {
    lo: [v4('127.0.0.1/8', true)],
    eth0: [v4('192.0.2.17/26'), v4('192.0.2.18/26'), v6('2001:db8::11/64'), v6('fe80::1/64')],
    'kube-ipvs0': [v4('198.51.100.10/32')],
  };
  assert.deepEqual(networksOf(interfaces), ['192.0.2.0/26', '2001:db8::/64']);
});
