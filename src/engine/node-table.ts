// The nodes of the cluster: which may advertise, and which a `from … where` selects.

import type { Place } from '../dsl/place.ts';
import type { Condition } from '../dsl/policy.ts';
import { holds } from './conditions.ts';
import type { Node } from './objects.ts';
import type { PolicyIndex } from './policy-index.ts';

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
  /** Puts a node in; true if that changes which routes nodes may originate. */
  set(node: Node): boolean;
  /** Takes a node out; true if that changes which routes nodes may originate. */
  delete(name: string): boolean;
}

/** A table without nodes. */
export function createNodeTable(index: PolicyIndex): NodeTable {
  const entries = new Map<string, NodeEntry>();
  const nodes = new Map<string, Node>();
  const selections = new Map<Condition | undefined, ReadonlySet<string>>();
  const unknown: Standing = { kind: 'excluded', reason: 'node-unknown', at: index.policy.speaker.at, byLabel: false };
  const replace = (name: string, node: Node | undefined): boolean => {
    const before = entries.get(name)?.role;
    const entry = node === undefined ? undefined : evaluateNode(index, node);
    if (node === undefined || entry === undefined) {
      nodes.delete(name);
      entries.delete(name);
    } else {
      nodes.set(name, node);
      entries.set(name, entry);
    }
    if ((before ?? '') === (entry?.role ?? '')) return false;
    selections.clear();
    return true;
  };
  return {
    nodes,
    standing: (name) => entries.get(name)?.standing ?? unknown,
    origins: (where) => {
      const known = selections.get(where) ?? selectNodes(entries.values(), where);
      selections.set(where, known);
      return known;
    },
    set: (node) => replace(node.name, node),
    delete: (name) => replace(name, undefined),
  };
}

interface NodeEntry {
  readonly node: Node;
  readonly standing: Standing;
  /** Which routes the node may originate, as a text to compare: empty for none, else a digit for each `where`. */
  readonly role: string;
}

function evaluateNode(index: PolicyIndex, node: Node): NodeEntry {
  const standing = standingOf(index, node);
  const subject = { kind: 'node', node } as const;
  const digits = index.originConditions.map((condition) => (holds(condition, subject) ? '1' : '0')).join('');
  return { node, standing, role: standing.kind === 'eligible' ? `+${digits}` : '' };
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
