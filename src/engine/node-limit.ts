// Row 10 of the exact-route table: which nodes originate an address that has a `limit`, the same on every node.

import type { Place } from '../dsl/place.ts';
import type { AddressOrigins, Contenders } from './address-origins.ts';
import { originNodes, ownerOf } from './address-origins.ts';
import type { NodeTable } from './node-table.ts';
import { preferredNodes } from './rendezvous.ts';

/** The nodes that may originate an address with a limit. */
export interface ChosenNodes {
  /** The `limit` that chose. */
  readonly at: Place;
  readonly count: number;
  /** Sorted. */
  readonly nodes: readonly string[];
}

/** What the limit chose from. */
export interface LimitPool {
  readonly at: Place;
  readonly count: number;
  /** Nodes that pass every row above and run a peer that may have the route. */
  readonly nodes: readonly string[];
  /** Those that are Ready; where none is, all of them. */
  readonly preferred: readonly string[];
}

/** Chooses for one address. Undefined without a limit, and where no node has anybody to tell: then it changes nothing. */
export function chooseNodes(
  contenders: Contenders,
  origins: AddressOrigins,
  nodes: NodeTable,
): ChosenNodes | undefined {
  const pool = limitPool(contenders, origins, nodes);
  const prefix = contenders[0]?.claim.prefix.text;
  if (pool === undefined || prefix === undefined || pool.nodes.length === 0) return undefined;
  const { at, count, preferred } = pool;
  return { at, count, nodes: preferredNodes(preferred, prefix, count) };
}

/** What a limit chooses from; undefined without one. */
export function limitPool(contenders: Contenders, origins: AddressOrigins, nodes: NodeTable): LimitPool | undefined {
  const owner = ownerOf(contenders);
  const limit = owner?.settings.limit;
  if (owner === undefined || limit?.count === undefined || !origins.hasOrigin) return undefined;
  const to = owner.settings.to?.peers;
  const able = [...originNodes(contenders, origins, nodes)].filter((name) =>
    nodes.runsPeerOf(name, to, owner.prefix.family),
  );
  const ready = able.filter((name) => nodes.nodes.get(name)?.ready === true);
  return { at: limit.at, count: limit.count, nodes: able, preferred: ready.length === 0 ? able : ready };
}
