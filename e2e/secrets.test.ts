// Passwords in Secrets of a live cluster: sessions that open with them, a password that is rotated, Secrets that are not
// there, and an API server that is away. The routers' kernels check every segment (TCP MD5), so a session that is up has the
// right password.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type FakeApiServer, startFakeApiServer } from '../src/testing/fake-api-server.ts';
import { type Agent, executable } from './lab/agent.ts';
import { endpoints, loadBalancer, type Manifest } from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { writeKubeconfig } from './lab/kubeconfig.ts';
import { LOOPBACK_PEER, type LoopbackLab, loopbackNode, startLoopbackLab } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
range vips load-balancer-ip 198.51.100.0/24
template tor { ${LOOPBACK_PEER} password secret bgp/fabric key "tor" }
peer left    from tor { address 127.0.0.101 port PORT as 64601 }
peer right   from tor { address 127.0.0.102 port PORT as 64602 }
peer keyless from tor { address 127.0.0.103 port PORT as 64603 password secret bgp/fabric key "spine" }
peer absent  from tor { address 127.0.0.104 port PORT as 64604 password secret bgp/absent key "tor" }
peer plain   from tor { address 127.0.0.105 port PORT as 64605 password off }
`;
const VIEW = { '198.51.100.1/32': ['worker-1'] };
const FIRST = 'correct horse';
const SECOND = 'battery staple';

describe('passwords in Secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-secrets-'));
  let server: FakeApiServer;
  let lab: LoopbackLab;
  let agent: Agent;

  const put = (...objects: readonly Manifest[]) => {
    for (const object of objects) server.put(JSON.parse(JSON.stringify(object)));
  };
  const putSecret = (name: string, values: Readonly<Record<string, string>>) => {
    const data = Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    const metadata = { namespace: 'bgp', name };
    server.put({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: Object.fromEntries(data) });
  };
  const says = (pattern: RegExp, from = 0) =>
    waitUntil({
      what: `the agent to log ${pattern}`,
      observe: async () => agent.output().slice(from),
      until: (seen) => pattern.test(seen),
    });
  const rekey = async (router: string, password: string) => {
    const file = join(lab.lab.folder, router, 'bird.conf');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/password "[^"]*";/, `password "${password}";`));
    await lab.router(router).command('configure');
  };
  /** When the sessions of a router came up: another one has another time. */
  const since = async (router: string) =>
    /^worker_1 .*$/m.exec(await lab.router(router).command('show protocols'))?.[0] ?? '';
  const ask = (command: string) => query(executable(), command, '--runtime-dir', agent.runtimeDir);

  before(async () => {
    server = await startFakeApiServer();
    put(loopbackNode('worker-1', {}, 0), loadBalancer('shop/checkout', ['198.51.100.1']));
    put(endpoints('shop/checkout', ['worker-1']));
    putSecret('fabric', { tor: `${FIRST}\n` });
    putSecret('other', { tor: FIRST });
    const locked = (as: number) => ({ as, session: `password "${FIRST}";` });
    const routers = { left: locked(64601), right: locked(64602), keyless: 64603, absent: 64604, plain: 64605 };
    const kubeconfig = writeKubeconfig(folder, server.url);
    lab = await startLoopbackLab({ policy: POLICY, objects: [], nodes: { 'worker-1': {} }, kubeconfig, routers });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    for (const router of ['left', 'right', 'plain']) await lab.waitForView(VIEW, { router });
  });
  after(async () => {
    lab.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('open sessions; a peer whose Secret or key is missing gets none, and the log says why', async () => {
    await says(/peer `keyless`: its session is not opened: the Secret bgp\/fabric has no key `spine`/);
    await says(/peer `absent`: its session is not opened: the cluster has no Secret bgp\/absent/);
    assert.deepEqual(await lab.router('keyless').established(), []);
    assert.deepEqual(await lab.router('absent').established(), []);
  });

  test('are asked for by name only', () => {
    const asked = server.requests.filter(({ path }) => path.endsWith('/secrets'));
    const names = new Set(asked.map(({ path, query }) => `${path} ${query.fieldSelector}`));
    const root = '/api/v1/namespaces/bgp/secrets';
    assert.deepEqual([...names].sort(), [`${root} metadata.name=absent`, `${root} metadata.name=fabric`]);
  });

  test('open a session as soon as a missing Secret is there', async () => {
    await rekeyPlain('absent', SECOND);
    putSecret('absent', { tor: SECOND });
    await lab.waitForView(VIEW, { router: 'absent' });
  });

  test('that are rotated restart one session after the other', async () => {
    const from = agent.output().length;
    const [right, plain] = [await since('right'), await since('plain')];
    putSecret('fabric', { tor: SECOND });
    await says(/the session with `left` restarts: password/, from);
    await says(/1 session to be restarted one at a time: `right` after `left`/, from);
    assert.equal(await since('right'), right);
    await rekey('left', SECOND);
    await says(/the session with `right` restarts: password/, from);
    await lab.waitForSessions({ left: 1 });
    await rekey('right', SECOND);
    for (const router of ['left', 'right']) await lab.waitForView(VIEW, { router });
    await says(/over: 1 session to be restarted/, from);
    assert.equal(await since('plain'), plain);
  });

  test('that are deleted end no session', async () => {
    const from = agent.output().length;
    const [left, right] = [await since('left'), await since('right')];
    server.remove('Secret', 'bgp/fabric');
    await says(/the cluster has no Secret bgp\/fabric; its session goes on with the password that it has/, from);
    assert.deepEqual([await since('left'), await since('right')], [left, right]);
    putSecret('fabric', { tor: SECOND });
    await says(/over: peer `left`: the cluster has no Secret/, from);
    assert.deepEqual([await since('left'), await since('right')], [left, right]);
  });

  test('are kept by an agent that is killed and started while the API server is away', async () => {
    const sessions = [await since('left'), await since('right'), await since('plain')];
    await server.stop();
    await says(/Secret bgp\/fabric cannot be read: .*its session goes on with the password that it has/);
    await agent.kill();
    const from = agent.output().length;
    agent.start();
    await says(/"code":"cluster-recalled"/, from);
    await says(/Secret bgp\/fabric cannot be read: .*its session goes on with the password that it has/, from);
    assert.deepEqual([await since('left'), await since('right'), await since('plain')], sessions);
    await server.listen();
    await says(/over: peer `left`: the Secret bgp\/fabric cannot be read/, from);
    assert.deepEqual([await since('left'), await since('right'), await since('plain')], sessions);
  });

  test('that a session is to get while no agent runs end it only once they are read', async () => {
    const plain = await since('plain');
    const goesOn = /peer `plain`: .*bgp\/late; its session goes on as it was before the policy changed/;
    await agent.stop();
    lab.writePolicy(POLICY.replace('password off', 'password secret bgp/late key "tor" hold-time 60s'));
    for (const end of [agent.kill, agent.stop]) {
      const from = agent.output().length;
      agent.start();
      await says(goesOn, from);
      await says(/"event":"policy-in-effect"/, from);
      assert.equal(await since('plain'), plain);
      await end();
    }
    assert.deepEqual(await lab.view('plain'), VIEW);
    agent.start();
    await rekeyPlain('plain', SECOND);
    putSecret('late', { tor: SECOND });
    await lab.waitForView(VIEW, { router: 'plain' });
    assert.notEqual(await since('plain'), plain);
    assert.match(readFileSync(join(agent.runtimeDir, 'bird.conf'), 'utf8'), /hold time 60;/);
  });

  test('stand nowhere but in the configuration of BIRD', async () => {
    const answers = await Promise.all(['status', 'peers', 'routes'].map(ask));
    const texts = [agent.output(), ...answers];
    const files = readdirSync(lab.lab.folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      // The routers have it in theirs, and nobody asks BIRD to keep it out of its own.
      if (file.isFile() && !/bird(\.conf)?$/.test(file.name)) texts.push(readFileSync(path, 'utf8'));
    }
    for (const text of texts) assert.doesNotMatch(text, /correct horse|battery staple|Y29ycmVjd|YmF0dGVye/);
  });

  async function rekeyPlain(router: string, password: string): Promise<void> {
    const file = join(lab.lab.folder, router, 'bird.conf');
    const text = readFileSync(file, 'utf8').replaceAll('multihop;', `multihop; password "${password}";`);
    writeFileSync(file, text);
    await lab.router(router).command('configure');
  }
});
