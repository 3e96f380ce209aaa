import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { askAgent } from '../agent/api-client.ts';
import { endBird, skipWithoutBird } from '../testing/bird-lab.ts';
import { findFreePort } from './demo/free-port.ts';
import { bellbird, type RunningCommand, startBellbird } from './testdata/command.ts';

const CLUSTER = `
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
status:
  addresses: [{ type: InternalIP, address: 127.0.0.11 }]
  conditions: [{ type: Ready, status: "True" }]
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: cart }
spec: { type: LoadBalancer, clusterIPs: [10.96.0.1] }
status: { loadBalancer: { ingress: [{ ip: 198.51.100.10 }] } }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: shop, name: cart-1, labels: { kubernetes.io/service-name: cart } }
addressType: IPv4
endpoints: [{ addresses: [10.244.0.5], nodeName: worker-1 }]
`;

const policyFor = (port: number) => `
speaker { as 64512 listen 127.0.0.11 port ${port} }
range vips load-balancer-ip 198.51.100.0/24
peer tor-a { address 127.0.0.101 port ${port} as 64500 source 127.0.0.11 multihop family ipv4 }
`;

/** A folder with a policy and a cluster, and agents of worker-1 in it. */
async function createLab(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-run-'));
  const port = await findFreePort(['127.0.0.11']);
  const runtime = join(folder, 'run');
  const folders = ['--runtime-dir', runtime];
  writeFileSync(join(folder, 'edge.bell'), policyFor(port));
  writeFileSync(join(folder, 'cluster.yaml'), CLUSTER);
  const started: RunningCommand[] = [];
  t.after(async () => {
    for (const agent of started) await agent.end('SIGKILL');
    await endBird(runtime);
    rmSync(folder, { recursive: true, force: true });
  });
  const run = ['run', '--policy', 'edge.bell', '--cluster', 'cluster.yaml', '--node', 'worker-1', ...folders];
  const args = [...run, '--state-dir', join(folder, 'state')];
  return {
    folder,
    port,
    runtime,
    args,
    /** Starts an agent and waits until its policy is in effect. */
    start: async (...more: readonly string[]): Promise<RunningCommand> => {
      const agent = startBellbird([...args, ...more], folder);
      started.push(agent);
      await agent.says(/policy-in-effect/);
      return agent;
    },
    ask: (...words: readonly string[]) => bellbird([...words.slice(0, 1), ...folders, ...words.slice(1)], folder),
    write: (file: string, text: string) => writeFileSync(join(folder, file), text),
    birdPid: () => Number(readFileSync(join(runtime, 'bird.pid'), 'utf8')),
    /** When BIRD last took a configuration, in its own words. */
    configuredAt: () =>
      /Last reconfiguration on .*/.exec(bellbird(['birdc', ...folders, 'show', 'status'], folder).stdout)?.[0],
  };
}

test('bellbird run starts BIRD, and status, peers, routes, explain and birdc tell about it', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  await lab.start();
  const status = lab.ask('status');
  assert.deepEqual({ ...status, stdout: '' }, { status: 0, stdout: '', stderr: '' });
  assert.match(status.stdout, /^node {6}worker-1\n/);
  assert.match(status.stdout, /^bird {6}BIRD 2\.17\.\d+, pid \d+, up \d+ s, started, configured /m);
  assert.match(status.stdout, /^sessions {2}0 of 1 established\n/m);
  assert.match(status.stdout, /^routes {4}1 advertised, /m);
  const peers = lab.ask('peers');
  const header = 'Node Local AS Peer AS Peer Address Session State Uptime Family Received Advertised Peer';
  assert.equal(peers.stdout.split('\n')[0]?.replace(/ {2,}/g, ' '), header);
  assert.match(peers.stdout, /^worker-1 +64512 +64500 +127\.0\.0\.101 port \d+ /m);
  const routes: unknown = JSON.parse(lab.ask('routes', '-o', 'json').stdout);
  assert.match(JSON.stringify(routes), /"prefix":"198\.51\.100\.10\/32".*"inBird":true/);
  assert.match(
    lab.ask('explain', '198.51.100.10').stdout,
    /^shop\/cart 198\.51\.100\.10\/32: advertised on worker-1\n/,
  );
  assert.match(lab.ask('birdc', 'show', 'protocols').stdout, /peer_tor-a/);
});

