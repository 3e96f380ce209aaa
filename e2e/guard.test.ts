// The `guard` of a policy in front of a real router: withdrawals that are held, over a restart of the agent as well, what lets
// them go, and announcements that are not made.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable } from './lab/agent.ts';
import { endpoints, loadBalancer, type Manifest } from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab, type View } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
range vips load-balancer-ip 198.51.100.0/24
peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
guard { max-withdraw 50% within 10s max-routes 25 }
`;

const hosts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function shop(from: number, to: number, isServed = true): readonly Manifest[] {
  return hosts(from, to).flatMap((host) => [
    loadBalancer(`shop/s${host}`, [`198.51.100.${host}`]),
    ...(isServed ? [endpoints(`shop/s${host}`, ['worker-1'])] : []),
  ]);
}

function view(from: number, to: number): View {
  return Object.fromEntries(hosts(from, to).map((host) => [`198.51.100.${host}/32`, ['worker-1']]));
}

describe('a guard', () => {
  let lab: LoopbackLab;
  let agent: Agent;

  const write = (objects: readonly Manifest[]) => lab.cluster.write('objects.yaml', objects);
  const updates = async () => (await lab.router().updatesReceived()).get('worker_1') ?? 0;
  const ask = (...words: readonly string[]) => query(executable(), ...words, '--runtime-dir', agent.runtimeDir);
  const says = (pattern: RegExp, from: number) =>
    waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => agent.output().slice(from),
      until: (seen) => pattern.test(seen),
    });

  before(async () => {
    lab = await startLoopbackLab({ policy: POLICY, objects: shop(10, 29), nodes: { 'worker-1': {} } });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    await lab.waitForView(view(10, 29));
  });
  after(() => lab.close());

  test('keeps routes announced whose services go all at once, and says so', async () => {
    const [from, sent] = [agent.output().length, await updates()];
    write([...shop(10, 14), ...shop(30, 30)]);
    await says(/15 withdrawals held by `max-withdraw`/, from);
    await lab.waitForView(view(10, 30));
    assert.equal(await updates(), sent + 1, 'only the new service is announced');
    assert.match(await ask('status'), /15 held by guard since .*198\.51\.100\.15\/32/);
    assert.match(await ask('explain', '198.51.100.10'), /advertised/);
    assert.match(await ask('routes'), /^15 routes held by `max-withdraw`: 198\.51\.100\.15\/32/m);
  });

  test('still keeps them after the agent was killed and started', async () => {
    const [from, sent] = [agent.output().length, await updates()];
    await agent.kill();
    agent.start();
    await says(/15 withdrawals held by `max-withdraw`/, from);
    assert.equal(await updates(), sent);
    write([...shop(10, 14), ...shop(30, 31)]);
    await lab.waitForView(view(10, 31));
    assert.equal(await updates(), sent + 1);
  });

  test('lets what it holds leave gracefully with a drained node, and keeps it again afterwards', async () => {
    const community = async () => (await lab.paths('198.51.100.20/32', 'tor'))['worker-1']?.get('community') ?? '';
    await ask('drain', '--force', '--wait', '4s');
    await waitUntil({
      what: 'a held route to be sent with graceful-shutdown',
      observe: community,
      until: (seen) => seen.includes('(65535,0)'),
    });
    assert.deepEqual(await lab.view('tor'), view(10, 31));
    await lab.waitForView({});
    const from = agent.output().length;
    await agent.kill();
    agent.start();
    await says(/15 withdrawals held by `max-withdraw`: .* while the node is drained/, from);
    assert.match(
      await ask('status'),
      /15 held by guard since .*, withdrawn until `bellbird undrain`: 198\.51\.100\.15\/32/,
    );
    assert.deepEqual(await lab.view('tor'), {});
    await ask('undrain');
    await lab.waitForView(view(10, 31));
    assert.equal(await community(), '');
  });

  test('lets go what the policy excludes, and what is due again', async () => {
    const from = agent.output().length;
    lab.writePolicy(`${POLICY}exclude prefixes 198.51.100.15`);
    await says(/14 withdrawals held/, from);
    write([...shop(10, 14), ...shop(16, 16), ...shop(30, 31)]);
    await says(/13 withdrawals held/, from);
    await lab.waitForView({ ...view(10, 14), ...view(16, 31) });
  });

  test('lets everything go when it is confirmed', async () => {
    assert.match(await ask('confirm'), /^13 withdrawals let go: 198\.51\.100\.17\/32, /);
    await lab.waitForView({ ...view(10, 14), ...view(16, 16), ...view(30, 31) });
    assert.equal(await ask('confirm'), 'nothing waits to be confirmed\n');
    assert.doesNotMatch(await ask('status'), /held by guard/);
  });

  test('announces no more than `max-routes`, in prefix order', async () => {
    const from = agent.output().length;
    write(shop(30, 69));
    await says(/15 routes not announced: more than `max-routes` allows/, from);
    await lab.waitForView(view(30, 54));
    await waitUntil({
      what: 'the status to say that 15 routes wait',
      observe: () => ask('status'),
      until: (status) => /25 advertised, .* 15 waiting \(held 15\)/.test(status),
    });
    write(shop(31, 69));
    await lab.waitForView(view(31, 55));
  });

  test('never holds routes that lost their endpoints', async () => {
    write(shop(31, 69, false));
    await lab.waitForView({});
  });
});

describe('a policy on trial', () => {
  const TRIED = `
