import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSocketOpener, type SocketEdges, type SocketTarget } from './open-socket.ts';

/** An opener over a network that does what the test says, when it says so. */
function openLab(t: TestContext, look: SocketEdges['lookup'] = () => Promise.reject(new Error('ENOTFOUND'))) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const attempts: { readonly target: SocketTarget; readonly socket: Socket }[] = [];
  const dial = (target: SocketTarget) => {
    const socket = new Socket();
    attempts.push({ target, socket });
    return socket;
  };
  const open = createSocketOpener({ connect: dial, lookup: look });
  return {
    open: (host: string) => settle(open({ host, port: 6443 })),
    hosts: () => attempts.map(({ target }) => target.host),
    connect: (at: number) => attempts[at]?.socket.emit('connect'),
    refuse: (at: number) => attempts[at]?.socket.emit('error', new Error(`refused by ${attempts[at]?.target.host}`)),
    isOpen: (at: number) => attempts[at]?.socket.destroyed === false,
    isWinner: (at: number, socket: unknown) => attempts[at]?.socket === socket,
    pass: async (ms: number) => {
      await nextTurn();
      t.mock.timers.tick(ms);
      await nextTurn();
    },
  };
}

/** The outcome as a value that can be looked at without waiting for it. */
function settle(promise: Promise<Socket>) {
  const outcome: { socket?: Socket; error?: unknown } = {};
  promise.then(
    (socket) => {
      outcome.socket = socket;
    },
    (error: unknown) => {
      outcome.error = error;
    },
  );
  return outcome;
}

test('tries again beside an attempt that hangs, and takes the one that gets through first', async (t) => {
  const lab = openLab(t);
  const outcome = lab.open('192.0.2.1');
  await lab.pass(699);
  assert.equal(lab.hosts().length, 1);
  await lab.pass(1);
  assert.equal(lab.hosts().length, 2);
  lab.connect(0);
  await nextTurn();
  assert.ok(lab.isWinner(0, outcome.socket));
  assert.ok(lab.isOpen(0) && !lab.isOpen(1));
  await lab.pass(10_000);
  assert.equal(lab.hosts().length, 2);
});

test('gives up after two seconds, with nothing left open', async (t) => {
  const lab = openLab(t);
  const outcome = lab.open('192.0.2.1');
  for (let at = 0; at < 21; at++) await lab.pass(100);
  assert.match(String(outcome.error), /connecting to 192\.0\.2\.1 took more than 2\.1 s/);
  assert.deepEqual(
    [0, 1, 2].map((at) => lab.isOpen(at)),
    [false, false, false],
  );
  assert.equal(lab.hosts().length, 3);
});

test('fails at once where the only address refuses', async (t) => {
  const lab = openLab(t);
  const outcome = lab.open('2001:db8::1');
  await nextTurn();
  lab.refuse(0);
  await nextTurn();
  assert.match(String(outcome.error), /refused by 2001:db8::1/);
});

test('goes through the addresses of a name, and fails when all refuse', async (t) => {
  const lab = openLab(t, () => Promise.resolve(['2001:db8::1', '192.0.2.1', '192.0.2.2']));
  const outcome = lab.open('api.example.org');
  await nextTurn();
  lab.refuse(0);
  await nextTurn();
  assert.deepEqual(lab.hosts(), ['2001:db8::1', '192.0.2.1']);
  await lab.pass(250);
  assert.deepEqual(lab.hosts(), ['2001:db8::1', '192.0.2.1', '192.0.2.2']);
  lab.refuse(1);
  lab.refuse(2);
  await nextTurn();
  assert.ok(outcome.error instanceof AggregateError);
  assert.equal(outcome.error.errors.length, 3);
});

test('goes to the addresses a name had when it cannot be looked up any more', async (t) => {
  const answers = [
    () => Promise.resolve(['192.0.2.1']),
    () => Promise.reject(new Error('EAI_AGAIN')),
    () => new Promise<readonly string[]>(() => {}),
  ];
  const lab = openLab(t, () => answers.shift()?.() ?? Promise.resolve([]));
  for (const at of [0, 1, 2]) {
    const outcome = lab.open('api.example.org');
    await lab.pass(300);
    lab.connect(at);
    await nextTurn();
    assert.ok(lab.isWinner(at, outcome.socket), `attempt ${at}`);
  }
  const late = lab.open('api.example.org');
  await lab.pass(300);
  lab.connect(3);
  await nextTurn();
  assert.ok(lab.isWinner(3, late.socket), 'the question that has no answer yet is not asked again');
});

test('says that a name cannot be looked up, or takes too long', async (t) => {
  const [unknown, slow] = [openLab(t), 'api.example.org'];
  const first = unknown.open(slow);
  await nextTurn();
  assert.match(String(first.error), /ENOTFOUND/);
  t.mock.timers.reset();
  const silent = openLab(t, () => new Promise(() => {}));
  const second = silent.open(slow);
  await silent.pass(10_000);
  assert.match(String(second.error), /looking up api\.example\.org took more than 10 s/);
});
