// Everything the engine knows that no node changes: the cluster's objects, the claims, who uses which aggregate.
// An edit returns what it can affect; every view of a node is refreshed from that and never looks further.

import { assertNever } from '../dsl/assert-never.ts';
import type { Policy } from '../dsl/policy.ts';
import { ownerOf } from './address-origins.ts';
import type { AddressOutcome } from './address-outcome.ts';
import { evaluateAddress, isInUse } from './address-outcome.ts';
import type { Piece } from './aggregate-pieces.ts';
import { isWhenUsed, piecesHolding } from './aggregate-pieces.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { createAggregateTable } from './aggregate-table.ts';
import type { Claim } from './claim.ts';
import type { NodeEffect, NodeTable } from './node-table.ts';
import { createNodeTable } from './node-table.ts';
import type { ClusterObject } from './objects.ts';
import { objectKey } from './objects.ts';
import type { PolicyIndex } from './policy-index.ts';
import { indexPolicy, isForService } from './policy-index.ts';
import { sameValue } from './same-value.ts';
import type { ServiceTable } from './service-table.ts';
import { createServiceTable } from './service-table.ts';
import type { Change, Snapshot } from './snapshot.ts';

/** The state of an engine. */
export interface EngineState {
  readonly index: PolicyIndex;
  readonly nodes: NodeTable;
  readonly services: ServiceTable;
  readonly aggregates: AggregateTable;
  readonly outcomes: ReadonlyMap<string, AddressOutcome>;
  /** Live: it follows every change. */
  readonly snapshot: Snapshot;
  apply(changes: readonly Change[]): Affected;
}

/** What a batch of changes can affect. */
export interface Affected {
  /** Texts of service addresses. */
  readonly addresses: ReadonlySet<string>;
  /** Texts of aggregate prefixes. */
  readonly aggregates: ReadonlySet<string>;
  /** Keys of services whose list of skipped entries may differ. */
  readonly services: ReadonlySet<string>;
  /** Names of nodes that are new, different or gone. */
  readonly nodes: ReadonlySet<string>;
}

/** The state for a policy and a first snapshot. */
export function createEngineState(policy: Policy, snapshot: Snapshot): EngineState {
  const index = indexPolicy(policy);
  const nodes = createNodeTable(index);
  const services = createServiceTable(index);
  const aggregates = createAggregateTable(index);
  const outcomes = new Map<string, AddressOutcome>();
  const limited = new Set<string>();
  const uses = createUseTracker(index, aggregates);
  const evaluate = (address: string): boolean => evaluateAgain(address, { nodes, services, outcomes, limited, uses });

  const apply = (changes: readonly Change[]): Affected => {
    const edits = applyEdits(nodes, services, changes);
    for (const address of edits.addresses) evaluate(address);
    if (edits.nodeEffect !== 'none') {
      for (const address of edits.nodeEffect === 'limits' ? [...limited] : services.addresses()) {
        if (!edits.addresses.has(address) && evaluate(address)) edits.addresses.add(address);
      }
    }
    return { ...edits, aggregates: uses.takeAffected() };
  };
  apply(allObjects(snapshot).map((object) => ({ kind: 'upserted', object })));
  return {
    index,
    nodes,
    services,
    aggregates,
    outcomes,
    snapshot: { nodes: nodes.nodes, services: services.services, endpointSlices: services.endpointSlices },
    apply,
  };
}

interface Evaluated {
  readonly nodes: NodeTable;
  readonly services: ServiceTable;
  readonly outcomes: Map<string, AddressOutcome>;
  /** Addresses with a limit. */
  readonly limited: Set<string>;
  readonly uses: UseTracker;
}

// True if what holds for the address on every node is different now.
function evaluateAgain(address: string, { nodes, services, outcomes, limited, uses }: Evaluated): boolean {
  const contenders = services.contenders(address);
  uses.update(
    address,
    contenders.filter(isInUse).map(({ claim }) => claim),
  );
  const before = outcomes.get(address);
  if (ownerOf(contenders)?.settings.limit?.count === undefined) limited.delete(address);
  else limited.add(address);
  if (contenders.length === 0) return outcomes.delete(address);
  const outcome = evaluateAddress(contenders, nodes);
  outcomes.set(address, outcome);
  return !sameValue(before, outcome);
}

