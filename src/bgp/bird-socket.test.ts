// The control socket client against a scripted server that does what BIRD does at its worst, and against BIRD.

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { afterTest, openTestBird, skipWithoutBird, systemClock, temporaryFolder } from '../testing/bird-lab.ts';
import { desiredState } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { connectBird } from './bird-socket.ts';

const GREETING = '0001 BIRD 2.17.5 ready.\n';

test('connects to BIRD and knows its version', async (t) => {
  const path = await serve(t, { greeting: GREETING });
  const socket = await connectBird(path, { clock: systemClock });
  assert.equal(socket.version, '2.17.5');
  socket.close();
});

test('a greeting that arrives in pieces is a greeting', async (t) => {
  const path = await serve(t, { greeting: ['0', '001 BI', 'RD 2.0.12 ready.', '\n'] });
  const socket = await connectBird(path, { clock: systemClock });
  assert.equal(socket.version, '2.0.12');
  socket.close();
});

test('commands go out one at a time and get their own replies', async (t) => {
  const seen: string[] = [];
  const path = await serve(t, {
    greeting: GREETING,
    answer: (command, socket) => {
      seen.push(command);
      // The answer comes late and in two pieces; no other command may arrive in between.
      setImmediate(() => {
        assert.equal(seen.at(-1), command);
        socket.write(`+asynchronous\n1000-for ${command}\n00`);
        setImmediate(() => socket.write('00 \n'));
      });
    },
  });
  const socket = await connectBird(path, { clock: systemClock });
  const replies = await Promise.all(['one', 'two', 'three'].map((command) => socket.command(command)));
  assert.deepEqual(
    replies.map(({ lines }) => lines[0]?.text),
    ['for one', 'for two', 'for three'],
  );
  socket.close();
});

test('errors of BIRD are replies, not rejections', async (t) => {
  const path = await serve(t, { greeting: GREETING, answer: (_, socket) => socket.write('8001 Network not found\n') });
  const socket = await connectBird(path, { clock: systemClock });
  const { kind, code, text } = await socket.command('show route for 192.0.2.1');
  assert.deepEqual({ kind, code, text }, { kind: 'run-time-error', code: 8001, text: 'Network not found' });
  socket.close();
});

test('what BIRD would never answer is not sent', async (t) => {
  const seen: string[] = [];
  const path = await serve(t, { greeting: GREETING, answer: (command) => seen.push(command) });
  const socket = await connectBird(path, { clock: systemClock });
  for (const command of ['help', ' help show', '?', '', '  ', 'show status\nshow route', 'x'.repeat(1000)]) {
    await assert.rejects(socket.command(command), { code: 'command-refused' });
  }
  assert.deepEqual(seen, []);
  socket.close();
});

test('a BIRD that hangs is given up, and with it everything that waits', async (t) => {
  const clock = createFakeClock();
  const path = await serve(t, { greeting: GREETING, answer: () => undefined });
  const socket = await connectBird(path, { clock, timeLimitMs: 1_000 });
  const [first, second] = [socket.command('one'), socket.command('two')];
  clock.advance(999);
  assert.equal(clock.pending(), 1);
  clock.advance(1);
  await assert.rejects(first, { code: 'bird-not-answering', message: 'BIRD has not answered `one` for 1000 ms' });
  await assert.rejects(second, { code: 'bird-not-answering' });
  await assert.rejects(socket.command('three'), { code: 'bird-not-answering' });
  await socket.closed;
});

test('a connection without a greeting is given up after its own limit', async (t) => {
  const clock = createFakeClock();
  let connected = () => {};
  const waiting = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const path = await serve(t, { greeting: '', onConnection: connected });
  const socket = connectBird(path, { clock, greetingLimitMs: 5_000 });
  const message = `${path}: what listens there has not greeted as BIRD for 5000 ms`;
  const outcome = assert.rejects(socket, { code: 'bird-not-answering', message });
  await waiting;
  while (clock.pending() === 0) await new Promise(setImmediate);
  clock.advance(5_000);
  await outcome;
});

test('a command that BIRD ends the connection on is rejected', async (t) => {
  const path = await serve(t, { greeting: GREETING, answer: (_, socket) => socket.destroy() });
  const socket = await connectBird(path, { clock: systemClock });
  await assert.rejects(socket.command('down'), { code: 'bird-connection-closed' });
  await socket.closed;
  await assert.rejects(socket.command('show status'), { code: 'bird-connection-closed' });
});

test('a reply just before the end of the connection is a reply', async (t) => {
  const path = await serve(t, {
    greeting: GREETING,
    answer: (_, socket) => socket.end('0007 Shutdown requested\n'),
  });
  const socket = await connectBird(path, { clock: systemClock });
  assert.equal((await socket.command('down')).code, 7);
  await socket.closed;
});

test('what is no BIRD is told apart from no BIRD', async (t) => {
  const path = await serve(t, { greeting: '220 mail.example.org ready\n0000 hello\n' });
  await assert.rejects(connectBird(path, { clock: systemClock }), { code: 'bird-not-answering' });
  const folder = await temporaryFolder(t);
  await assert.rejects(connectBird(join(folder, 'bird.ctl'), { clock: systemClock }), { code: 'bird-not-running' });
});

test('a real BIRD answers in order, long answers included', { skip: skipWithoutBird }, async (t) => {
  const { bird } = await openTestBird(t);
  await bird.apply(desiredState(), { secrets: new Map() });
  const socket = await connectBird(bird.paths.socket, { clock: systemClock });
  const replies = await Promise.all(
    ['eval 1+2', 'show protocols all', 'show symbols', 'nonsense', 'eval 40+2'].map((text) => socket.command(text)),
  );
  assert.deepEqual(
    replies.map(({ kind, code }) => `${kind} ${code}`),
    ['done 23', 'done 0', 'done 0', 'parse-error 9001', 'done 23'],
  );
  assert.equal(replies[4]?.text, '42');
  socket.close();
});

interface Script {
  readonly greeting: string | readonly string[];
  readonly answer?: (command: string, socket: Socket) => void;
  readonly onConnection?: () => void;
}

/** A server on a socket in a private folder that greets and answers as told. */
async function serve(t: TestContext, script: Script): Promise<string> {
  const path = join(await temporaryFolder(t), 'bird.ctl');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    let rest = '';
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) script.answer?.(line, socket);
    });
    writePieces(socket, [script.greeting].flat());
    script.onConnection?.();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  afterTest(t, async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return path;
}

/** Writes each piece in a turn of its own, so that they arrive apart. */
function writePieces(socket: Socket, [first, ...others]: readonly string[]): void {
  if (first === undefined) return;
  socket.write(first, () => setImmediate(() => writePieces(socket, others)));
}
