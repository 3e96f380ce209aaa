import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { portOf } from '../testing/port-of.ts';
import { checkListen } from './listen-check.ts';
import { parseSocketTable } from './port-owner.ts';

test('accepts a port that is free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await checkListen('127.0.0.1', port, new Set(['ipv4'])), undefined);
});

test('names process and user where the port is in use, and offers `listen off`', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  const refusal = await checkListen(undefined, port, new Set(['ipv4']));
  await new Promise((resolve) => server.close(resolve));
  assert.equal(refusal?.code, 'port-in-use');
  const owner = `(pid ${process.pid}, user \`${userInfo().username}\`)`;
  assert.ok(refusal?.message.endsWith(owner), refusal?.message);
  assert.match(refusal?.help ?? '', /`listen off`/);
});

test('refuses an address of another machine', async () => {
  const refusal = await checkListen('192.0.2.200', 41790, new Set(['ipv4']));
  assert.equal(refusal?.code, 'address-not-here');
});

test('reads the table of sockets as the kernel prints it', () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:00B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 24011 1 0000000000000000 100 0 0 10 0
   1: 0100007F:A3F2 0100007F:00B3 01 00000000:00000000 00:00000000 00000000     0        0 24090 1 0000000000000000 20 4 30 10 -1
`;
  assert.deepEqual(parseSocketTable(text), [
    { port: 179, isListening: true, uid: 998, inode: '24011' },
    { port: 41970, isListening: false, uid: 0, inode: '24090' },
  ]);
});
