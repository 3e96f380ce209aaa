// BIRD's life with a real BIRD and real sessions: taken over, crashed, restarted, ended.

import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  afterTest,
  desiredStateFor,
  endBird,
  freePorts,
  killIfAlive,
  openTestBird,
  openTestListener,
  skipWithoutBird,
  systemClock,
  temporaryFolder,
  testImage,
} from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import { restartDelay } from './bird-life.ts';
import { openBird } from './index.ts';

const noSecrets = { secrets: new Map() };
const skip = skipWithoutBird;
const route = desiredRoute('192.0.2.1/32');

test('a BIRD that is taken over sends no UPDATE and keeps its session', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const first = await openTestBird(t);
  await first.bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes }) => routes.size === 1);
  const pid = first.bird.pid();
  await first.bird.stop({ withdraw: false });

  const second = await openTestBird(t, { directory: first.directory });
  assert.deepEqual(
    second.events.map(({ kind }) => kind),
    ['adopted'],
  );
  assert.equal(second.bird.pid(), pid);
  const otherId = { ...desired, speaker: { ...desired.speaker, routerId: '192.0.2.99' } };
  const result = await second.bird.apply(otherId, noSecrets);
  assert.deepEqual(result, { kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  await second.bird.apply({ ...desired, routes: [route, desiredRoute('192.0.2.2/32')] }, noSecrets);
  await listener.until('the next route', ({ routes }) => routes.size === 2);
  assert.deepEqual(
    listener.events.filter(({ kind }) => kind !== 'end-of-rib').map(({ kind }) => kind),
    ['established', 'update', 'update'],
  );
});

test('a BIRD that was killed is started again, and the peer keeps its routes', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { bird, events } = await openTestBird(t);
  await bird.apply(desired, noSecrets);
  // Both families ended before the kill: else the marks of the second session cannot be told from those of the first.
  await listener.until('the route', ({ routes, events: seen }) => routes.size === 1 && endsOf(seen) === 2);
  let fewest = 1;
  const watch = listener.until('the session again', (now) => {
    fewest = Math.min(fewest, now.routes.size);
    return endsOf(now.events) === 4;
  });
  killIfAlive(bird.pid() ?? 0, 'SIGKILL');
  await watch;
  assert.equal(fewest, 1);
  assert.equal(listener.routes.get('192.0.2.1/32')?.stale, false);
  assert.deepEqual(
    events.map((event) => (event.kind === 'started' ? `started ${event.recovered}` : event.kind)),
    ['started false', 'exited', 'started true'],
  );
  const exited = events.find((event) => event.kind === 'exited');
  assert.deepEqual(exited, { kind: 'exited', how: 'signal SIGKILL', planned: false });
  const established = listener.events.filter((event) => event.kind === 'established');
  assert.deepEqual(
    established.map(({ peer }) => peer.restarting),
    [false, true],
  );
});

test('a state that came while BIRD was down is applied when it is back', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { bird } = await openTestBird(t);
  await bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes }) => routes.size === 1);
  killIfAlive(bird.pid() ?? 0, 'SIGKILL');
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);
  await bird.apply({ ...desired, routes: [route, desiredRoute('192.0.2.2/32')] }, noSecrets);
  await listener.until('both routes', ({ routes }) => routes.get('192.0.2.2/32')?.stale === false);
});

test('after a crash nobody is waited for who may connect, but need not', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] }, { gracefulRestartMs: 60_000 });
  const anyone = { address: '127.0.0.64/26', multihop: { hops: undefined }, gracefulRestartMs: 60_000 };
  const peers = [
    ...desired.peers,
    desiredPeer({ ...anyone, name: 'racks-b' }),
    desiredPeer({ ...anyone, name: 'racks' }),
  ];
  const { bird } = await openTestBird(t);
  await bird.apply({ ...desired, peers }, noSecrets);
  await listener.until('the route', ({ routes, events }) => routes.size === 1 && endsOf(events) === 2);
  killIfAlive(bird.pid() ?? 0, 'SIGKILL');
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);
  await bird.apply({ ...desired, peers, routes: [route, desiredRoute('192.0.2.2/32')] }, noSecrets);
  // BIRD would wait for 30 s.
  await listener.until('the end of the wait', ({ events }) => endsOf(events) === 4);
  assert.deepEqual([...listener.routes.keys()].sort(), ['192.0.2.1/32', '192.0.2.2/32']);
});

