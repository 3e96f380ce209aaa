import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { snapshotOf } from '../engine/index.ts';
import { ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import { createPolicyRecall, identifyBoot, readLastGood, recallGood, writeLastGood } from './last-good.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
const path = join(folder, 'last-good.json');
after(() => rmSync(folder, { recursive: true }));

const CART = service('shop/cart', { clusterIPs: ['10.96.0.1'], loadBalancerIngress: ingress('198.51.100.10') });
const saved = {
  bootId: 'b',
  savedAt: 1,
  policy: { entries: ['/etc/bellbird'], files: { '/etc/bellbird/edge.bell': 'speaker { as 64512 }\n' } },
  cluster: {
    source: 'kube',
    node: 'worker-1',
    snapshot: snapshotOf([...workers(2), CART, slice('shop/cart', [ready('worker-1')])]),
  },
};

test('reads back what was written, in a file that only the owner can read', async () => {
  await writeLastGood(folder, saved);
  assert.deepEqual(readLastGood(folder), saved);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('reads back what was kept of sessions', async () => {
  const kept = [
    { peer: 'tor-a', policy: { entries: ['/etc/bellbird'], files: { '/etc/bellbird/edge.bell': '# before\n' } } },
  ];
  await writeLastGood(folder, { ...saved, kept });
  assert.deepEqual(readLastGood(folder), { ...saved, kept });
});

test('recalls only what is of the same boot, cluster and node', async () => {
  await writeLastGood(folder, saved);
  const now = { bootId: 'b', source: 'kube', node: 'worker-1' };
  assert.deepEqual(recallGood(folder, now), saved);
  for (const other of [{ bootId: 'c' }, { source: '/lab' }, { node: 'worker-2' }]) {
    assert.equal(recallGood(folder, { ...now, ...other }), undefined);
  }
  await writeLastGood(folder, { ...saved, bootId: '' });
  assert.equal(recallGood(folder, { ...now, bootId: '' }), undefined);
});

test('has nothing to offer from a file that was cut off or changed anywhere', async () => {
  await writeLastGood(folder, saved);
  const whole = readFileSync(path, 'utf8');
  // The end of line after the last byte says nothing.
  const place = fc.nat(whole.length - 2);
  fc.assert(
    fc.property(place, fc.boolean(), (at, isCut) => {
      const other = whole[at] === 'x' ? 'y' : 'x';
      writeFileSync(path, isCut ? whole.slice(0, at) : `${whole.slice(0, at)}${other}${whole.slice(at + 1)}`);
      assert.equal(readLastGood(folder), undefined);
    }),
    { numRuns: 50 },
  );
});

test('has nothing to offer from another format, or from no file', async () => {
  await writeLastGood(folder, saved);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"format":3', '"format":4'));
  assert.equal(readLastGood(folder), undefined);
  rmSync(path);
  assert.equal(readLastGood(folder), undefined);
});

test('says once that a file is of no use, and nothing where there is none', async () => {
  const messages: string[] = [];
  const log = { warn: (_: object, message: string) => void messages.push(message) };
  const recall = createPolicyRecall(folder, log);
  assert.deepEqual([recall(), messages], [undefined, []]);
  await writeLastGood(folder, saved);
  assert.deepEqual([recall(), messages], [saved.policy, []]);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"format":3', '"format":2'));
  assert.deepEqual([recall(), recall()], [undefined, undefined]);
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? '', /last-good\.json`: it is damaged, or was written by another version/);
});

test('tells the boots of a container apart that its kernel knows nothing of', () => {
  const stat = (startedAt: number) => `1 (systemd) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 ${startedAt} 9 10`;
  assert.equal(identifyBoot('5c87f4cb\n', undefined), '5c87f4cb');
  assert.equal(identifyBoot('5c87f4cb\n', stat(1234)), '5c87f4cb 1234');
  assert.notEqual(identifyBoot('5c87f4cb\n', stat(1234)), identifyBoot('5c87f4cb\n', stat(5678)));
  assert.equal(identifyBoot('', stat(1234)), '', 'where the kernel does not say, nothing is the same boot');
});
