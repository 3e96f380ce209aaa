// Row 10 of the exact-route table: which nodes originate an address that has a `limit`, the same on every node.

import type { Place } from '../dsl/place.ts';
import type { AddressOrigins, Contenders } from './address-origins.ts';
import { originNodes, ownerOf } from './address-origins.ts';
import type { LimitPool, NodeTable } from './node-table.ts';
import { preferredNodes } from './rendezvous.ts';

/** The nodes that may originate an address with a limit. */
export interface ChosenNodes {
  /** The `limit` that chose. */
  readonly at: Place;
  readonly count: number;
  /** Sorted. */
  readonly nodes: readonly string[];
}

/** Chooses for one address. Undefined without a limit, and where no node has anybody to tell: then it changes nothing. */
export function chooseNodes(
  contenders: Contenders,
  origins: AddressOrigins,
  nodes: NodeTable,
): ChosenNodes | undefined {
  const owner = ownerOf(contenders);
  const limit = owner?.settings.limit;
  const pool = limitPool(contenders, origins, nodes);
  if (owner === undefined || limit?.count === undefined || pool === undefined || pool.able.length === 0)
    return undefined;
  const chosen = preferredNodes(pool.preferred, owner.prefix.text, limit.count);
  return { at: limit.at, count: limit.count, nodes: chosen };
}

/** What the limit of an address chooses from: nodes that pass every row above. Undefined without a limit. */
export function limitPool(contenders: Contenders, origins: AddressOrigins, nodes: NodeTable): LimitPool | undefined {
  const owner = ownerOf(contenders);
  if (owner?.settings.limit?.count === undefined || !origins.hasOrigin) return undefined;
  return nodes.limitPool(originNodes(contenders, origins, nodes), owner.settings.to?.peers, owner.prefix.family);
}