test('after a crash before anybody knew what BIRD held, it starts with its file', { skip }, async (t) => {
  const { listener, first } = await leaveBird(t);
  const { config } = first.bird.paths;
  const text = await readFile(config, 'utf8');
  await rm(config);
  const { bird } = await openTestBird(t, { directory: first.directory });
  await writeFile(config, text);
  killIfAlive(bird.pid() ?? 0, 'SIGKILL');
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);
  await listener.until('the route', ({ isEstablished, routes }) => {
    return isEstablished && routes.get('192.0.2.1/32')?.stale === false;
  });
  assert.equal(await readFile(config, 'utf8'), text);
});

test('a BIRD that died while no agent ran is started with recovery', { skip }, async (t) => {
  const { listener, desired, first } = await leaveBird(t);
  killIfAlive(first.bird.pid() ?? 0, 'SIGKILL');
  await listener.until('the loss', ({ isEstablished }) => !isEstablished);

  const second = await openTestBird(t, { directory: first.directory });
  assert.equal(second.bird.state(), 'absent');
  assert.equal((await second.bird.apply(desired, noSecrets)).kind, 'applied');
  await listener.until('the session', ({ isEstablished }) => isEstablished);
  assert.equal(listener.routes.size, 1);
  assert.ok(second.events.some((event) => event.kind === 'started' && event.recovered));
});

test('a planned restart replaces the process and keeps the routes at the peer', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { bird, directory } = await openTestBird(t);
  await bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes, events }) => routes.size === 1 && endsOf(events) === 2);
  const before = bird.pid();
  let fewest = 1;
  const watch = listener.until('the session again', (now) => {
    fewest = Math.min(fewest, now.routes.size);
    return endsOf(now.events) === 4;
  });
  await bird.restart();
  await watch;
  assert.notEqual(bird.pid(), before);
  assert.equal(fewest, 1);
  assert.ok(listener.events.every(({ kind }) => kind !== 'notification'));
  await assert.rejects(stat(join(directory, 'bird.recovering')), { code: 'ENOENT' });
});

test('a BIRD that is replaced for a change has it, with what came meanwhile, and keeps the routes at the peer', {
  skip,
}, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { bird, events } = await openTestBird(t);
  await bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes, events: seen }) => routes.size === 1 && endsOf(seen) === 2);
  const before = bird.pid();
  let fewest = 1;
  const watch = listener.until('the session again', (now) => {
    fewest = Math.min(fewest, now.routes.size);
    return endsOf(now.events) === 4 && now.routes.size === 2;
  });
  const [port = 0] = await freePorts(1);
  const moved = {
    ...desired,
    speaker: { ...desired.speaker, listen: { kind: 'on' as const, address: '127.0.0.1', port } },
  };
  const result = await bird.apply(moved, { ...noSecrets, replace: true });
  assert.deepEqual(result, { kind: 'applied', changed: true, inProgress: true, leftOut: [] });
  await bird.apply({ ...moved, routes: [route, desiredRoute('192.0.2.2/32')] }, noSecrets);
  await watch;
  assert.notEqual(bird.pid(), before);
  assert.equal(fewest, 1);
  assert.ok(listener.events.every(({ kind }) => kind !== 'notification'));
  assert.match(await readFile(bird.paths.config, 'utf8'), new RegExp(`local 127.0.0.1 port ${port} as`));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['started', 'exited', 'started'],
  );
});