test('bellbird history tells what was changed and why', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  const agent = await lab.start();
  lab.write('edge.bell', `${policyFor(lab.port)}exclude services shop/*\n`);
  await agent.says(/withdrawn 198\.51\.100\.10\/32/);
  const { status, stdout, stderr } = lab.ask('history');
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const [first = '', announced, second = '', withdrawn, end] = stdout.split('\n');
  assert.match(first, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}the cluster was read$/);
  assert.match(second, /Z {2}the policy files$/);
  assert.deepEqual([announced, withdrawn], ['  announced 198.51.100.10/32', '  withdrawn 198.51.100.10/32']);
  assert.equal(end, '');
  const json: unknown = JSON.parse(lab.ask('history', '--last', '1', '-o', 'json').stdout);
  assert.match(
    JSON.stringify(json),
    /"changes":\[\{"at":"[^"]+","causes":\["the policy files"\].*"withdrawn":\{"count":1/,
  );
  assert.equal(lab.ask('history', '--last', '0').status, 2);
});

test('bellbird plan --against running compares with the policy that the agent has in effect', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  await lab.start();
  const same = lab.ask('plan', '--policy', 'edge.bell', '--against', 'running');
  assert.deepEqual(same, { status: 0, stdout: 'no difference\n', stderr: '' });
  lab.write(
    'new.bell',
    policyFor(lab.port).replace('multihop', 'multihop hold-time 60s').replace('100.0/24', '100.10 '),
  );
  const other = lab.ask('plan', '--policy', 'new.bell', '--against', 'running');
  assert.deepEqual([other.status, other.stderr], [1, '']);
  assert.match(other.stdout, /^worker-1: 0 routes added, 0 removed, 1 changed, 1 session would restart$/m);
  assert.match(other.stdout, /the session with tor-a restarts: hold-time/);
  const alone = bellbird(['plan', '--policy', 'new.bell', '--against', 'running', '--runtime-dir', 'none'], lab.folder);
  assert.deepEqual([alone.status, alone.stdout], [2, '']);
  assert.match(alone.stderr, /^error\[no-agent\]/);
});

test('bellbird birdc with a mistake prints the answer of BIRD on stderr and exits with 1', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  await lab.start();
  const { status, stdout, stderr } = lab.ask('birdc', 'show', 'nonsense');
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /syntax error/);
});

test('bellbird run leaves BIRD running on SIGTERM, and the next one adopts it without a configure', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  const first = await lab.start();
  const [pid, configuredAt] = [lab.birdPid(), lab.configuredAt()];
  assert.equal(await first.end('SIGTERM'), 0);
  const second = await lab.start();
  assert.match(second.stderr(), /"event":"bird-adopted"/);
  assert.deepEqual([lab.birdPid(), lab.configuredAt()], [pid, configuredAt]);
});

test('bellbird run adopts the BIRD of an agent that was killed', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  const first = await lab.start();
  const [pid, configuredAt] = [lab.birdPid(), lab.configuredAt()];
  assert.equal(await first.end('SIGKILL'), null);
  await lab.start();
  assert.deepEqual([lab.birdPid(), lab.configuredAt()], [pid, configuredAt]);
});

test('bellbird run starts BIRD again after a crash', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  const agent = await lab.start();
  process.kill(lab.birdPid(), 'SIGKILL');
  await agent.says(/"recovered":true/);
  assert.match(lab.ask('status').stdout, /^bird .*, restarted, /m);
});

