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
  const nodes = new Map<string, Node>();
  const standings = new Map<string, Standing>();
  const unknown: Standing = {
    kind: 'excluded',
    reason: 'node-unknown',
    at: index.policy.speaker.at,
    byLabel: false,
  };
  const matching = new Map<Condition | undefined, ReadonlySet<string>>();
  const signature = (name: string): string => {
    const node = nodes.get(name);
    if (node === undefined || standings.get(name)?.kind !== 'eligible') return '';
    return `+${index.originConditions.map((condition) => (holds(condition, { kind: 'node', node }) ? '1' : '0')).join('')}`;
  };
  const changed = (name: string, before: string): boolean => {
    const same = signature(name) === before;
    if (!same) matching.clear();
    return !same;
  };
  const selectNodes = (where: Condition | undefined): ReadonlySet<string> => {
    const names = new Set<string>();
    for (const node of nodes.values()) {
      if (standings.get(node.name)?.kind !== 'eligible') continue;
      if (where === undefined || holds(where, { kind: 'node', node })) names.add(node.name);
    }
    return names;
  };
  return {
    nodes,
    standing: (name) => standings.get(name) ?? unknown,
    origins: (where) => {
      const names = matching.get(where) ?? selectNodes(where);
      matching.set(where, names);
      return names;
    },
    set: (node) => {
      const before = signature(node.name);
      nodes.set(node.name, node);
      standings.set(node.name, standingOf(index, node));
      return changed(node.name, before);
    },
    delete: (name) => {
      const before = signature(name);
      nodes.delete(name);
      standings.delete(name);
      return changed(name, before);
    },
  };
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
