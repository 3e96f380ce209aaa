import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { demoPolicy, FIRST_CLUSTER, writeLabFiles } from './demo/lab-files.ts';
import { bellbird } from './testdata/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-plan-'));
after(() => rmSync(folder, { recursive: true }));
writeLabFiles(folder, 1790, FIRST_CLUSTER);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
write('other.bell', demoPolicy(1790).replace('64512:100', '64512:300').replace('multihop', 'multihop hold-time 60s'));
write('no-asn.bell', demoPolicy(1790).replace('as      64512', 'as label "asn"'));
write('broken.yaml', 'kind: Service\n  broken: [');

const PLAN = ['plan', '--policy', 'demo.bell', '--cluster', 'cluster'];

test('bellbird plan prints a table for every node', () => {
  const { status, stdout, stderr } = bellbird(PLAN, folder);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.deepEqual(
    [...stdout.matchAll(/^(\S+): (.*)$/gm)].map(([line]) => line),
    [
      'worker-1: 6 routes advertised, 2 withheld',
      'worker-2: 6 routes advertised, 2 withheld',
      'worker-3: 2 routes advertised, 6 withheld',
    ],
  );
  assert.match(
    stdout,
    /^ {2}198\.51\.100\.10\/32 +shop\/checkout +vips +local-endpoint +tor-a, tor-b +community 64512:100$/m,
  );
});

