import assert from 'node:assert/strict';
import test from 'node:test';
import { preferredNodes, rankedNodes, toCandidate } from './rendezvous.ts';

const prefer = (names: readonly string[], prefix: string, count: number) =>
  preferredNodes(names.map(toCandidate), prefix, count);
const rank = (names: readonly string[], prefix: string) => rankedNodes(names.map(toCandidate), prefix);

const nodes = Array.from({ length: 10 }, (_, i) => `worker-${i + 1}`);
const prefixes = Array.from({ length: 1000 }, (_, i) => `198.51.${100 + (i >> 8)}.${i & 255}/32`);

test('the choice is this one, on every node and in every version', () => {
  assert.deepEqual(prefer(nodes, '198.51.100.10/32', 3), ['worker-3', 'worker-7', 'worker-8']);
  assert.deepEqual(prefer(nodes, '2001:db8::a/128', 2), ['worker-6', 'worker-8']);
});

test('the order in which nodes are known does not matter', () => {
  for (const prefix of prefixes.slice(0, 50)) {
    assert.deepEqual(rank(nodes.toReversed(), prefix), rank(nodes, prefix));
  }
});

test('those who are chosen are the first of all', () => {
  for (const prefix of prefixes.slice(0, 100)) {
    for (const count of [1, 2, 5, 9, 10]) {
      assert.deepEqual(prefer(nodes, prefix, count), rank(nodes, prefix).slice(0, count).toSorted());
    }
  }
});

test('fewer nodes than asked for are all chosen', () => {
  assert.deepEqual(prefer(['worker-2', 'worker-1'], '198.51.100.10/32', 3), ['worker-1', 'worker-2']);
});

test('prefixes spread evenly', () => {
  const counts = new Map<string, number>();
  for (const prefix of prefixes) {
    for (const node of prefer(nodes, prefix, 2)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  // 2,000 choices among 10 nodes: 200 each, with a standard deviation of 13.
  for (const node of nodes) assert.ok(Math.abs((counts.get(node) ?? 0) - 200) < 65, `${node}: ${counts.get(node)}`);
});

test('a node that goes moves only its own prefixes', () => {
  const left = nodes.filter((node) => node !== 'worker-4');
  for (const prefix of prefixes) {
    const before = prefer(nodes, prefix, 2);
    const after = prefer(left, prefix, 2);
    const kept = before.filter((node) => node !== 'worker-4');
    assert.ok(
      kept.every((node) => after.includes(node)),
      prefix,
    );
  }
});