test('a change that BIRD refuses replaces nothing', { skip }, async (t) => {
  const { bird, events } = await openTestBird(t);
  const good = await desiredStateFor([], { routes: [route] });
  await bird.apply(good, noSecrets);
  const refused = await bird.apply(
    { ...good, routes: [desiredRoute('192.0.2.300/32')] },
    { ...noSecrets, replace: true },
  );
  assert.equal(refused.kind, 'refused');
  assert.equal(events.length, 1);
});

test('an agent that leaves while BIRD is replaced leaves one behind', { skip }, async (t) => {
  const { bird, directory } = await openTestBird(t);
  const desired = await desiredStateFor([]);
  await bird.apply(desired, noSecrets);
  const before = bird.pid();
  await bird.apply({ ...desired, routes: [route] }, { ...noSecrets, replace: true });
  await bird.stop({ withdraw: false });
  const next = await openTestBird(t, { directory });
  assert.deepEqual(
    next.events.map(({ kind }) => kind),
    ['adopted'],
  );
  assert.notEqual(next.bird.pid(), before);
});

test('stopping with withdrawal ends BIRD, and the peer drops the routes', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { bird, events } = await openTestBird(t);
  await bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes }) => routes.size === 1);
  await bird.stop({ withdraw: true });
  await listener.until('no route', ({ routes }) => routes.size === 0);
  assert.equal(bird.state(), 'absent');
  assert.deepEqual(events.at(-1), { kind: 'exited', how: 'down', planned: true });
  await assert.rejects(bird.command('show status'), { code: 'bird-not-running' });
  assert.equal((await bird.apply(desired, noSecrets)).kind, 'failed');
});

test('stopping while BIRD is being started again leaves no BIRD behind', { skip }, async (t) => {
  const { bird, events } = await openTestBird(t);
  await bird.apply(await desiredStateFor([]), noSecrets);
  const pids = [bird.pid()];
  killIfAlive(bird.pid() ?? 0, 'SIGKILL');
  const deadline = performance.now() + 10_000;
  // The earliest moment at which the end has been noticed, long before the next BIRD greets.
  while (bird.state() === 'running' && performance.now() < deadline) await new Promise(setImmediate);
  await bird.stop({ withdraw: true });
  for (const event of events) if (event.kind === 'started') pids.push(event.pid);
  for (const pid of pids) await assert.rejects(stat(`/proc/${pid}/exe`), { code: 'ENOENT' });
  await assert.rejects(bird.command('show status'), { code: 'bird-not-running' });
});

test('a session whose port was taken is opened when the port is free', { skip }, async (t) => {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const { listen } = desired.speaker;
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(listen.kind === 'on' ? listen.port : 0, '127.0.0.1', resolve));
  const clock = createSteppedClock();
  const { bird } = await openTestBird(t, { clock });
  await bird.apply(desired, noSecrets);
  const [before] = (await bird.observe()).sessions;
  assert.deepEqual([before?.state, before?.lastError], ['idle', 'Error: No listening socket']);
  await new Promise((resolve) => squatter.close(resolve));
  clock.skip(10_000);
  await listener.until('the route', ({ routes }) => routes.size === 1);
});

test('the router id of a running BIRD stays, even without its file', { skip }, async (t) => {
  const { listener, desired, first } = await leaveBird(t);
  await rm(first.bird.paths.config);
  const second = await openTestBird(t, { directory: first.directory });
  const otherId = { ...desired, speaker: { ...desired.speaker, routerId: '192.0.2.99' } };
  assert.deepEqual(await second.bird.apply(otherId, noSecrets), {
    kind: 'applied',
    changed: true,
    inProgress: false,
    leftOut: [],
  });
  assert.ok(listener.isEstablished);
  assert.match(await readFile(second.bird.paths.config, 'utf8'), /^router id 192\.0\.2\.1;$/m);
});

test('only a BIRD that runs can be restarted', { skip }, async (t) => {
  const { bird } = await openTestBird(t);
  await assert.rejects(bird.restart(), { code: 'bird-not-running' });
});