test('bellbird plan --node worker-3 -o json has the shape that tools rely on', () => {
  const { status, stdout } = bellbird([...PLAN, '--node', 'worker-3', '-o', 'json'], folder);
  assert.equal(status, 0);
  const plan: unknown = JSON.parse(stdout);
  const text = JSON.stringify(plan);
  assert.match(
    text,
    /^\{"apiVersion":"bellbird\/v1","kind":"Plan","nodes":\[\{"name":"worker-3","excluded":false,"routes":\[/,
  );
  assert.match(
    text,
    /"prefix":"10\.96\.0\.0\/16","kind":"cluster-ip","reason":"aggregate","service":null,"range":"services"/,
  );
  assert.match(
    text,
    /"withheld":\[.*\{"prefix":"198\.51\.100\.10\/32","service":"shop\/checkout","reason":"no-local-endpoint"/,
  );
});

test('bellbird plan says once that a policy has no peer, and in JSON as well', () => {
  write('alone.bell', 'speaker { as 64512 }\nrange vips load-balancer-ip 198.51.100.0/24\n');
  const args = ['plan', '--policy', 'alone.bell', '--cluster', 'cluster'];
  const { status, stderr } = bellbird(args, folder);
  assert.deepEqual([status, stderr.match(/warning\[no-peer\]/g)?.length], [0, 1]);
  const json = bellbird([...args, '--deny-warnings', '-o', 'json'], folder);
  assert.equal(json.status, 1);
  assert.match(json.stdout, /"code": "no-peer"/);
});

test('bellbird plan --against the same policy finds no difference', () => {
  assert.deepEqual(bellbird([...PLAN, '--against', 'demo.bell'], folder), {
    status: 0,
    stdout: 'no difference\n',
    stderr: '',
  });
});

test('bellbird plan --against another policy lists routes and sessions and exits with 1', () => {
  const { status, stdout } = bellbird([...PLAN, '--node', 'worker-1', '--against', 'other.bell'], folder);
  assert.equal(status, 1);
  assert.match(stdout, /^worker-1: 0 routes added, 0 removed, 2 changed, 2 sessions would restart$/m);
  assert.match(stdout, /^ {2}~ 198\.51\.100\.10\/32 .*64512:300.*\n {4}now 198\.51\.100\.10\/32 .*64512:100/m);
  assert.match(stdout, /^ {2}! the session with tor-a restarts: hold-time$/m);
});

test('bellbird plan --against tells which sessions another socket restarts, and that BIRD is replaced for it', () => {
  const demo = readFileSync(join(folder, 'demo.bell'), 'utf8');
  write('elsewhere.bell', demo.replace('port 1790', 'port 1791'));
  const { status, stdout } = bellbird([...PLAN, '--node', 'worker-1', '--against', 'elsewhere.bell'], folder);
  assert.equal(status, 1);
  assert.match(stdout, /^worker-1: 0 routes added, 0 removed, 0 changed, 2 sessions would restart$/m);
  assert.match(stdout, /^ {2}! the session with tor-a restarts: listen$/m);
  assert.match(stdout, /^ {2}! BIRD is replaced for it: all sessions restart at once, and peers with graceful/m);
});

test('bellbird plan --against tells that peers drop the routes where BIRD cannot be replaced for another socket', () => {
  const off = readFileSync(join(folder, 'demo.bell'), 'utf8').replace('multihop', 'multihop graceful-restart off');
  write('off.bell', off);
  write('off-elsewhere.bell', off.replace('port 1790', 'port 1791'));
  const args = ['plan', '--policy', 'off.bell', '--cluster', 'cluster', '--node', 'worker-1'];
  const { status, stdout } = bellbird([...args, '--against', 'off-elsewhere.bell'], folder);
  assert.equal(status, 1);
  assert.match(stdout, /^ {2}! they restart at once for another socket, and peers drop the routes of the node/m);
});

test('bellbird plan with a node that has no AS number exits with 1', () => {
  const { status, stderr } = bellbird(['plan', '--policy', 'no-asn.bell', '--cluster', 'cluster'], folder);
  assert.equal(status, 1);
  assert.match(stderr, /^warning\[value-missing\]: /);
});

test('bellbird plan --node worker-9 names the nodes there are and exits with 2', () => {
  assert.deepEqual(bellbird([...PLAN, '--node', 'worker-9'], folder), {
    status: 2,
    stdout: '',
    stderr:
      'error[unknown-node]: the cluster has no node `worker-9`\nhelp: choose one of `worker-1`, `worker-2` or `worker-3`\n',
  });
});

test('bellbird plan leaves a broken manifest out, names it and exits with 2', () => {
  write('cluster/broken.yaml', 'kind: Service\n  broken: [');
  const { status, stdout, stderr } = bellbird(PLAN, folder);
  rmSync(join(folder, 'cluster/broken.yaml'));
  assert.equal(status, 2);
  assert.match(stdout, /^worker-1: 6 routes advertised/);
  assert.match(stderr, /^error\[manifest-unreadable\]: cluster\/broken\.yaml:\d+: /);
});

test('bellbird plan with a cluster that is not there prints no result and exits with 2', () => {
  const { status, stdout, stderr } = bellbird(['plan', '--policy', 'demo.bell', '--cluster', 'gone'], folder);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /^error\[manifest-unreadable\]: gone: there is no such file or folder\n$/);
});

test('bellbird plan without any cluster says where it looked for one and exits with 2', () => {
  const { status, stdout, stderr } = bellbird(['plan', '--policy', 'demo.bell'], folder, {
    HOME: folder,
    KUBECONFIG: '',
    KUBERNETES_SERVICE_HOST: '',
  });
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /^error\[cluster-unreadable\]: no cluster: KUBECONFIG is not set, .*\nhelp: set KUBECONFIG, /);
});

test('bellbird explain shop/checkout --node worker-3 answers first', () => {
  const args = ['explain', 'shop/checkout', '--node', 'worker-3', '--policy', 'demo.bell', '--cluster', 'cluster'];
  const { status, stdout, stderr } = bellbird(args, folder);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /^shop\/checkout 198\.51\.100\.10\/32: withheld on worker-3\n {2}because /m);
});

test('bellbird explain shop/nothing exits with 2', () => {
  const args = ['explain', 'shop/nothing', '--policy', 'demo.bell', '--cluster', 'cluster'];
  const { status, stdout, stderr } = bellbird(args, folder);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /^error\[nothing-found\]: .*`shop\/nothing`/);
});

test('bellbird explain without a cluster or an agent says how to name one', () => {
  const { status, stderr } = bellbird(['explain', 'shop/cart', '--runtime-dir', join(folder, 'none')], folder);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /^error\[no-agent\]: no agent answers at .*\nhelp: name a cluster with `--cluster kube` or `--cluster PATH`/,
  );
});

test('bellbird demo --save lab writes a policy that checks and commands to try', () => {
  const { status, stdout } = bellbird(['demo', '--save', 'lab'], folder);
  assert.equal(status, 0);
  assert.match(stdout, /^wrote lab\/demo\.bell and lab\/cluster\n/);
  const words = /main\.ts (plan .*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
  assert.equal(bellbird(words, folder).status, 0);
});
