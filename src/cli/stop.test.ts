import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createApiServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { skipWithoutBird } from '../testing/bird-lab.ts';
import { startBellbird } from './testdata/command.ts';

const entry = join(import.meta.dirname, '../main.ts');

/** How long the process of the BIRD below lives on after it has closed its connections. */
const LAST_WORK_MS = 100;

/** A BIRD that an agent left behind, whose process needs a while to end after `down`. */
async function leaveBirdBehind(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-stop-'));
  chmodSync(folder, 0o700);
  const bird: ChildProcess = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  writeFileSync(join(folder, 'bird.pid'), `${bird.pid}\n`);
  let hasEnded = false;
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.write('0001 BIRD 2.17.5 ready.\n');
    connection.on('data', (command) => {
      if (!command.includes('down')) {
        connection.write('1011-Router ID is 192.0.2.1\n0013 Daemon is up\n');
        return;
      }
      connection.end('0007 Shutdown requested\n');
      setTimeout(() => {
        hasEnded = true;
        bird.kill('SIGKILL');
      }, LAST_WORK_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'bird.ctl'), resolve));
  t.after(() => {
    for (const connection of connections) connection.destroy();
    server.close();
    bird.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return { folder, hasEnded: () => hasEnded };
}

test('bellbird stop --withdraw without an agent waits until the process of BIRD is gone', {
  skip: skipWithoutBird,
}, async (t) => {
  const bird = await leaveBirdBehind(t);
  const stop = startBellbird(['stop', '--withdraw', '--runtime-dir', bird.folder], bird.folder);
  assert.equal(await stop.ended, 0, stop.stderr());
  assert.ok(bird.hasEnded(), 'the command ended before BIRD did');
});

test('bellbird stop --withdraw prints on stderr what stays behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-stop-'));
  const server = createApiServer((_, response) => response.end('the agent has ended\nnote: the rules stay\n'));
  await new Promise<void>((resolve) => server.listen(join(folder, 'agent.sock'), resolve));
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const args = [entry, 'stop', '--withdraw', '--runtime-dir', folder];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  assert.deepEqual({ stdout, stderr }, { stdout: 'the agent has ended\n', stderr: 'note: the rules stay\n' });
});