test('a new start after a withdrawal asks nobody to keep anything', { skip }, async (t) => {
  const first = await openTestBird(t);
  const desired = await desiredStateFor([]);
  await first.bird.apply(desired, noSecrets);
  await first.bird.stop({ withdraw: true });
  const second = await openTestBird(t, { directory: first.directory });
  await second.bird.apply(desired, noSecrets);
  assert.ok(second.events.some((event) => event.kind === 'started' && !event.recovered));
});

test('a configuration that BIRD refuses leaves BIRD and its file as they were', { skip }, async (t) => {
  const { bird } = await openTestBird(t);
  const good = await desiredStateFor([], { routes: [route] });
  await bird.apply(good, noSecrets);
  const file = await readFile(bird.paths.config, 'utf8');
  const bad = { ...good, routes: [desiredRoute('192.0.2.300/32')] };
  for (const checkFirst of [false, true]) {
    const refused = await bird.apply(bad, { ...noSecrets, checkFirst });
    assert.equal(refused.kind, 'refused');
    assert.match(JSON.stringify(refused), /bird.conf.new","line":\d+,"column":\d+,"message":"Invalid IPv4 address/);
  }
  assert.equal(await readFile(bird.paths.config, 'utf8'), file);
  assert.deepEqual(
    (await bird.routes()).map(({ prefix }) => prefix),
    ['192.0.2.1/32'],
  );
  await assert.rejects(stat(bird.paths.candidate), { code: 'ENOENT' });
});

test('a first configuration that BIRD refuses starts nothing', { skip }, async (t) => {
  const { bird, events } = await openTestBird(t);
  const result = await bird.apply(await desiredStateFor([], { routes: [desiredRoute('192.0.2.300/32')] }), noSecrets);
  assert.equal(result.kind, 'refused');
  assert.equal(bird.state(), 'absent');
  assert.deepEqual(events, []);
});

test('somebody else\u2019s configuration is never overwritten', async (t) => {
  const directory = await temporaryFolder(t);
  await writeFile(join(directory, 'bird.conf'), 'router id 192.0.2.1;\n');
  await assert.rejects(openTestBird(t, { directory }), { code: 'foreign-config' });
  assert.equal(await readFile(join(directory, 'bird.conf'), 'utf8'), 'router id 192.0.2.1;\n');
});

test('a BIRD whose bytes are not what they should be is never started', async (t) => {
  const image = { ...testImage(), sha256: '0'.repeat(64) };
  const { bird, directory } = await openTestBird(t, { image });
  const result = await bird.apply(desiredState(), noSecrets);
  assert.equal(result.kind === 'failed' && result.code, 'bird-binary-damaged');
  await assert.rejects(stat(join(directory, 'bird')), { code: 'ENOENT' });
});

test('a damaged executable in the runtime directory is replaced before it is started', { skip }, async (t) => {
  const { bird, directory } = await openTestBird(t);
  await writeFile(join(directory, 'bird'), 'not BIRD', { mode: 0o500 });
  assert.equal((await bird.apply(await desiredStateFor([]), noSecrets)).kind, 'applied');
  const { mode } = await stat(join(directory, 'bird'));
  assert.equal((mode & 0o777).toString(8), '500');
});

test('files of BIRD are for its owner only', { skip }, async (t) => {
  const { bird } = await openTestBird(t);
  await bird.apply(await desiredStateFor([]), noSecrets);
  const modes = await Promise.all([bird.paths.config, bird.paths.output].map((path) => stat(path)));
  assert.deepEqual(
    modes.map(({ mode }) => (mode & 0o777).toString(8)),
    ['600', '600'],
  );
});

test('a command is answered on its own connection', { skip }, async (t) => {
  const { bird } = await openTestBird(t);
  await bird.apply(await desiredStateFor([]), noSecrets);
  const reply = await bird.command('show route count');
  assert.equal(reply.kind, 'done');
  assert.match(reply.text, /^Total: 0 of 0 routes/);
  assert.equal((await bird.command('show nonsense')).kind, 'parse-error');
  await assert.rejects(bird.command('help'), { code: 'command-refused' });
});

