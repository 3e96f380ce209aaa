// The aggregates of the policy and who uses them: the same on every node that may advertise.

import { normaliseCommunities } from '../dsl/community.ts';
import type { Prefix } from '../dsl/prefix.ts';
import type { UnjudgedRoute } from './address-on-node.ts';
import { KIND_ORDER } from './addresses.ts';
import type { Piece } from './aggregate-pieces.ts';
import { isWhenUsed, listPieces } from './aggregate-pieces.ts';
import type { WithheldRoute } from './decision.ts';
import type { PolicyIndex, RangeEntry } from './policy-index.ts';

/** An aggregate prefix as it stands now. */
export type AggregateState =
  | { readonly kind: 'advertised'; readonly route: UnjudgedRoute }
  | { readonly kind: 'unused'; readonly withheld: WithheldRoute };

/** The aggregates of a policy with their use. */
export interface AggregateTable {
  /** Every aggregate that is advertised, or listed as unused, by the text of its prefix. */
  prefixes(): Iterable<Prefix>;
  state(prefix: string): AggregateState | undefined;
  /** Counts one more address that uses the piece, or one less; true if that changes the aggregate. */
  addUse(piece: Piece, count: 1 | -1): boolean;
}

interface Aggregate {
  readonly prefix: Prefix;
  /** Ranges that produce it, in the order that decides attributes. */
  producers: readonly Producer[];
  /** Computed when asked for, until the next change of use. */
  state: AggregateState | undefined;
}

interface Producer {
  readonly entry: RangeEntry;
  /** Known from the policy alone: stays when nothing uses it. */
  readonly listed: boolean;
  uses: number;
}

/** The aggregates of a policy before any address uses one. */
export function createAggregateTable(index: PolicyIndex): AggregateTable {
  const aggregates = new Map<string, Aggregate>();
  for (const piece of listPieces(index)) addProducer(aggregates, piece, true);
  return {
    prefixes: () => [...aggregates.values()].map(({ prefix }) => prefix),
    state: (text) => {
      const aggregate = aggregates.get(text);
      if (aggregate === undefined) return undefined;
      aggregate.state ??= evaluateAggregate(aggregate);
      return aggregate.state;
    },
    addUse: (piece, count) => {
      const { aggregate, producer } = addProducer(aggregates, piece, false);
      const wasActive = isActive(producer);
      producer.uses += count;
      if (isActive(producer) === wasActive) return false;
      aggregate.state = undefined;
      if (!producer.listed && producer.uses === 0) removeProducer(aggregates, aggregate, producer);
      return true;
    },
  };
}

function addProducer(
  aggregates: Map<string, Aggregate>,
  { prefix, entry }: Piece,
  listed: boolean,
): { readonly aggregate: Aggregate; readonly producer: Producer } {
  const aggregate = aggregates.get(prefix.text) ?? { prefix, producers: [], state: undefined };
  aggregates.set(prefix.text, aggregate);
  const known = aggregate.producers.find((producer) => producer.entry === entry);
  if (known !== undefined) return { aggregate, producer: known };
  const producer: Producer = { entry, listed, uses: 0 };
  aggregate.producers = [...aggregate.producers, producer].sort((a, b) => compareEntries(a.entry, b.entry));
  return { aggregate, producer };
}

function removeProducer(aggregates: Map<string, Aggregate>, aggregate: Aggregate, producer: Producer): void {
  aggregate.producers = aggregate.producers.filter((other) => other !== producer);
  if (aggregate.producers.length === 0) aggregates.delete(aggregate.prefix.text);
}

function isActive(producer: Producer): boolean {
  return !isWhenUsed(producer.entry) || producer.uses > 0;
}

function compareEntries(a: RangeEntry, b: RangeEntry): number {
  const byKind = KIND_ORDER.indexOf(a.range.addressKind) - KIND_ORDER.indexOf(b.range.addressKind);
  return byKind !== 0 ? byKind : a.position - b.position;
}

function evaluateAggregate(aggregate: Aggregate): AggregateState {
  const active = aggregate.producers.filter(isActive);
  const [first] = active.length === 0 ? aggregate.producers : active;
  if (first === undefined) throw new Error(`no range produces ${aggregate.prefix.text}`);
  const { name, addressKind, at, attributes } = first.entry.range;
  if (active.length === 0) {
    const withheld = { prefix: aggregate.prefix.text, addressKind, service: undefined, range: name, at } as const;
    return { kind: 'unused', withheld: { ...withheld, reason: 'aggregate-unused' } };
  }
  return {
    kind: 'advertised',
    route: {
      prefix: aggregate.prefix.text,
      addressKind,
      aggregate: true,
      reason: isWhenUsed(first.entry) ? 'aggregate-used' : 'aggregate',
      service: undefined,
      services: [],
      range: name,
      at,
      attributes: {
        communities: normaliseCommunities(active.flatMap(({ entry }) => entry.range.attributes.communities)),
        localPref: attributes.localPref,
        med: attributes.med,
        prepend: attributes.prepend ?? 0,
      },
      to: undefined,
      delayMs: 0,
    },
  };
}