test('bellbird run on a runtime directory that has an agent refuses with 2', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  await lab.start();
  const { status, stdout, stderr } = bellbird(lab.args, lab.folder);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /^error\[agent-running\]: another agent is already running on `.*\/run`\nhelp: /);
});

test('bellbird run keeps the policy in effect when the files are broken, and takes the repaired ones', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  const agent = await lab.start();
  lab.write('edge.bell', 'speaker {\n');
  await agent.says(/policy-refused/);
  const status = lab.ask('status').stdout;
  assert.match(status, /the files on disk are refused since .*: 1 error, the first at edge\.bell:1:9: /);
  assert.match(status, /^problems {2}policy-refused: /m);
  assert.match(status, /^routes {4}1 advertised, /m);
  lab.write('edge.bell', policyFor(lab.port).replace('198.51.100.0/24', '203.0.113.0/24'));
  await agent.says(/withdrawn 198\.51\.100\.10\/32/);
  assert.doesNotMatch(lab.ask('status').stdout, /refused/);
});

test('bellbird run opens no session without its password, and reads it again on SIGHUP', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  lab.write('edge.bell', policyFor(lab.port).replace('multihop', 'multihop password file "tor-a.key"'));
  const agent = await lab.start();
  assert.match(
    agent.stderr(),
    /peer `tor-a`: its session is not opened: the password file `tor-a\.key` cannot be read/,
  );
  assert.doesNotMatch(lab.ask('birdc', 'show', 'protocols').stdout, /peer_tor-a/);
  writeFileSync(join(lab.folder, 'tor-a.key'), 'rosebud\n', { mode: 0o600 });
  agent.process.kill('SIGHUP');
  await agent.says(/"event":"problem-over","code":"password-missing"/);
  await agent.says(/the session with `tor-a` restarts: password/);
  assert.match(lab.ask('birdc', 'show', 'protocols').stdout, /peer_tor-a/);
  assert.doesNotMatch(agent.stderr(), /rosebud/);
  assert.doesNotMatch(lab.ask('status', '-o', 'json').stdout, /rosebud/);
});

test('bellbird run with a broken policy goes on with the one that was last applied', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  const first = await lab.start();
  await first.end('SIGTERM');
  lab.write('edge.bell', 'speaker {\n');
  const second = await lab.start();
  assert.match(second.stderr(), /policy-refused/);
  assert.match(lab.ask('status').stdout, /^policy .*edge\.bell, as it was last applied, /m);
});

test('bellbird run with a broken policy and no earlier one exits with 1', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  lab.write('edge.bell', 'speaker {\n');
  const { status, stdout, stderr } = bellbird(lab.args, lab.folder);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /^error\[/);
});

test('bellbird stop ends the agent, and stop --withdraw then the BIRD it left', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  await lab.start();
  const stop = lab.ask('stop');
  assert.deepEqual(stop, {
    status: 0,
    stdout: 'the agent has ended; BIRD goes on with its sessions and routes\n',
    stderr: '',
  });
  const pid = lab.birdPid();
  assert.match(readlinkSync(`/proc/${pid}/exe`), /\/run\/bird$/);
  assert.equal(lab.ask('stop').status, 2);
  assert.equal(lab.ask('stop', '--withdraw').status, 0);
  assert.throws(() => readlinkSync(`/proc/${pid}/exe`), { code: 'ENOENT' });
});

test('bellbird run --metrics serves metrics over TCP as on its socket', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  const port = await findFreePort(['127.0.0.1']);
  await lab.start('--metrics', `127.0.0.1:${port}`);
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^bellbird_bgp_session_up\{peer="tor-a",address="127\.0\.0\.101"\} 0$/m);
  assert.match(text, /^bellbird_routes_announced\{kind="load-balancer-ip",form="exact",family="ipv4"\} 1$/m);
  assert.match(text, /^bellbird_change_to_applied_seconds_count 1$/m);
  const local = await askAgent(lab.runtime, { method: 'GET', path: '/metrics', form: 'json' });
  assert.match(local.kind === 'answer' ? local.body : '', /^bellbird_bird_up 1$/m);
});

