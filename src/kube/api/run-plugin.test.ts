// Exec plugins as processes: what they write, how they fail, and that nothing of them is left.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../clock.ts';
import { serviceManifest } from '../../testing/api-lab.ts';
import { startFakeApiServer } from '../../testing/fake-api-server.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { followCluster } from '../../testing/source-follower.ts';
import { planEverything } from '../watch-plan.ts';
import { type ExecSettings, runPlugin } from './run-plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-plugin-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string): ExecSettings {
  return { command: '/bin/sh', args: ['-c', text], env: { GREETING: 'hello' }, installHint: undefined };
}

const run = (settings: ExecSettings) => runPlugin(settings, systemClock).output;

test('gives what the plugin writes, with its environment and without an input', async () => {
  assert.equal(await run(script('cat; echo $GREETING $HOME')), `hello ${process.env.HOME ?? ''}\n`);
});

test('says what the plugin said as it failed', async () => {
  const message = 'the exec plugin `/bin/sh` failed (3): log in first \\u{1b}[8m';
  await assert.rejects(run(script('echo secret; printf "log in\\n first \\033[8m" >&2; exit 3')), { message });
});

test('says how to get a plugin that is not there', async () => {
  const settings = { ...script(''), command: join(folder, 'nowhere'), installHint: 'install it' };
  await assert.rejects(
    run(settings),
    /^Error: the exec plugin `.*nowhere` cannot be started: spawn .* ENOENT: install it$/,
  );
});

test('does not wait for what a plugin leaves behind', { timeout: 30_000 }, async () => {
  const pidFile = join(folder, 'left');
  assert.equal(await run(script(`sleep 60 & echo $! > ${pidFile}; echo done`)), 'done\n');
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
});

test('one that is ended takes with it what it started', { timeout: 30_000 }, async () => {
  const pidFile = join(folder, 'child');
  const plugin = runPlugin(script(`sleep 60 & echo $! > ${pidFile}; wait`), systemClock);
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
  const pid = Number(readFileSync(pidFile, 'utf8'));
  assert.ok(isAlive(pid));
  plugin.end('hangs');
  await assert.rejects(plugin.output, { message: 'the exec plugin `/bin/sh` hangs' });
  await until(() => !isAlive(pid));
});

test('one that writes without end is ended', { timeout: 30_000 }, async () => {
  await assert.rejects(run(script('exec yes')), /writes without end/);
});

test('a cluster whose plugin hangs stays as it is, says so, and goes on when it answers', {
  timeout: 60_000,
}, async (t) => {
  const tokens = new Set(['one']);
  const server = await startFakeApiServer({ tokens });
  t.after(() => server.stop());
  server.put(serviceManifest('shop/cart'));
  const command = join(folder, 'plugin');
  const write = (text: string) => {
    writeFileSync(command, `#!/bin/sh\n${text}\n`);
    chmodSync(command, 0o755);
  };
  write(`echo '{"status":{"token":"one"}}'`);
  const clock = createFakeClock();
  const environment = { KUBECONFIG: writeKubeconfig(server.url, command) };
  await followCluster({ environment, execEdges: { clock, run: runPlugin } }, planEverything(), async (follower) => {
    const { objects, gone, told, until } = follower;
    await until('the watches', () => server.watches().length === 3);
    const started = join(folder, 'started');
    write(`touch ${started}; sleep 600 & wait`);
    tokens.clear();
    tokens.add('two');
    server.cut();
    await until('the plugin', () => existsSync(started));
    clock.advance(25_000);
    await until('a word about it', () => told.some((text) => /plugin` has not answered for 25 s/.test(text)));
    assert.ok(objects.has('Service shop/cart') && gone.length === 0);
    write(`echo '{"status":{"token":"two"}}'`);
    server.put(serviceManifest('shop/pay'));
    clock.advance(60_000);
    await until('the change', () => objects.has('Service shop/pay'));
    await until('the end of the trouble', () => told.at(-1) === 'all is well');
    assert.deepEqual(gone, []);
  });
});

function writeKubeconfig(server: string, command: string): string {
  const path = join(folder, 'config');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
  const config = {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'c', user: { exec } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    'current-context': 'c',
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** A process that has ended and was not waited for yet does not count. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}
