// What was accepted but almost surely not meant, as far as only a cluster at hand can tell.

import type { Policy } from '../dsl/policy.ts';
import type { PlanWarning } from './decision.ts';
import type { SessionProblem } from './desired-state.ts';
import type { Engine } from './engine.ts';
import { resolveForNode } from './sessions.ts';

/** Warnings of the policy for these nodes of the cluster, by code, then place. */
export function planWarnings(policy: Policy, engine: Engine, nodes: readonly string[]): readonly PlanWarning[] {
  return [...noPeer(policy), ...sessionWarnings(policy, engine, nodes)];
}

function noPeer(policy: Policy): readonly PlanWarning[] {
  if (policy.peers.length > 0) return [];
  return [
    { code: 'no-peer', message: 'the policy has no peer, so no route is offered to anyone', at: policy.speaker.at },
  ];
}

// One statement that lacks its value on many nodes is one warning.
function sessionWarnings(policy: Policy, engine: Engine, names: readonly string[]): readonly PlanWarning[] {
  const found = new Map<string, { readonly problem: SessionProblem; readonly nodes: string[] }>();
  for (const name of names) {
    const node = engine.snapshot.nodes.get(name);
    if (node === undefined) continue;
    for (const problem of resolveForNode(policy, node).problems) {
      const key = JSON.stringify([problem.code, problem.peer, problem.at, problem.message]);
      const known = found.get(key) ?? { problem, nodes: [] };
      known.nodes.push(name);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ problem, nodes }) => {
    const [first, ...others] = nodes;
    const message = others.length === 0 ? problem.message : `${problem.message}, on ${listNames(nodes)}`;
    const one = first === undefined || others.length > 0 ? {} : { node: first };
    return { code: problem.code, message, at: problem.at, ...one };
  });
}

const NAMES_SHOWN = 8;

function listNames(names: readonly string[]): string {
  if (names.length <= NAMES_SHOWN) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`;
}
