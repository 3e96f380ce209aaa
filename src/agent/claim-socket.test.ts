import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimSocket, isAlive } from './claim-socket.ts';

function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'bellbird-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const close = (server: Server) => new Promise((resolve) => server.close(resolve));

test('opens the socket with mode 0600 and leaves nothing else behind', async () => {
  using folder = temporaryFolder();
  const server = createServer();
  const claim = await claimSocket(server, join(folder.path, 'agent.sock'));
  assert.equal(claim.kind, 'claimed');
  assert.deepEqual(readdirSync(folder.path), ['agent.sock']);
  assert.equal(statSync(join(folder.path, 'agent.sock')).mode & 0o777, 0o600);
  await close(server);
});

test('refuses while another agent answers, whose socket stays', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  const [first, second] = [createServer(), createServer()];
  await claimSocket(first, path);
  const claim = await claimSocket(second, path);
  assert.equal(claim.kind === 'refused' && claim.refusal.code, 'agent-running');
  assert.equal(await isAlive(path), true);
  await close(first);
});

test('takes over the socket that a killed agent left behind', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  assert.ok(existsSync(path));
  const server = createServer();
  assert.equal((await claimSocket(server, path)).kind, 'claimed');
  assert.equal(await isAlive(path), true);
  await close(server);
});

test('leaves alone what stands in its place and is no socket', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  for (const [what, make] of [
    ['a directory', () => mkdirSync(path)],
    ['a file', () => writeFileSync(path, '')],
    ['a symbolic link', () => symlinkSync('elsewhere', path)],
  ] as const) {
    make();
    const claim = await claimSocket(createServer(), path);
    const message = `\`${path}\` is ${what}, and the socket of the agent belongs there`;
    assert.deepEqual(claim.kind === 'refused' && [claim.refusal.code, claim.refusal.message], [
      'not-a-socket',
      message,
    ]);
    assert.deepEqual(readdirSync(folder.path), ['agent.sock']);
    rmSync(path, { recursive: true });
  }
});

test('removes the socket on release', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  const server = createServer();
  const claim = await claimSocket(server, path);
  if (claim.kind === 'claimed') claim.release();
  await close(server);
  assert.deepEqual(readdirSync(folder.path), []);
});

test('lets exactly one of many starting at once have it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  const servers = Array.from({ length: 2 }, () => createServer());
  const kinds = await Promise.all(servers.map(async (server) => (await claimSocket(server, path)).kind));
  assert.deepEqual(kinds.toSorted(), ['claimed', 'refused']);
  await Promise.all(servers.map(close));
});
