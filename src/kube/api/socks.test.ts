import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { portOf } from '../../testing/port-of.ts';
import { createSocketOpener } from './open-socket.ts';
import { isSocks, openThroughSocks } from './socks.ts';

/** A proxy that gives these answers, one for each thing it is told, and keeps what it was told as hexadecimal digits. */
async function withProxy(
  answers: readonly string[],
  run: (address: string, told: readonly string[]) => Promise<void>,
): Promise<void> {
  const left = [...answers];
  const told: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      told.push(data.toString('hex'));
      const answer = left.shift();
      if (answer === undefined) socket.end();
      else socket.write(Buffer.from(answer, 'hex'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`127.0.0.1:${portOf(server)}`, told);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const open = (proxy: string, host: string) => openThroughSocks(proxy, createSocketOpener())({ host, port: 6443 });

test('asks for a name, and leaves to it what comes after the answer', async () => {
  await withProxy(['0500', '05000001c00002010050', '6869'], async (address, told) => {
    const socket = await open(`socks5://${address}`, 'api.example.org');
    socket.write('hello');
    const chunk = await new Promise((resolve) => socket.once('data', resolve));
    assert.equal(String(chunk), 'hi');
    const name = Buffer.from('api.example.org').toString('hex');
    assert.deepEqual(told, ['050100', `050100030f${name}192b`, Buffer.from('hello').toString('hex')]);
    socket.destroy();
  });
});

test('asks for addresses of both families, and logs in', async () => {
  const ok = ['0502', '0100', '050000030161c350'];
  await withProxy(ok, async (address, told) => {
    (await open(`socks5h://me:p%40ss@${address}`, '192.0.2.1')).destroy();
    assert.deepEqual(told, ['05020002', '01026d650470407373', '05010001c0000201192b']);
  });
  await withProxy(['0500', `05000004${'00'.repeat(18)}`], async (address, told) => {
    (await open(`socks5://${address}`, '2001:db8::12')).destroy();
    assert.equal(told[1], '0501000420010db8000000000000000000000012192b');
  });
});

test('says what the proxy does not do', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['0500', '05050001000000000000'], /cannot connect to 192\.0\.2\.1:6443: the connection is refused/],
    [['05ff'], /wants another way to log in/],
    [['4854'], /does not speak SOCKS version 5/],
    [['0502', '0101'], /refuses the user name or the password/],
    [['0500'], /closed the connection/],
  ];
  for (const [answers, pattern] of cases) {
    await withProxy(answers, async (address) => {
      await assert.rejects(open(`socks5://me:secret@${address}`, '192.0.2.1'), pattern);
    });
  }
});

test('knows a SOCKS proxy by its address, and refuses versions it does not speak', () => {
  assert.ok(isSocks('socks5://192.0.2.1:1080') && isSocks('SOCKS5H://192.0.2.1'));
  assert.ok(!isSocks('http://192.0.2.1:3128'));
  assert.throws(() => isSocks('socks4://me:secret@192.0.2.1'), /the proxy socks4:\/\/192\.0\.2\.1 cannot be used/);
});
