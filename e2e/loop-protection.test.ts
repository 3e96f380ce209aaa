// `loop-protection` with real packets: a client behind a router, a node that announces aggregates and has its default
// route at that router, a pod behind the node, and what kube-proxy does, as rules of nft. Root only.
//
//   client 10.70.0.2 ── router ── 10.60.0.0/24 ── node ── 10.244.0.0/24 ── pod

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable, startAgent } from './lab/agent.ts';
import { type BirdRouter, startBirdRouter } from './lab/bird-router.ts';
import { createManifestFolder, endpoints, node, replaceFile, service } from './lab/cluster.ts';
import { hasProgram, query, run } from './lab/command.ts';
import { startDaemon } from './lab/daemon.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, ip, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

// 10.60.0.128/25 is a part of the node's own network; 10.60.0.200 is a host there, which is no service.
const policyText = (action: 'off' | 'drop' | 'reject') => `
speaker { as 64512 loop-protection ${action} }
range services cluster-ip       10.96.0.0/16, fd00:10:96::/112 aggregate
range lan      load-balancer-ip 10.60.0.128/25 aggregate
peer router { address 10.60.0.1 as 64601 connect-retry 1s }
`;

const ROUTER_CONFIG = `
router id 10.60.0.1;
protocol device {}
protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
protocol kernel { ipv6 { import none; export where source = RTS_BGP; }; }
protocol bgp node {
  local 10.60.0.1 as 64601; neighbor 10.60.0.11 as 64512;
  connect delay time 0; connect retry time 1; error wait time 1, 4;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`;

/** What kube-proxy makes of the service 10.96.0.10:80: its packets get the pod's address, before those of others are routed. */
const KUBE_PROXY = `
table ip kube-proxy {
  chain prerouting  { type nat hook prerouting  priority dstnat; ip daddr 10.96.0.10 tcp dport 80 dnat to 10.244.0.2:8080; }
  chain output      { type nat hook output      priority -100;   ip daddr 10.96.0.10 tcp dport 80 dnat to 10.244.0.2:8080; }
  chain postrouting { type nat hook postrouting priority srcnat; ip daddr 10.244.0.2 masquerade; }
}
`;

const POD = `require('node:net').createServer((s) => s.end('hello\\n')).listen(8080)`;
const UNUSED = ['10.96.77.77', 'fd00:10:96::7777'];

const obstacle =
  namespaceLabObstacle() || (hasProgram('nft') ? false : 'the program `nft` is missing (Debian package nftables)');