range vips load-balancer-ip 198.51.100.0/24
peer tor   { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
peer spine { address 127.0.0.102 port PORT as 64602 ${LOOPBACK_PEER} }
`;
  const GUARD = 'guard { confirm within 3s }\n';
  const BROKEN = `${TRIED.replace('as 64601', 'as 64699')}${GUARD}`;
  let lab: LoopbackLab;
  let agent: Agent;

  const says = (pattern: RegExp, from: number) =>
    waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => agent.output().slice(from),
      until: (seen) => pattern.test(seen),
    });

  before(async () => {
    const routers = { tor: 64601, spine: 64602 };
    lab = await startLoopbackLab({ policy: TRIED, objects: shop(10, 11), nodes: { 'worker-1': {} }, routers });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    for (const router of ['tor', 'spine']) await lab.waitForView(view(10, 11), { router });
  });
  after(() => lab.close());

  test('is taken back where a session that was up does not come back', async () => {
    const from = agent.output().length;
    lab.writePolicy(`${BROKEN}exclude services none/none`);
    await says(/the policy is on trial until/, from);
    await lab.waitForView({}, { router: 'tor' });
    await says(/refused: the session with `tor` did not come back; the policy before them goes on/, from);
    for (const router of ['tor', 'spine']) await lab.waitForView(view(10, 11), { router });
    const status = await query(executable(), 'status', '--runtime-dir', agent.runtimeDir);
    assert.match(status, /the files on disk are refused since .*the session with `tor` did not come back/);
  });

  test('is not taken back where the one before would announce what it excludes', async () => {
    const from = agent.output().length;
    lab.writePolicy(`${BROKEN}exclude prefixes 198.51.100.11`);
    await says(/the policy before is not put back, because it would announce 198\.51\.100\.11\/32/, from);
    await lab.waitForView(view(10, 10), { router: 'spine' });
    assert.deepEqual(await lab.view('tor'), {});
  });

  test('stays where its sessions come back, and is tried after a restart of the agent as well', async () => {
    const before = agent.output().length;
    lab.writePolicy(`${TRIED}${GUARD}`);
    for (const router of ['tor', 'spine']) await lab.waitForView(view(10, 11), { router });
    await says(/over: the policy is on trial until/, before);
    const from = agent.output().length;
    await agent.stop();
    lab.writePolicy(BROKEN);
    agent.start();
    await says(/the policy is on trial until/, from);
    await says(/refused: the session with `tor` did not come back; the policy before them goes on/, from);
    for (const router of ['tor', 'spine']) await lab.waitForView(view(10, 11), { router });
  });
});
