// What one node should do, from the policy and the cluster as they are now. Pure: the loop carries it out.

import type { Policy } from '../dsl/index.ts';
import {
  buildDesiredState,
  type DesiredState,
  type Engine,
  type Node,
  type NodeDecisions,
  type NodeFacts,
  type NodeSessions,
  resolveForNode,
} from '../engine/index.ts';
import type { FoundProblem } from './problems.ts';
import { quoteNames } from './quote-names.ts';

/** The outcome for one node. */
export interface NodePlan {
  readonly isKnown: boolean;
  readonly decisions: NodeDecisions;
  readonly sessions: NodeSessions;
  /** Absent: the speaker's AS is missing, so that the last configuration stays. */
  readonly desired: DesiredState | undefined;
  readonly problems: readonly FoundProblem[];
}

/**
 * Computes what a node should do. Where the cluster no longer knows the node, the sessions of `last` stay as they were,
 * so that its routes are withdrawn and its sessions are not ended.
 */
export function planNode(
  policy: Policy,
  engine: Engine,
  name: string,
  last: DesiredState | undefined,
  facts: NodeFacts,
): NodePlan {
  const node = engine.snapshot.nodes.get(name);
  const decisions = engine.decisions(name);
  const sessions =
    node === undefined ? resolveForNode(policy, unknownNode(name), facts) : sessionsOf(policy, node, facts);
  if (node === undefined) {
    const fresh = buildDesiredState(policy, sessions, decisions);
    const desired = last === undefined ? fresh : { ...last, routes: [] };
    return { isKnown: false, decisions, sessions, desired, problems: [unknownProblem(name, engine)] };
  }
  const problems = sessions.problems.map(({ peer, code, message }) => ({
    subject: peer === undefined ? 'speaker' : `peer ${peer}`,
    code,
    message:
      peer === undefined
        ? `${message}; nothing new is announced, and BIRD keeps its last configuration`
        : `peer \`${peer}\`: ${message}`,
  }));
  const desired = buildDesiredState(policy, sessions, decisions);
  return { isKnown: true, decisions, sessions, desired, problems };
}

/** Whether what the machine tells of itself matters to a policy: to ask it takes longer than the engine does. */
export function needsFacts({ peers, speaker }: Policy): boolean {
  const { loopProtection = 'off' } = speaker;
  return loopProtection !== 'off' || peers.some(({ address }) => address?.address.kind === 'gateway');
}

/** What was resolved last of a policy: the node itself seldom changes, and equal sessions are easier known by being the same. */
const resolved = new WeakMap<
  Policy,
  { readonly node: Node; readonly facts: string; readonly sessions: NodeSessions }
>();

function sessionsOf(policy: Policy, node: Node, facts: NodeFacts): NodeSessions {
  const known = resolved.get(policy);
  const text = JSON.stringify(facts);
  if (known?.node === node && known.facts === text) return known.sessions;
  const sessions = resolveForNode(policy, node, facts);
  resolved.set(policy, { node, facts: text, sessions });
  return sessions;
}

/** The sessions of a policy on a node, without any route; undefined where its speaker lacks a value. */
export function desiredSessions(policy: Policy, node: Node, facts: NodeFacts): DesiredState | undefined {
  const nothing: NodeDecisions = { node: node.name, excluded: undefined, routes: [], withheld: [], desired: [] };
  return buildDesiredState(policy, resolveForNode(policy, node, facts), nothing);
}

function unknownProblem(name: string, engine: Engine): FoundProblem {
  const known = [...engine.snapshot.nodes.keys()];
  return {
    subject: 'node',
    code: 'node-unknown',
    message: `the cluster has no node \`${name}\` (there ${known.length === 1 ? 'is' : 'are'} ${quoteNames(known)}); nothing is announced until it has, or \`--node\` names another`,
  };
}

function unknownNode(name: string): Node {
  return {
    kind: 'Node',
    name,
    labels: {},
    annotations: {},
    internalIPs: [],
    ready: false,
    cordoned: false,
    taints: [],
  };
}