describe('packets for unused addresses of aggregates', { skip: obstacle, timeout: 120_000 }, () => {
  let lab: Lab;
  let client: Namespace;
  let router: Namespace;
  let worker: Namespace;
  let bird: BirdRouter;
  let agent: Agent;
  let policy: string;

  before(async () => {
    lab = openLab();
    client = addNamespace(lab, 'client');
    router = addNamespace(lab, 'router');
    worker = addNamespace(lab, 'n1');
    const pod = addNamespace(lab, 'pod');
    buildNetwork(pod);
    startDaemon(lab, { name: 'pod', command: process.execPath, args: ['-e', POD], namespace: pod });
    const ruleset = join(lab.folder, 'kube-proxy.nft');
    replaceFile(lab, ruleset, KUBE_PROXY);
    inside(worker, 'nft', '-f', ruleset);
    bird = await startBirdRouter(lab, { name: 'router', namespace: router, config: ROUTER_CONFIG });
    const cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: ['10.60.0.11'] }),
      service('shop/checkout', { clusterIPs: ['10.96.0.10', 'fd00:10:96::10'] }),
      endpoints('shop/checkout', ['worker-1']),
    ]);
    policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, policyText('off'));
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
    await waitUntil({
      what: 'the aggregates in the kernel of the router',
      observe: () => `${ip(router, '-4', 'route', 'show')}${ip(router, '-6', 'route', 'show')}`,
      until: (text) => ['10.96.0.0/16', 'fd00:10:96::/112', '10.60.0.128/25'].every((prefix) => text.includes(prefix)),
      timeoutMs: 30_000,
    });
  });
  after(() => lab.close());

  function buildNetwork(pod: Namespace): void {
    addBridge(router, 'net0', ['10.60.0.1/24', 'fd00:60::1/64', 'fe80::1/64', '10.60.0.200/32']);
    plugIn(worker, 'eth0', ['10.60.0.11/24', 'fd00:60::11/64', 'fe80::11/64'], {
      namespace: router,
      bridge: 'net0',
      port: 'node',
    });
    addBridge(router, 'net1', ['10.70.0.1/24', 'fd00:70::1/64']);
    plugIn(client, 'eth0', ['10.70.0.2/24', 'fd00:70::2/64'], { namespace: router, bridge: 'net1', port: 'client' });
    addBridge(worker, 'pods', ['10.244.0.1/24']);
    plugIn(pod, 'eth0', ['10.244.0.2/24'], { namespace: worker, bridge: 'pods', port: 'pod' });
    ip(pod, 'route', 'add', 'default', 'via', '10.244.0.1');
    ip(router, 'route', 'add', '10.244.0.0/24', 'via', '10.60.0.11');
    for (const [namespace, end] of [
      [client, '70::1'],
      [worker, '60::1'],
    ] as const) {
      ip(namespace, 'route', 'add', 'default', 'via', `10.${end.replace('::', '.0.')}`);
      ip(namespace, '-6', 'route', 'add', 'default', 'via', `fd00:${end}`);
    }
    for (const namespace of [router, worker]) {
      inside(namespace, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
      // Each answer counts: none is left out for coming too soon after another.
      inside(namespace, 'sysctl', '-q', '-w', 'net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0');
    }
  }

  function inside(namespace: Namespace, command: string, ...args: readonly string[]): string {
    return run('ip', 'netns', 'exec', namespace.name, command, ...args);
  }

  /** A counter of the namespace, by its name in /proc/net/snmp or snmp6. */
  function counter(namespace: Namespace, name: string): number {
    if (name.includes('6')) {
      const line = inside(namespace, 'cat', '/proc/net/snmp6')
        .split('\n')
        .find((text) => text.startsWith(`${name} `));
      return Number(line?.split(/\s+/)[1] ?? Number.NaN);
    }
    const [table = '', field = ''] = name.split(/(?<=^Ip|^Icmp)/);
    const lines = inside(namespace, 'cat', '/proc/net/snmp')
      .split('\n')
      .filter((text) => text.startsWith(`${table}:`));
    const [names = [], values = []] = lines.map((line) => line.split(' '));
    return Number(values[names.indexOf(field)] ?? Number.NaN);
  }

  /** Sends one packet from the client, and one more behind it that the router answers for; returns what was counted. */
  function send(address: string): Readonly<Record<'forwarded' | 'expired' | 'unreachable', number>> {
    const is6 = address.includes(':');
    const counters = {
      forwarded: () => counter(worker, is6 ? 'Ip6OutForwDatagrams' : 'IpForwDatagrams'),
      expired: () => counter(client, is6 ? 'Icmp6InTimeExcds' : 'IcmpInTimeExcds'),
      unreachable: () => counter(client, is6 ? 'Icmp6InDestUnreachs' : 'IcmpInDestUnreachs'),
    };
    const before = [counters.forwarded(), counters.expired(), counters.unreachable()] as const;
    inside(client, 'bash', '-c', `echo lost > /dev/udp/${address}/9`);
    return {
      forwarded: counters.forwarded() - before[0],
      expired: counters.expired() - before[1],
      unreachable: counters.unreachable() - before[2],
    };
  }

  /** What a connection to the service brings. */
  function connect(from: Namespace): Promise<string> {
    const script = 'exec 3<>/dev/tcp/10.96.0.10/80; read -t 5 -u 3 line; echo "$line"';
    return query('ip', 'netns', 'exec', from.name, 'bash', '-c', script);
  }

  /** Changes the policy and waits until packets are treated like that. */
  async function setPolicy(action: 'off' | 'drop' | 'reject', expected: ReturnType<typeof send>): Promise<void> {
    replaceFile(lab, policy, policyText(action));
    for (const address of UNUSED) {
      await waitUntil({
        what: `packets for ${address} to be treated as by \`${action}\``,
        observe: () => send(address),
        until: (seen) => JSON.stringify(seen) === JSON.stringify(expected),
        everyMs: 200,
      });
    }
  }

  function rules(): string {
    return `${ip(worker, '-4', 'rule', 'show')}${ip(worker, '-6', 'rule', 'show')}`;
  }

  test('without it, a packet goes back and forth until its time is over', () => {
    for (const address of UNUSED) {
      const { forwarded, expired } = send(address);
      assert.ok(forwarded > 20, `${address} was forwarded ${forwarded} times`);
      assert.equal(expired, 1);
    }
  });

  test('`drop` ends it on the node, in silence', async () => {
    await setPolicy('drop', { forwarded: 0, expired: 0, unreachable: 0 });
  });

  test('the service is reached by the node itself and by the client, through its address', async () => {
    assert.deepEqual([await connect(worker), await connect(client)], ['hello\n', 'hello\n']);
  });

  test("a host of the node's own network is reached, also inside an aggregate", () => {
    // From the pod, so that the node forwards. Nothing listens there, and the host says so itself.
    const attempt = ['timeout', '5', 'bash', '-c', 'echo > /dev/tcp/10.60.0.200/9'] as const;
    const refused = run('sh', '-c', '"$@" 2>&1 || true', 'sh', 'ip', 'netns', 'exec', `${lab.name}-pod`, ...attempt);
    assert.match(refused, /Connection refused/);
  });

  test('a route that is as long as the aggregate, or longer, has the word', async () => {
    ip(worker, 'route', 'add', '10.96.128.0/17', 'via', '10.244.0.2');
    const { forwarded } = send('10.96.200.1');
    assert.ok(forwarded >= 1, 'it was not forwarded to the gateway of the longer route');
    ip(worker, 'route', 'del', '10.96.128.0/17');
  });

  test('an agent that ends leaves it in place, and the next one changes nothing', async () => {
    const before = rules();
    await agent.kill();
    assert.deepEqual(send('10.96.77.77'), { forwarded: 0, expired: 0, unreachable: 0 });
    agent.start();
    await waitUntil({
      what: 'the next agent',
      observe: () => agent.output(),
      until: (text) => text.split('policy-in-effect').length > 3,
    });
    assert.equal(rules(), before);
    assert.deepEqual(send('10.96.77.77'), { forwarded: 0, expired: 0, unreachable: 0 });
  });

  test('a BIRD that is killed leaves it in place, and so does the one that goes on', async () => {
    const killed = agent.birdPid();
    process.kill(killed, 'SIGKILL');
    const returned: string[] = [];
    await waitUntil({
      what: 'a new BIRD with its session, while no packet returns',
      observe: async () => {
        returned.push(...UNUSED.filter((address) => send(address).forwarded > 0));
        return agent.birdPid() !== killed && (await bird.established()).length === 1;
      },
      until: (isBack) => isBack,
      timeoutMs: 20_000,
    });
    assert.deepEqual(returned, []);
  });

  test('`reject` tells the sender', async () => {
    await setPolicy('reject', { forwarded: 0, expired: 0, unreachable: 1 });
    assert.equal(await connect(worker), 'hello\n');
  });

  test('turned off, its rules go, and packets return to the router again', async () => {
    replaceFile(lab, policy, policyText('off'));
    await waitUntil({
      what: 'the end of the rules',
      observe: rules,
      until: (text) => !text.includes('179'),
    });
    assert.ok(send('10.96.77.77').forwarded > 20);
    assert.deepEqual(await bird.established(), ['node']);
  });

  test('on withdrawal nothing of it is left', async () => {
    await setPolicy('drop', { forwarded: 0, expired: 0, unreachable: 0 });
    const stop = ['netns', 'exec', worker.name, executable(), 'stop', '--withdraw', '--runtime-dir', agent.runtimeDir];
    await query('ip', ...stop);
    assert.equal(rules().includes('179'), false);
    assert.equal(ip(worker, 'route', 'show', 'table', 'all').includes('blackhole'), false);
  });
});