interface Edits {
  readonly addresses: Set<string>;
  readonly services: Set<string>;
  readonly nodes: Set<string>;
  /** The most that a changed node can matter to. */
  nodeEffect: NodeEffect;
}

function applyEdits(nodes: NodeTable, services: ServiceTable, changes: readonly Change[]): Edits {
  const edits: Edits = { addresses: new Set(), services: new Set(), nodes: new Set(), nodeEffect: 'none' };
  const touch = (addresses: readonly string[]): void => {
    for (const address of addresses) edits.addresses.add(address);
  };
  for (const change of changes) {
    const kind = change.kind === 'upserted' ? change.object.kind : change.objectKind;
    const key = change.kind === 'upserted' ? objectKey(change.object) : change.key;
    const object = change.kind === 'upserted' ? change.object : undefined;
    if (sameValue(currentObject(nodes, services, kind, key), object)) continue;
    switch (kind) {
      case 'Node':
        edits.nodes.add(key);
        edits.nodeEffect = larger(edits.nodeEffect, object?.kind === 'Node' ? nodes.set(object) : nodes.delete(key));
        break;
      case 'Service':
        edits.services.add(key);
        touch(object?.kind === 'Service' ? services.setService(object) : services.deleteService(key));
        break;
      case 'EndpointSlice':
        touch(object?.kind === 'EndpointSlice' ? services.setSlice(object) : services.deleteSlice(key));
        break;
      default:
        assertNever(kind);
    }
  }
  return edits;
}

function larger(a: NodeEffect, b: NodeEffect): NodeEffect {
  if (a === 'origins' || b === 'origins') return 'origins';
  return a === 'limits' || b === 'limits' ? 'limits' : 'none';
}

function currentObject(
  nodes: NodeTable,
  services: ServiceTable,
  kind: ClusterObject['kind'],
  key: string,
): ClusterObject | undefined {
  switch (kind) {
    case 'Node':
      return nodes.nodes.get(key);
    case 'Service':
      return services.services.get(key);
    case 'EndpointSlice':
      return services.endpointSlices.get(key);
  }
}

/** Counts, for each aggregate, the addresses that use it. */
interface UseTracker {
  /** States the claims on an address that are in use now. */
  update(address: string, inUse: readonly Claim[]): void;
  /** Aggregates that became used or unused since the last call. */
  takeAffected(): ReadonlySet<string>;
}

const NO_PIECES: readonly Piece[] = [];

function createUseTracker(index: PolicyIndex, aggregates: AggregateTable): UseTracker {
  const counted = new Map<string, readonly Piece[]>();
  const pieces = new WeakMap<Claim, readonly Piece[]>();
  let affected = new Set<string>();

  const mayUse = index.ranges.some(isWhenUsed);

  const piecesOf = (claim: Claim): readonly Piece[] => {
    if (!mayUse) return NO_PIECES;
    const known = pieces.get(claim) ?? usedPieces(index, claim);
    pieces.set(claim, known);
    return known;
  };
  const count = (piece: Piece, by: 1 | -1): void => {
    if (aggregates.addUse(piece, by)) affected.add(piece.prefix.text);
  };
  return {
    update: (address, inUse) => {
      const before = counted.get(address) ?? [];
      const after = inUse.flatMap(piecesOf);
      for (const piece of after) count(piece, 1);
      for (const piece of before) count(piece, -1);
      if (after.length === 0) counted.delete(address);
      else counted.set(address, after);
    },
    takeAffected: () => {
      const taken = affected;
      affected = new Set();
      return taken;
    },
  };
}

// Any range of the kind that covers the address and is for the service: a shorter aggregate is used as well.
function usedPieces(index: PolicyIndex, claim: Claim): readonly Piece[] {
  const entries = index.coverage[claim.addressKind].covering(claim.prefix).map(({ entry }) => entry);
  return [...new Set(entries)]
    .filter((entry) => isForService(entry, claim.key))
    .flatMap((entry) => piecesHolding(entry, claim.prefix));
}

function allObjects(snapshot: Snapshot): readonly ClusterObject[] {
  return [...snapshot.nodes.values(), ...snapshot.services.values(), ...snapshot.endpointSlices.values()];
}
