// An agent on a live API: what a router sees of an API server that goes away, of an agent that is killed and started
// meanwhile, and of what changed when the server is back; and of agents replaced while much changes. The router's counters tell
// that nothing else was sent.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type FakeApiServer, startFakeApiServer } from '../src/testing/fake-api-server.ts';
import type { Agent } from './lab/agent.ts';
import type { Manifest } from './lab/cluster.ts';
import { writeKubeconfig } from './lab/kubeconfig.ts';
import { type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { CART, HERE, NEW, openShop, SHOP_POLICY, shop, updatesFromShop, WEB } from './lab/shop.ts';
import { waitUntil } from './lab/wait-until.ts';

describe('an agent on a live API server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-outage-'));
  let server: FakeApiServer;
  let lab: LoopbackLab;
  let agent: Agent;

  const put = (...objects: readonly Manifest[]) => {
    for (const object of objects) server.put(JSON.parse(JSON.stringify(object)));
  };
  const updates = () => updatesFromShop(lab);
  const says = (pattern: RegExp, from = 0) =>
    waitUntil({
      what: `the agent to log ${pattern}`,
      observe: async () => agent.output().slice(from),
      until: (seen) => pattern.test(seen),
    });

  before(async () => {
    server = await startFakeApiServer();
    put(...openShop());
    const kubeconfig = writeKubeconfig(folder, server.url);
    lab = await startLoopbackLab({ policy: SHOP_POLICY, objects: [], nodes: { 'worker-1': {} }, kubeconfig });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE });
  });
  after(async () => {
    lab.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('keeps its routes while the API server is away, and then sends the difference and nothing else', async () => {
    const sent = await updates();
    await server.stop();
    await says(/the API server does not answer/);
    server.remove('EndpointSlice', 'shop/web-ipv4');
    put(...shop('new', '198.51.100.3'));
    server.remove('Service', 'shop/new');
    put(...shop('new', '198.51.100.3'));
    assert.equal(await updates(), sent);
    await server.listen();
    await lab.waitForView({ [CART]: HERE, [NEW]: HERE });
    assert.equal(await updates(), sent + 2);
    put(...shop('web', '198.51.100.2'));
    server.remove('Service', 'shop/new');
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE });
  });

  test('sends nothing when the agent is killed and started while the API server is away', async () => {
    const sent = await updates();
    await server.stop();
    put(...shop('new', '198.51.100.3'));
    await agent.kill();
    const from = agent.output().length;
    agent.start();
    await says(/"code":"cluster-recalled"/, from);
    await says(/policy-in-effect/, from);
    assert.equal(await updates(), sent);
    await server.listen();
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE, [NEW]: HERE });
    assert.equal(await updates(), sent + 1);
  });

  test('sends nothing when the agent is replaced as for an upgrade', async () => {
    const sent = await updates();
    const from = agent.output().length;
    await agent.stop();
    agent.start();
    await says(/policy-in-effect/, from);
    server.remove('Service', 'shop/new');
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE });
    assert.equal(await updates(), sent + 1);
  });

  test('sends each change once, and nothing else, when the agent is replaced and killed under churn', async () => {
    const sent = await updates();
    const added = Array.from({ length: 60 }, (_, at) => ({ name: `churn-${at}`, ip: `198.51.100.${100 + at}` }));
    const churn = async () => {
      for (const { name, ip } of added) {
        put(...shop(name, ip), ...shop('cart', '198.51.100.1'));
        // So that the changes spread over the lives of three agents.
        await delay(50);
      }
    };
    const replace = async () => {
      for (const end of [agent.stop, agent.kill]) {
        const from = agent.output().length;
        await end();
        agent.start();
        await says(/policy-in-effect/, from);
      }
    };
    await Promise.all([churn(), replace()]);
    const all = Object.fromEntries(added.map(({ ip }) => [`${ip}/32`, HERE]));
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE, ...all });
    assert.equal(await updates(), sent + added.length);
  });
});
