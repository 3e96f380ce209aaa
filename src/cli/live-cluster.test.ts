import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { askAgent } from '../agent/api-client.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../testing/api-lab.ts';
import { endBird, skipWithoutBird } from '../testing/bird-lab.ts';
import { type FakeApiServer, startFakeApiServer } from '../testing/fake-api-server.ts';
import { findFreePort } from './demo/free-port.ts';
import { type Outcome, type RunningCommand, startBellbird } from './testdata/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-live-'));
const entry = join(import.meta.dirname, '../main.ts');
let server: FakeApiServer;

const policyFor = (port: number) => `
speaker { as 64512 listen 127.0.0.12 port ${port} }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 127.0.0.102 port ${port} as 64500 source 127.0.0.12 multihop family ipv4 }
`;

const withAddress = (path: string, ip: string) => ({
  ...serviceManifest(path),
  status: { loadBalancer: { ingress: [{ ip }] } },
});

before(async () => {
  server = await startFakeApiServer({});
  writeFileSync(
    join(folder, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'lab', cluster: { server: server.url } },
        { name: 'away', cluster: { server: 'http://127.0.0.1:1' } },
      ],
      contexts: [
        { name: 'lab', context: { cluster: 'lab', user: 'lab' } },
        { name: 'away', context: { cluster: 'away', user: 'lab' } },
      ],
      users: [{ name: 'lab', user: {} }],
      'current-context': 'lab',
    }),
  );
  writeFileSync(join(folder, 'edge.bell'), policyFor(1790));
  server.put(nodeManifest('worker-1', { rack: 'a' }));
  server.put(withAddress('shop/cart', '198.51.100.10'));
  server.put(sliceManifest('shop/cart'));
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The API server runs in this process, so that it must not wait for the command.
function bellbird(...args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: '1', KUBECONFIG: 'kubeconfig' };
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd: folder, env, timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error?.code;
      resolve({ status: error === null ? 0 : typeof code === 'number' ? code : null, stdout, stderr });
    });
  });
}

test('bellbird snapshot writes manifests with which plan comes to the same as with the live cluster', async () => {
  const live = await bellbird('plan', '--policy', 'edge.bell');
  assert.deepEqual({ status: live.status, stderr: live.stderr }, { status: 0, stderr: '' });
  assert.match(live.stdout, /198\.51\.100\.10\/32 +shop\/cart/);
  const taken = await bellbird('snapshot');
  assert.deepEqual({ status: taken.status, stderr: taken.stderr }, { status: 0, stderr: '' });
  writeFileSync(join(folder, 'cluster.yaml'), taken.stdout);
  const home = await bellbird('plan', '--policy', 'edge.bell', '--cluster', 'cluster.yaml');
  assert.equal(home.stdout, live.stdout);
});

test('bellbird explain --cluster kube knows what no range is for', async () => {
  server.put(
    serviceManifest('shop/inside', { type: 'ClusterIP', clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] }),
  );
  const { status, stdout } = await bellbird('explain', 'shop/inside', '--policy', 'edge.bell', '--cluster', 'kube');
  assert.equal(status, 0);
  assert.match(stdout, /10\.96\.0\.77/);
});

for (const command of [
  ['plan', '--policy', 'chosen.bell'],
  ['explain', 'shop/cart', '--policy', 'chosen.bell'],
  ['snapshot'],
  ['test', '--live', 'chosen.bell'],
  ['run', '--dry-run', '--policy', 'chosen.bell', '--node', 'worker-1'],
]) {
  test(`--context chooses among the clusters of the kubeconfig for ${command[0]}`, async () => {
    writeFileSync(join(folder, 'chosen.bell'), policyFor(1790));
    const away = await bellbird(...command, '--context', 'away');
    assert.equal(away.status, 2);
    assert.match(away.stderr, /^error\[cluster-unreadable\]: http:\/\/127\.0\.0\.1:1: the API server does not answer/m);
    const [here, current] = [await bellbird(...command, '--context', 'lab'), await bellbird(...command)];
    if (command[0] !== 'explain') assert.deepEqual(here, current);
  });
}

test('--context is refused where it means nothing, and where there is none of that name', async () => {
  const unknown = await bellbird('snapshot', '--context', 'moon');
  assert.match(unknown.stderr, /there is no context `moon`/);
  const manifests = await bellbird('snapshot', '--cluster', 'cluster.yaml', '--context', 'lab');
  assert.match(manifests.stderr, /`--context` names a live cluster and does not go with `--cluster cluster\.yaml`/);
  const fixtures = await bellbird('test', '--context', 'lab', 'edge.bell');
  assert.match(fixtures.stderr, /`--context` names a live cluster: add `--live`/);
  assert.deepEqual([unknown.status, manifests.status, fixtures.status], [2, 2, 2]);
});