test('bellbird run --metrics with something else than an address exits with 2', () => {
  const { status, stdout, stderr } = bellbird(['run', '--metrics', '7475'], tmpdir());
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /'7475' is invalid\. It is an address and a port, such as 127\.0\.0\.1:7475/);
});

test('bellbird run with a port in use names the process and exits with 2', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(lab.port, '127.0.0.11', resolve));
  const agent = startBellbird(lab.args, lab.folder);
  await agent.says(/error\[port-in-use\]/);
  assert.equal(await agent.end('SIGCONT'), 2);
  assert.match(agent.stderr(), new RegExp(`port ${lab.port} is already in use by .*\\(pid ${process.pid}, user `));
});

test('bellbird run --dry-run prints routes and configuration and leaves no file', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  const { status, stdout, stderr } = bellbird([...lab.args, '--dry-run'], lab.folder);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /^worker-1: 1 route advertised, /);
  assert.match(stdout, /^ {2}route 198\.51\.100\.10\/32 blackhole;$/m);
  assert.throws(() => readFileSync(lab.runtime), { code: 'ENOENT' });
});

test('bellbird run --dry-run never prints a password', { skip: skipWithoutBird }, async (t) => {
  const lab = await createLab(t);
  mkdirSync(join(lab.folder, 'keys'));
  writeFileSync(join(lab.folder, 'keys/tor-a'), 'rosebud\n', { mode: 0o600 });
  lab.write('edge.bell', policyFor(lab.port).replace('multihop', 'multihop password file "keys/tor-a"'));
  const { status, stdout, stderr } = bellbird([...lab.args, '--dry-run'], lab.folder);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /password "/);
  assert.doesNotMatch(stdout, /rosebud/);
});

test('bellbird run --dry-run reads Secrets from the manifests, and never prints one', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  lab.write('edge.bell', policyFor(lab.port).replace('multihop', 'multihop password secret bgp/fabric key "tor"'));
  const missing = bellbird([...lab.args, '--dry-run'], lab.folder);
  assert.match(missing.stderr, /^warning\[password-missing\]: peer tor-a: .*: the cluster has no Secret bgp\/fabric$/m);
  const metadata = { namespace: 'bgp', name: 'fabric' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { tor: 'rosebud' } };
  lab.write(
    'cluster.yaml',
    `${readFileSync(join(lab.folder, 'cluster.yaml'), 'utf8')}\n---\n${JSON.stringify(secret)}\n`,
  );
  const { status, stdout, stderr } = bellbird([...lab.args, '--dry-run'], lab.folder);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /password "/);
  assert.doesNotMatch(stdout, /rosebud/);
});

test('bellbird run --dry-run for an unknown node names the nodes there are and exits with 2', {
  skip: skipWithoutBird,
}, async (t) => {
  const lab = await createLab(t);
  const args = lab.args.map((word) => (word === 'worker-1' ? 'worker-9' : word));
  const { status, stdout, stderr } = bellbird([...args, '--dry-run'], lab.folder);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.equal(stderr, 'error[unknown-node]: the cluster has no node `worker-9`\nhelp: choose one of `worker-1`\n');
});

test('bellbird run without a cluster says so and ends with 2', { skip: skipWithoutBird }, async (t) => {
  const { args, folder } = await createLab(t);
  const live = args.filter((word) => word !== '--cluster' && word !== 'cluster.yaml');
  const { status, stdout, stderr } = bellbird(live, folder, { KUBECONFIG: join(folder, 'absent') });
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, stderr);
  assert.match(stderr, /^error\[cluster-unreadable\]: .*absent/m);
});