test('a burst is applied with its first state and its last', { skip }, async (t) => {
  const { bird } = await openTestBird(t);
  const base = await desiredStateFor([]);
  await bird.apply(base, noSecrets);
  const states = Array.from({ length: 50 }, (_, i) => ({ ...base, routes: [desiredRoute(`192.0.2.${i}/32`)] }));
  await Promise.all(states.map((state) => bird.apply(state, noSecrets)));
  assert.deepEqual(
    (await bird.routes()).map(({ prefix }) => prefix),
    ['192.0.2.49/32'],
  );
  const log = await readFile(bird.paths.log, 'utf8');
  assert.ok(log.split('Reconfigured').length - 1 <= 3, log);
});

test('a speaker that does not listen keeps the port it was given', { skip }, async (t) => {
  const base = await desiredStateFor([]);
  const desired = { ...base, speaker: { ...base.speaker, listen: { kind: 'off' as const } } };
  const first = await openTestBird(t);
  await first.bird.apply(desired, noSecrets);
  await first.bird.stop({ withdraw: false });
  const second = await openTestBird(t, { directory: first.directory });
  const result = await second.bird.apply(desired, noSecrets);
  assert.equal(result.kind === 'applied' && result.changed, false);
});

test('BIRD goes on without the agent that started it', { skip }, async (t) => {
  const directory = await temporaryFolder(t);
  afterTest(t, () => endBird(directory));
  const bird = await openBird({ directory, image: testImage(), clock: systemClock });
  await bird.apply(await desiredStateFor([]), noSecrets);
  const line = await readFile(`/proc/${bird.pid()}/stat`, 'utf8');
  // After the name in parentheses: state, parent, process group, session.
  const [, , group, session] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  assert.deepEqual([group, session], [String(bird.pid()), String(bird.pid())]);
  await bird.stop({ withdraw: false });
  await rm(join(directory, 'bird.out'));
});

test('restarts are delayed longer and longer, up to a bound', () => {
  assert.deepEqual([0, 1, 2, 3, 6, 7, 100].map(restartDelay), [500, 1000, 2000, 4000, 10_000, 10_000, 10_000]);
});

test('BIRD listens before a router connects that does so after a second, and connects only after it', () => {
  const routerConnectsMs = 1000;
  const birdStartsMs = 200;
  const birdConnectsMs = 750;
  assert.ok(restartDelay(0) + birdStartsMs < routerConnectsMs);
  for (const failures of [0, 1, 2]) assert.ok(restartDelay(failures) + birdConnectsMs > routerConnectsMs + 200);
});

/** How many End-of-RIB marks came; a session sends one for each family. */
function endsOf(events: readonly { readonly kind: string }[]): number {
  return events.filter(({ kind }) => kind === 'end-of-rib').length;
}

/** The machine's clock, on which a test can let timers of a certain length go off at once. */
function createSteppedClock(): typeof systemClock & { readonly skip: (delay: number) => void } {
  const waiting = new Map<() => void, number>();
  return {
    ...systemClock,
    after: (delay, callback) => {
      const once = () => {
        if (waiting.delete(once)) callback();
      };
      waiting.set(once, delay);
      const timer = systemClock.after(delay, once);
      return {
        cancel: () => {
          waiting.delete(once);
          timer.cancel();
        },
      };
    },
    skip: (delay) => {
      for (const [once, length] of [...waiting]) if (length === delay) once();
    },
  };
}

/** A BIRD that announces one route to a listener, and that its agent has left. */
async function leaveBird(t: TestContext) {
  const listener = await openTestListener(t);
  const desired = await desiredStateFor([listener], { routes: [route] });
  const first = await openTestBird(t);
  await first.bird.apply(desired, noSecrets);
  await listener.until('the route', ({ routes }) => routes.size === 1);
  await first.bird.stop({ withdraw: false });
  return { listener, desired, first };
}
