import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFromEnvironment } from './no-proxy.ts';

const proxy = 'http://proxy.example.org:3128';

function choose(server: string, exempt = ''): string | undefined {
  return proxyFromEnvironment(new URL(server), { HTTPS_PROXY: proxy, NO_PROXY: exempt });
}

test('takes the proxy of the environment, in either case of letters', () => {
  const server = new URL('https://api.example.org:6443');
  assert.equal(choose(server.href), proxy);
  assert.equal(proxyFromEnvironment(server, { https_proxy: 'proxy.example.org:3128' }), proxy);
  assert.equal(proxyFromEnvironment(server, { HTTP_PROXY: proxy }), undefined);
  assert.equal(proxyFromEnvironment(new URL('http://api.example.org'), { HTTP_PROXY: proxy }), proxy);
});

test('reaches loopback directly', () => {
  for (const server of ['https://localhost:6443', 'https://127.0.0.1:6443', 'https://[::1]:6443']) {
    assert.equal(choose(server), undefined, server);
  }
});

test('exempts what NO_PROXY names', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['https://10.96.0.1', '10.96.0.0/12', true],
    ['https://10.96.0.1', '10.96.0.1', true],
    ['https://10.96.0.1', '10.0.0.0/16', false],
    ['https://10.96.0.1', '*', true],
    ['https://[2001:db8::1]:6443', '2001:db8::/32', true],
    ['https://[2001:db8::1]:6443', '2001:db8::1', true],
    ['https://api.example.org:6443', 'example.org', true],
    ['https://example.org:6443', 'example.org', true],
    ['https://api.example.org:6443', '.example.org', true],
    ['https://example.org:6443', '.example.org', false],
    ['https://notexample.org:6443', 'example.org', false],
    ['https://api.example.org:6443', 'example.org:6443', true],
    ['https://api.example.org:6443', 'example.org:443', false],
    ['https://api.example.org', 'nothing, EXAMPLE.org', true],
    ['https://10.96.0.1', '10.96.0.0/99,nonsense/8', false],
  ];
  for (const [server, exempt, direct] of rows) {
    assert.equal(choose(server, exempt), direct ? undefined : proxy, `${server} with NO_PROXY=${exempt}`);
  }
});
