// Settings that decide whether a session comes up at all: passwords, who connects to whom, values that a node lacks.
// One node; every router is told something else about its session.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { endpoints, loadBalancer } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
const PASSWORD_FILE = join(tmpdir(), `bellbird-e2e-password-${process.pid}`);
const POLICY = `
range vips load-balancer-ip 198.51.100.0/24
template tor { ${LOOPBACK_PEER} }
peer plain    from tor { address 127.0.0.101 port PORT as 64601 }
peer locked   from tor { address 127.0.0.102 port PORT as 64602 password file "${PASSWORD_FILE}" }
peer mistaken from tor { address 127.0.0.103 port PORT as 64603 password file "${PASSWORD_FILE}" }
peer keyless  from tor { address 127.0.0.104 port PORT as 64604 password env "BELLBIRD_E2E_NOT_SET" }
peer patient  from tor { address 127.0.0.105 port PORT as 64605 passive }
peer nowhere  from tor { address 127.0.0.106 port PORT as 64606 source annotation "bgp.example.org/missing" }
`;
const OBJECTS = [loadBalancer('shop/checkout', ['198.51.100.1']), endpoints('shop/checkout', ['worker-1'])];
const VIEW = { '198.51.100.1/32': ['worker-1'] };

describe('sessions', () => {
  let lab: LoopbackLab;

  before(async () => {
    writeFileSync(PASSWORD_FILE, 'correct horse\n', { mode: 0o600 });
    lab = await startLoopbackLab({
      policy: POLICY,
      objects: OBJECTS,
      speaker: 'exclude-label off',
      nodes: { 'worker-1': { labels: { [EXCLUDE_LABEL]: '' } } },
      routers: {
        plain: 64601,
        locked: { as: 64602, session: 'password "correct horse";' },
        mistaken: { as: 64603, session: 'password "battery staple";' },
        keyless: 64604,
        patient: 64605,
        nowhere: 64606,
      },
    });
    lab.lab.onClose(() => rmSync(PASSWORD_FILE));
    await lab.waitForView(VIEW, { router: 'plain' });
  });
  after(() => lab.close());

  test('`exclude-label off` lets a labelled node announce', async () => {
    assert.deepEqual(await lab.view('plain'), VIEW);
  });

  test('a password from a file opens a session with a router that has the same', async () => {
    await lab.waitForView(VIEW, { router: 'locked' });
  });

  test('a password that the router does not have opens none', async () => {
    await lab.waitForView(VIEW, { router: 'locked' });
    assert.deepEqual(await lab.router('mistaken').established(), []);
  });

  test('a peer whose password is missing gets no session, and the log says why', async () => {
    assert.deepEqual(await lab.router('keyless').established(), []);
    await logged(/keyless.*BELLBIRD_E2E_NOT_SET/);
  });

  test('a passive peer waits for its router to connect', async () => {
    await lab.waitForView(VIEW, { router: 'patient' });
  });

  test('a peer whose value the node lacks is not run, and the log says why', async () => {
    assert.deepEqual(await lab.router('nowhere').established(), []);
    await logged(/nowhere.*bgp\.example\.org\/missing/);
  });

  async function logged(pattern: RegExp): Promise<void> {
    await waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => lab.agents[0]?.output() ?? '',
      until: (text) => pattern.test(text),
    });
  }
});

describe('a speaker with `listen off`', () => {
  test('connects to its routers all the same', async () => {
    const policy = `
range vips load-balancer-ip 198.51.100.0/24
peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }`;
    const lab = await startLoopbackLab({ policy, objects: OBJECTS, listenOff: true, nodes: { 'worker-1': {} } });
    try {
      await lab.waitForView(VIEW);
    } finally {
      lab.close();
    }
  });
});
