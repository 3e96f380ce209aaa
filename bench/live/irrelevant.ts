// Changes that decide nothing, and the UPDATEs that they cause all the same: none are wanted.

import { setTimeout as delay } from 'node:timers/promises';
import type { LiveAgent } from './agent.ts';
import type { LiveApi } from './api.ts';
import { NODE_PATH, servicePath, slicePath } from './cluster.ts';

const EACH = 10;
const PAUSE_MS = 20;
/** Longer than a change takes to a peer. */
const AFTER_MS = 400;

/** A kind of change and its UPDATEs. */
export interface IrrelevantChange {
  readonly what: string;
  readonly changes: number;
  readonly updates: number;
}

/** Makes a few changes of each kind. */
export async function countIrrelevant(api: LiveApi, { listener }: LiveAgent): Promise<readonly IrrelevantChange[]> {
  const results: IrrelevantChange[] = [];
  for (const [what, change] of Object.entries(kindsOf(api))) {
    const seen = listener.watch();
    for (let round = 0; round < EACH; round++) {
      await change(round);
      await delay(PAUSE_MS);
    }
    await delay(AFTER_MS);
    results.push({ what, changes: EACH, updates: seen().updates.length });
  }
  return results;
}

function kindsOf(api: LiveApi): Readonly<Record<string, (round: number) => Promise<unknown>>> {
  const lease = '/apis/coordination.k8s.io/v1/namespaces/bench/leases';
  const patch = (path: string, body: object) => api.call('PATCH', path, body);
  const metadata = (of: 'labels' | 'annotations', round: number) => ({
    metadata: { [of]: { 'example.org/round': String(round) } },
  });
  return {
    'node heartbeat (status)': (round) =>
      patch(`${NODE_PATH}/status`, {
        status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: heartbeat(round) }] },
      }),
    // The test server has no leases, and nobody asks for them.
    ...(api.isReal && {
      'node heartbeat (lease)': (round: number) =>
        round === 0
          ? api.call('POST', lease, { metadata: { name: 'worker-1' }, spec: { holderIdentity: 'worker-1' } })
          : patch(`${lease}/worker-1`, { spec: { renewTime: heartbeat(round).replace('Z', '.000000Z') } }),
    }),
    'node label': (round) => patch(NODE_PATH, metadata('labels', round)),
    'node annotation': (round) => patch(NODE_PATH, metadata('annotations', round)),
    'service label': (round) => patch(servicePath(round), metadata('labels', round)),
    'service annotation': (round) => patch(servicePath(round), metadata('annotations', round)),
    'slice label': (round) => patch(slicePath(round), metadata('labels', round)),
    'slice annotation': (round) => patch(slicePath(round), metadata('annotations', round)),
  };
}

function heartbeat(round: number): string {
  return `2026-01-01T00:00:0${round}Z`;
}
