// The measuring process's end of the test server that runs in a process of its own, so that neither disturbs the other.

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { LiveApi } from './api.ts';

/** Starts the process and its server. */
export async function openFakeApi(): Promise<LiveApi> {
  const child = fork(new URL('./fake-api-process.ts', import.meta.url));
  const ask = (word: string): Promise<unknown> =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send(word);
    });
  const { server, door } = readAddresses(await ask('start'));
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-fake-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server)));
  const dispatcher = new Agent();
  return {
    name: "the project's test server",
    kubeconfig,
    isReal: false,
    call: async (method, path, body) => {
      const origin = method === 'GET' ? server : door;
      const answer = await request(`${origin}${path}`, { method, dispatcher, body: JSON.stringify(body) ?? null });
      const text = await answer.body.text();
      if (answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
      return JSON.parse(text);
    },
    stop: async () => {
      await ask('stop');
    },
    start: async () => {
      await ask('listen');
    },
    close: async () => {
      await dispatcher.destroy();
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readAddresses(told: unknown): { readonly server: string; readonly door: string } {
  if (typeof told !== 'object' || told === null || !('server' in told) || !('door' in told)) {
    throw new Error('the test server did not tell its addresses');
  }
  return { server: String(told.server), door: String(told.door) };
}

function kubeconfigFor(server: string): object {
  const name = 'bench';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}
