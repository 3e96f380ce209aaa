import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Policy } from '../dsl/policy.ts';
import { containsPrefix, overlapsPrefix, parsePrefix } from '../dsl/prefix.ts';
import type { NodeDecisions } from './decision.ts';
import { createEngine } from './engine.ts';
import type { ClusterObject } from './objects.ts';
import { objectKey } from './objects.ts';
import type { Change, Snapshot } from './snapshot.ts';
import { emptySnapshot, snapshotOf } from './snapshot.ts';
import { anyChange, anyCluster, anyPolicy, NODE_NAMES } from './testdata/arbitraries.ts';

const anyChanges = fc.array(anyChange, { maxLength: 12 });
const SUBJECTS = ['shop/cart', '198.51.100.0/24'];

test('after any sequence of changes, decisions, warnings and explanations equal those of a full evaluation', () => {
  fc.assert(
    fc.property(anyPolicy, anyCluster, anyChanges, (policy, first, second) => {
      const engine = createEngine(policy, snapshotAfter(first), { nodes: NODE_NAMES });
      for (const change of second) engine.apply([change]);
      const fresh = createEngine(policy, snapshotAfter([...first, ...second]), { nodes: NODE_NAMES });
      assert.deepEqual(allDecisions(engine.decisions), allDecisions(fresh.decisions));
      assert.deepEqual(engine.warnings(), fresh.warnings());
      for (const subject of SUBJECTS) assert.deepEqual(engine.explain({ subject }), fresh.explain({ subject }));
    }),
    { numRuns: 400 },
  );
});

test('a batch gives the same delta as the difference of two full evaluations', () => {
  fc.assert(
    fc.property(anyPolicy, anyCluster, anyChanges, (policy, first, second) => {
      const before = createEngine(policy, snapshotAfter(first), { nodes: NODE_NAMES });
      const after = createEngine(policy, snapshotAfter([...first, ...second]), { nodes: NODE_NAMES });
      const engine = createEngine(policy, snapshotAfter(first), { nodes: NODE_NAMES });
      const delta = engine.apply(second);
      for (const node of NODE_NAMES) {
        const [old, current] = [prefixesOf(before.decisions(node)), prefixesOf(after.decisions(node))];
        const found = delta.nodes.get(node) ?? { added: [], removed: [], changed: [] };
        assert.deepEqual(
          found.added,
          current.filter((prefix) => !old.includes(prefix)),
        );
        assert.deepEqual(
          found.removed,
          old.filter((prefix) => !current.includes(prefix)),
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('a snapshot without a difference changes nothing, and keeps every route the same object', () => {
  fc.assert(
    fc.property(anyPolicy, anyCluster, (policy, changes) => {
      const engine = createEngine(policy, snapshotAfter(changes), { nodes: NODE_NAMES });
      const before = NODE_NAMES.map((node) => engine.decisions(node).routes);
      assert.deepEqual([...engine.replace(snapshotAfter(changes)).nodes], []);
      NODE_NAMES.forEach((node, i) => {
        assert.equal(engine.decisions(node).routes, before[i]);
      });
    }),
    { numRuns: 50 },
  );
});

test('the order in which objects arrive does not matter', () => {
  fc.assert(
    fc.property(anyPolicy, anyCluster, (policy, changes) => {
      const { nodes, services, endpointSlices } = snapshotAfter(changes);
      const objects = [...nodes.values(), ...services.values(), ...endpointSlices.values()];
      const forward = createEngine(policy, snapshotOf(objects));
      const backward = createEngine(policy, snapshotOf(objects.toReversed()));
      assert.equal(
        JSON.stringify(NODE_NAMES.map(forward.decisions)),
        JSON.stringify(NODE_NAMES.map(backward.decisions)),
      );
    }),
    { numRuns: 100 },
  );
});

test('no route covers an excluded prefix, and every exact route lies in a range of its kind', () => {
  fc.assert(
    fc.property(anyPolicy, anyCluster, (policy, changes) => {
      const engine = createEngine(policy, snapshotAfter(changes), { nodes: NODE_NAMES });
      for (const route of NODE_NAMES.flatMap((node) => engine.decisions(node).routes)) {
        const prefix = parse(route.prefix);
        for (const excluded of policy.exclusions.prefixes) {
          assert.ok(!overlapsPrefix(prefix, parse(excluded.prefix)), `${route.prefix} covers ${excluded.prefix}`);
        }
        assert.ok(isInRange(policy, route.range, route.addressKind, route.prefix), `${route.prefix} is in no range`);
      }
    }),
    { numRuns: 200 },
  );
});

function isInRange(policy: Policy, name: string, kind: string, prefix: string): boolean {
  return policy.ranges.some(
    (range) =>
      range.name === name &&
      range.addressKind === kind &&
      range.prefixes.some((own) => containsPrefix(parse(own), parse(prefix))) &&
      !range.except.some((hole) => overlapsPrefix(parse(hole), parse(prefix))),
  );
}

function snapshotAfter(changes: readonly Change[]): Snapshot {
  const objects = new Map<string, ClusterObject>();
  for (const change of changes) {
    if (change.kind === 'upserted') objects.set(`${change.object.kind} ${objectKey(change.object)}`, change.object);
    else objects.delete(`${change.objectKind} ${change.key}`);
  }
  return objects.size === 0 ? emptySnapshot() : snapshotOf(objects.values());
}

function allDecisions(decisions: (node: string) => NodeDecisions): readonly NodeDecisions[] {
  return NODE_NAMES.map(decisions);
}

function prefixesOf(decisions: NodeDecisions): readonly string[] {
  return decisions.routes.map((route) => route.prefix);
}

function parse(text: string): NonNullable<ReturnType<typeof parsePrefix>> {
  const prefix = parsePrefix(text);
  assert.ok(prefix !== undefined, text);
  return prefix;
}