test('bellbird plan names the rule that a missing right needs, and prints no plan', async () => {
  server.interfere = ({ path }) =>
    path.endsWith('endpointslices') ? { kind: 'status', code: 403, reason: 'Forbidden' } : undefined;
  const { status, stdout, stderr } = await bellbird('plan', '--policy', 'edge.bell');
  server.interfere = () => undefined;
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  const rule = '{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }';
  assert.ok(stderr.includes(rule), stderr);
});

test('bellbird test --live judges the live cluster in the place of the one that a test names', async () => {
  const block = (verb: string) =>
    `test "the cart" {\n  cluster "absent.yaml"\n  expect worker-1 ${verb} 198.51.100.10/32\n}\n`;
  writeFileSync(join(folder, 'tested.bell'), policyFor(1790) + block('advertises'));
  const { status, stdout } = await bellbird('test', '--live', 'tested.bell');
  assert.equal(status, 0);
  assert.match(stdout, /^✔ the cart$/m);
  writeFileSync(join(folder, 'tested.bell'), policyFor(1790) + block('withholds'));
  assert.equal((await bellbird('test', '--live', 'tested.bell')).status, 1);
});

test('bellbird run follows the API, keeps its routes through outage and restart, and goes on from where they were', {
  skip: skipWithoutBird,
}, async (t) => {
  const port = await findFreePort(['127.0.0.12']);
  const runtime = join(folder, 'run');
  writeFileSync(join(folder, 'run.bell'), policyFor(port));
  const args = ['run', '--policy', 'run.bell', '--node', 'worker-1', '--runtime-dir', runtime];
  const started: RunningCommand[] = [];
  t.after(async () => {
    for (const agent of started) await agent.end('SIGKILL');
    await endBird(runtime);
  });
  const start = () => {
    const agent = startBellbird([...args, '--state-dir', join(folder, 'state')], folder, { KUBECONFIG: 'kubeconfig' });
    started.push(agent);
    return agent;
  };
  const metrics = async () => {
    const answer = await askAgent(runtime, { method: 'GET', path: '/metrics', form: 'text' });
    return answer.kind === 'answer' ? answer.body : '';
  };
  const config = () => readFileSync(join(runtime, 'bird.conf'), 'utf8');
  const ask = (...words: readonly string[]) => bellbird(...words, '--runtime-dir', runtime);

  const first = start();
  await first.says(/"event":"watches"/);
  await first.says(/policy-in-effect/);
  assert.ok(config().includes('198.51.100.10/32'));
  server.put(withAddress('shop/web', '198.51.100.11'));
  server.put(sliceManifest('shop/web'));
  await first.says(/announced 198\.51\.100\.11\/32/);
  const status = await ask('status');
  assert.match(status.stdout, /watching endpointslices\.discovery\.k8s\.io .*, because addresses of range `vips`/);

  assert.match(await metrics(), /^bellbird_watch_connected\{resource="services",namespace=""\} 1$/m);
  assert.match(await metrics(), /^bellbird_watch_lists_total\{resource="nodes",namespace=""\} 1$/m);
  assert.match(await metrics(), /^bellbird_cluster_staleness_seconds \d/m);

  // The server is away, and something changes meanwhile.
  await server.stop();
  await first.says(/the API server does not answer/);
  assert.match(await metrics(), /^bellbird_watch_connected\{resource="services",namespace=""\} 0$/m);
  assert.match(
    await metrics(),
    /^bellbird_watch_errors_total\{resource="services",namespace="",cause="unreachable"\} [1-9]/m,
  );
  assert.match(await metrics(), /^bellbird_problems\{code="cluster-unreadable"\} 1$/m);
  server.remove('Service', 'shop/web');
  const before = config();
  assert.match((await ask('status')).stdout, /cluster-unreadable: .* does not answer/);
  assert.equal(await first.end('SIGTERM'), 0);

  const second = start();
  await second.says(/"code":"cluster-recalled"/);
  await second.says(/BIRD holds the 2 routes of this node already/);
  assert.match((await ask('status')).stdout, /, as it was saved .*\n/);
  assert.equal(config(), before);

  await server.listen();
  await second.says(/"event":"cluster-complete"/);
  await second.says(/withdrawn/);
  assert.ok(!config().includes('198.51.100.11/32'));
  assert.equal(await second.end('SIGTERM'), 0);
});
