// The nodes of the cluster: which may advertise, and which a `from … where` selects.

import type { Place } from '../dsl/place.ts';
import type { Condition } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import { holds } from './conditions.ts';
import type { Node } from './objects.ts';
import type { PolicyIndex } from './policy-index.ts';
import type { Candidate } from './rendezvous.ts';
import { toCandidate } from './rendezvous.ts';
import { sameValue } from './same-value.ts';
import { resolveForNode } from './sessions.ts';

/** Label that keeps a node out of external load balancing (KEP-1143). */
export const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Whether a node may advertise service addresses. */
export type Standing =
  | { readonly kind: 'eligible' }
  | {
      readonly kind: 'excluded';
      readonly reason: 'node-excluded' | 'node-unknown';
      readonly at: Place;
      /** The statement is the label, not an `exclude nodes`. */
      readonly byLabel: boolean;
    };

/** The nodes of the cluster. */
export interface NodeTable {
  readonly nodes: ReadonlyMap<string, Node>;
  standing(name: string): Standing;
  /** Names of the nodes that may originate a route and meet the condition. */
  origins(where: Condition | undefined): ReadonlySet<string>;
  /** What a `limit` chooses from among these nodes, for a route that these peers (absent: all) may have. */
  limitPool(names: ReadonlySet<string>, peers: readonly string[] | undefined, family: Family): LimitPool;
  /** Puts a node in. */
  set(node: Node): NodeEffect;
  /** Takes a node out. */
  delete(name: string): NodeEffect;
}

/** Nodes to choose from. */
export interface LimitPool {
  /** Those that run one of the peers. */
  readonly able: readonly Candidate[];
  /** Those of them that are Ready; where none is, all of them. */
  readonly preferred: readonly Candidate[];
}

/** What a changed node can matter to besides its own routes: any address, those with a limit, or nothing. */
export type NodeEffect = 'origins' | 'limits' | 'none';

/** A table without nodes. */
export function createNodeTable(index: PolicyIndex): NodeTable {
  const entries = new Map<string, NodeEntry>();
  const nodes = new Map<string, Node>();
  const selections = new Map<Condition | undefined, ReadonlySet<string>>();
  const limitPool = createPools(entries);
  const unknown: Standing = { kind: 'excluded', reason: 'node-unknown', at: index.policy.speaker.at, byLabel: false };
  const replace = (name: string, node: Node | undefined): NodeEffect => {
    const before = entries.get(name);
    const entry = node === undefined ? undefined : evaluateNode(index, node);
    if (node === undefined || entry === undefined) {
      nodes.delete(name);
      entries.delete(name);
    } else {
      nodes.set(name, node);
      entries.set(name, entry);
    }
    if ((before?.role ?? '') !== (entry?.role ?? '')) {
      selections.clear();
      return 'origins';
    }
    if (sameValue(before?.limitRole, entry?.limitRole)) return 'none';
    selections.clear();
    return 'limits';
  };
  return {
    nodes,
    standing: (name) => entries.get(name)?.standing ?? unknown,
    origins: (where) => {
      const known = selections.get(where) ?? selectNodes(entries.values(), where);
      selections.set(where, known);
      return known;
    },
    limitPool,
    set: (node) => replace(node.name, node),
    delete: (name) => replace(name, undefined),
  };
}

/** Remembers pools: thousands of addresses with a limit share a selection, a new set after every change that matters here. */
function createPools(entries: ReadonlyMap<string, NodeEntry>): NodeTable['limitPool'] {
  const pools = new WeakMap<ReadonlySet<string>, Map<string, LimitPool>>();
  return (names, peers, family) => {
    const known = pools.get(names) ?? new Map<string, LimitPool>();
    pools.set(names, known);
    const key = `${family} ${peers?.join(' ') ?? '*'}`;
    const pool = known.get(key) ?? poolOf(entries, names, peers, family);
    known.set(key, pool);
    return pool;
  };
}

interface NodeEntry {
  readonly node: Node;
  readonly standing: Standing;
  /** Which routes the node may originate, as a text to compare: empty for none, else a digit for each `where`. */
  readonly role: string;
  /** What a limit asks for; absent where the policy has none, or the node originates nothing. */
  readonly limitRole: LimitRole | undefined;
}

interface LimitRole {
  readonly ready: boolean;
  readonly candidate: Candidate;
  readonly peers: readonly { readonly name: string; readonly families: readonly Family[] }[];
}

function evaluateNode(index: PolicyIndex, node: Node): NodeEntry {
  const standing = standingOf(index, node);
  const subject = { kind: 'node', node } as const;
  const digits = index.originConditions.map((condition) => (holds(condition, subject) ? '1' : '0')).join('');
  if (standing.kind !== 'eligible') return { node, standing, role: '', limitRole: undefined };
  return { node, standing, role: `+${digits}`, limitRole: index.hasLimits ? limitRoleOf(index, node) : undefined };
}

function limitRoleOf(index: PolicyIndex, node: Node): LimitRole {
  const { peers } = resolveForNode(index.policy, node);
  return {
    ready: node.ready,
    candidate: toCandidate(node.name),
    peers: peers.map(({ name, families }) => ({ name, families })),
  };
}

function poolOf(
  entries: ReadonlyMap<string, NodeEntry>,
  names: ReadonlySet<string>,
  peers: readonly string[] | undefined,
  family: Family,
): LimitPool {
  const able: LimitRole[] = [];
  for (const name of names) {
    const role = entries.get(name)?.limitRole;
    const isAllowed = (peer: LimitRole['peers'][number]): boolean =>
      peer.families.includes(family) && (peers === undefined || peers.includes(peer.name));
    if (role?.peers.some(isAllowed) === true) able.push(role);
  }
  const ready = able.filter((role) => role.ready);
  const candidates = (roles: readonly LimitRole[]) => roles.map(({ candidate }) => candidate);
  return { able: candidates(able), preferred: candidates(ready.length === 0 ? able : ready) };
}

function selectNodes(entries: Iterable<NodeEntry>, where: Condition | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node, standing } of entries) {
    if (standing.kind !== 'eligible') continue;
    if (where === undefined || holds(where, { kind: 'node', node })) names.add(node.name);
  }
  return names;
}

function standingOf(index: PolicyIndex, node: Node): Standing {
  const statement = index.policy.exclusions.nodes.find(({ where }) => holds(where, { kind: 'node', node }));
  if (statement !== undefined) {
    return { kind: 'excluded', reason: 'node-excluded', at: statement.at, byLabel: false };
  }
  if (index.policy.speaker.excludeLabel && hasExcludeLabel(node)) {
    return { kind: 'excluded', reason: 'node-excluded', at: index.policy.speaker.at, byLabel: true };
  }
  return { kind: 'eligible' };
}

// Presence counts, as in Kubernetes itself: kubeadm sets the label with an empty value.
function hasExcludeLabel(node: Node): boolean {
  return Object.hasOwn(node.labels, EXCLUDE_LABEL) && node.labels[EXCLUDE_LABEL] !== 'false';
}
