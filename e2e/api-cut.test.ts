// A network that loses every packet between an agent and its API server, without a word: seconds, and more than a minute.
// What changed meanwhile is carried out when the network is back, at once, and nothing else is sent. Root only.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from './lab/agent.ts';
import { type ApiServer, startApiServer } from './lab/api-server.ts';
import { writeKubeconfig } from './lab/kubeconfig.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { buildLongWay, type LongWay } from './lab/long-way.ts';
import { type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { namespaceObstacle } from './lab/requirements.ts';
import { CART, HERE, NEW, openShop, SHOP_POLICY, shop, updatesFromShop, WEB } from './lab/shop.ts';
import { waitUntil } from './lab/wait-until.ts';

/** The first change after an outage has to be with the router within this time of the outage's end. */
const BACK_MS = 2_000;
/** Long enough for every limit and back-off on the way to have passed. */
const LONG_MS = 70_000;
/** About as long as it takes to notice; without noticing, TCP on the other side would wait for three seconds more. */
const SHORT_MS = 3_000;

describe('a network that loses everything for a while', { skip: namespaceObstacle(), timeout: 170_000 }, () => {
  let owner: Lab;
  let way: LongWay;
  let server: ApiServer;
  let lab: LoopbackLab;
  let agent: Agent;

  const updates = () => updatesFromShop(lab);

  before(async () => {
    owner = openLab();
    way = buildLongWay(owner);
    server = await startApiServer(owner, way.far, way.farAddress);
    server.put(...openShop());
    const kubeconfig = writeKubeconfig(owner.folder, server.url);
    const inside = { lab: owner, namespace: way.near };
    lab = await startLoopbackLab({ policy: SHOP_POLICY, objects: [], nodes: { 'worker-1': {} }, kubeconfig, inside });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    await lab.waitForView({ [CART]: HERE, [WEB]: HERE });
  });
  after(() => owner.close());

  /** Cuts the way, changes something, mends the way; how long it took until the router had all of it. */
  async function outage(lengthMs: number, change: () => void, expected: Readonly<Record<string, readonly string[]>>) {
    const sent = await updates();
    const began = performance.now();
    way.cut();
    change();
    await delay(lengthMs - (performance.now() - began));
    assert.equal(await updates(), sent, 'nothing is sent during the outage');
    way.mend();
    const mended = performance.now();
    await lab.waitForView(expected);
    return { took: performance.now() - mended, sent: (await updates()) - sent };
  }

  test('a short loss delays what changed by less than two seconds', async () => {
    const add = () => server.put(...shop('new', '198.51.100.3'));
    const { took, sent } = await outage(SHORT_MS, add, { [CART]: HERE, [WEB]: HERE, [NEW]: HERE });
    assert.ok(took < BACK_MS, `${took} ms`);
    assert.equal(sent, 1);
  });

  test('after more than a minute the difference is sent within two seconds, and nothing else', async () => {
    const change = () => {
      server.remove('EndpointSlice', 'shop/web-ipv4');
      for (let at = 0; at < 20; at++) server.put(...shop('new', '198.51.100.3'), ...shop('cart', '198.51.100.1'));
      server.remove('Service', 'shop/new');
      server.put(...shop('later', '198.51.100.4'));
    };
    const { took, sent } = await outage(LONG_MS, change, { [CART]: HERE, '198.51.100.4/32': HERE });
    assert.ok(took < BACK_MS, `${took} ms`);
    assert.equal(sent, 3);
    assert.match(agent.output(), /the API server does not answer/);
    await waitUntil({
      what: 'the agent to say that the API server is back',
      observe: async () => agent.output(),
      until: (seen) => /"event":"problem-over","code":"cluster-unreadable"/.test(seen),
    });
  });
});
