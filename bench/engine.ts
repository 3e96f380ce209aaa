// The engine alone: a full evaluation of one node, and one endpoint change, in a growing cluster.

import type { Policy } from '../src/dsl/index.ts';
import { createEngine, type Engine, snapshotOf } from '../src/engine/index.ts';
import { checkBenchPolicy } from './policy.ts';
import type { Section } from './report.ts';
import { benchObjects, benchPolicy, benchSlice, NODE } from './services.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const SIZES = [100, 1_000, 10_000];
const FULL_ROUNDS = 15;
const CHANGE_ROUNDS = 1_000;
const WARM_UP = 200;
const AIM_MS = 0.2;

/** Measures evaluation and changes at every size. */
export function measureEngine(): Section {
  const results = SIZES.map((size) => ({ size, full: measureFull(size), change: measureChange(size) }));
  const largest = median(results.at(-1)?.change ?? []);
  return {
    title: 'Engine alone',
    about:
      'Full: a new engine over the whole cluster and the decisions of one node. Change: one endpoint becomes ready or ' +
      'not ready, until the delta of that node is there. Times in ms, in one process, after a warm-up.',
    columns: ['services', 'full, median', 'full, max', 'change, median', 'change, p90', 'change, p99'],
    rows: results.map(({ size, full, change }) => [
      String(size),
      ...[median(full), percentile(full, 1)].map(renderNumber),
      ...[median(change), percentile(change, 0.9), percentile(change, 0.99)].map(renderNumber),
    ]),
    aims: [
      {
        text: `one endpoint change evaluated in under ${AIM_MS} ms at 10,000 services: ${renderNumber(largest)} ms`,
        met: largest < AIM_MS,
      },
    ],
  };
}

function measureFull(size: number): readonly number[] {
  const policy = checkedPolicy();
  const objects = benchObjects(size);
  return Array.from({ length: FULL_ROUNDS }, () => {
    const started = performance.now();
    createEngine(policy, snapshotOf(objects), { nodes: [NODE] }).decisions(NODE);
    return performance.now() - started;
  });
}

function measureChange(size: number): readonly number[] {
  const engine = createEngine(checkedPolicy(), snapshotOf(benchObjects(size)), { nodes: [NODE] });
  engine.decisions(NODE);
  const ready = new Set(Array.from({ length: size }, (_, index) => index));
  const times = Array.from({ length: WARM_UP + CHANGE_ROUNDS }, (_, round) => {
    // A stride that visits services all over the address order.
    const index = (round * 7919) % size;
    if (!ready.delete(index)) ready.add(index);
    return timeChange(engine, index, ready.has(index));
  });
  return times.slice(WARM_UP);
}

function timeChange(engine: Engine, index: number, ready: boolean): number {
  const object = benchSlice(index, ready);
  const started = performance.now();
  const { nodes } = engine.apply([{ kind: 'upserted', object }]);
  const elapsed = performance.now() - started;
  if (nodes.size !== 1) throw new Error(`the change of service ${index} made no difference`);
  return elapsed;
}

function checkedPolicy(): Policy {
  return checkBenchPolicy(benchPolicy({ source: '127.0.0.1', listener: '127.0.0.2', port: 1790 })).policy;
}
