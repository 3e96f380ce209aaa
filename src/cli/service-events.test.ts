// `run --events` from the command line to the API server: a front passes reading on to the fake server and takes Events itself.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeManifest, serviceManifest, sliceManifest } from '../testing/api-lab.ts';
import { endBird, skipWithoutBird } from '../testing/bird-lab.ts';
import { startFakeApiServer } from '../testing/fake-api-server.ts';
import { portOf } from '../testing/port-of.ts';
import { findFreePort } from './demo/free-port.ts';
import { bellbird, startBellbird } from './testdata/command.ts';

const CART = { ...serviceManifest('shop/cart'), status: { loadBalancer: { ingress: [{ ip: '198.51.100.10' }] } } };

/** A cluster with one service, and what becomes of Events that are written there. */
async function openLab(t: TestContext, status: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-events-'));
  const api = await startFakeApiServer({});
  for (const object of [nodeManifest('worker-1'), CART, sliceManifest('shop/cart')]) api.put(object);
  const events: unknown[] = [];
  let onEvent = () => {};
  const front = createServer(async (asked, answer) => {
    if (asked.method === 'POST') {
      let text = '';
      for await (const chunk of asked) text += String(chunk);
      events.push(JSON.parse(text));
      answer.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      onEvent();
      return;
    }
    const passed = request(`${api.url}${asked.url}`, { headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    passed.end();
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const server = `http://127.0.0.1:${portOf(front)}`;
  const port = await findFreePort(['127.0.0.13']);
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig(server));
  writeFileSync(join(folder, 'edge.bell'), policyFor(port));
  const runtime = join(folder, 'run');
  const args = ['run', '--events', '--policy', 'edge.bell', '--node', 'worker-1', '--runtime-dir', runtime];
  const agent = startBellbird([...args, '--state-dir', join(folder, 'state')], folder, { KUBECONFIG: 'kubeconfig' });
  t.after(async () => {
    await agent.end('SIGKILL');
    await endBird(runtime);
    front.closeAllConnections();
    front.close();
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const written = new Promise<void>((resolve) => {
    onEvent = resolve;
  });
  return { agent, api, events, written };
}

const kubeconfig = (server: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    users: [{ name: 'lab', user: {} }],
    'current-context': 'lab',
  });

const policyFor = (port: number) => `
speaker { as 64512 listen 127.0.0.13 port ${port} }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 127.0.0.103 port ${port} as 64500 source 127.0.0.13 multihop family ipv4 }
`;

test('bellbird run --events writes an Event on the Service that the node announces', {
  skip: skipWithoutBird,
}, async (t) => {
  const { agent, events, written } = await openLab(t, 201);
  await agent.says(/announced 198\.51\.100\.10\/32/);
  await written;
  assert.partialDeepStrictEqual(events[0], {
    kind: 'Event',
    metadata: { namespace: 'shop' },
    involvedObject: { kind: 'Service', name: 'cart' },
    reason: 'nodeAssigned',
    message: 'announcing from node "worker-1" with protocol "bgp": 198.51.100.10/32',
    source: { component: 'bellbird', host: 'worker-1' },
  });
  assert.equal(await agent.end('SIGTERM'), 0);
});

test('bellbird run --events goes on where it may not write them, and says so', {
  skip: skipWithoutBird,
}, async (t) => {
  const { agent, api } = await openLab(t, 403);
  await agent.says(/events-not-written.*add this rule to the role of bellbird/);
  api.remove('Service', 'shop/cart');
  await agent.says(/withdrawn 198\.51\.100\.10\/32/);
  assert.equal(await agent.end('SIGTERM'), 0);
});

test('bellbird run --events without a live cluster exits with 2', { skip: skipWithoutBird }, () => {
  const { status, stderr } = bellbird(['run', '--events', '--cluster', '.', '--policy', 'edge.bell'], tmpdir());
  assert.equal(status, 2);
  assert.match(stderr, /^error: `--events` needs a live cluster/);
});
