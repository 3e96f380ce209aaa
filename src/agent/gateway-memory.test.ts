import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createGatewayMemory } from './gateway-memory.ts';
import { createFactsReader } from './gateways.ts';

const root = mkdtempSync(join(tmpdir(), 'bellbird-gateways-'));
after(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, 'run-'));
const ROUTES = 'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n';
const GATEWAY = { address: '192.0.2.1', interface: 'eth0' };

function remember(runtimeDirectory: string, bootId = 'boot-1') {
  const warnings: string[] = [];
  const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
  return { warnings, memory: createGatewayMemory({ runtimeDirectory, bootId, log }) };
}

/** The gateways that an agent finds which starts now. */
function gatewaysOf(runtime: string, routes: string, bootId?: string) {
  const read = createFactsReader(
    (path) => (path === '/proc/net/route' ? routes : ''),
    remember(runtime, bootId).memory,
  );
  return read().gateways;
}

test('an agent that starts while the default route is missing goes on with the gateway of the one before', () => {
  const runtime = folder();
  assert.deepEqual(gatewaysOf(runtime, ''), []);
  assert.deepEqual(gatewaysOf(runtime, ROUTES), [GATEWAY]);
  assert.deepEqual(gatewaysOf(runtime, ''), [GATEWAY]);
  assert.deepEqual(gatewaysOf(runtime, ''), [GATEWAY], 'and so does the one after it');
});

test('a gateway of another boot is none', () => {
  const runtime = folder();
  gatewaysOf(runtime, ROUTES, 'boot-1');
  assert.deepEqual(gatewaysOf(runtime, '', 'boot-2'), []);
});

test('where the kernel does not identify its boot, nothing is remembered', () => {
  const runtime = folder();
  gatewaysOf(runtime, ROUTES, '');
  assert.deepEqual(gatewaysOf(runtime, '', ''), []);
});

test('what is no list of gateways is none', () => {
  for (const text of ['{"bootId":"boot-1","gateways":[{"address":"eth0","interface":1}]}', '{"bootId":"boo', '[]']) {
    const runtime = folder();
    writeFileSync(join(runtime, 'gateways.json'), text);
    assert.deepEqual(remember(runtime).memory.recall(), []);
  }
});

test('the file is its owner’s, replaced in one step, and only when something differs', () => {
  const runtime = folder();
  const path = join(runtime, 'gateways.json');
  const { memory } = remember(runtime);
  memory.keep([GATEWAY]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  linkSync(path, join(runtime, 'before'));
  memory.keep([GATEWAY]);
  assert.equal(statSync(path).ino, statSync(join(runtime, 'before')).ino);
  memory.keep([]);
  assert.match(readFileSync(join(runtime, 'before'), 'utf8'), /192\.0\.2\.1/);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /192\.0\.2\.1/);
});

test('gateways that cannot be kept are told once', () => {
  const runtime = folder();
  mkdirSync(join(runtime, 'gateways.json'));
  const { memory, warnings } = remember(runtime);
  memory.keep([GATEWAY]);
  memory.keep([GATEWAY]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^the default gateways cannot be remembered .*gateways\.json`: /);
});
