// An explanation: answer first, then the cause, the facts with their sources, and what would change the answer.
// Plain JSON, so `null` stands for a known key without a value.

import type { AddressKind } from '../dsl/policy.ts';
import type { AdvertiseReason, Fact, PeerReason, WithholdReason } from './decision.ts';

/** What to explain: `namespace/name`, an address or a prefix; for every node and peer unless one is named. */
export interface ExplainQuery {
  readonly subject: string;
  readonly node?: string;
  /** Only these nodes, where no single one is named. */
  readonly nodes?: readonly string[];
  readonly peer?: string;
}

/** Why something is, or is not, advertised. */
export interface Explanation {
  readonly kind: 'explanation';
  readonly subject: string;
  /** By prefix, then service, then node; nodes with the same answer for the same causes share an entry. */
  readonly entries: readonly ExplanationEntry[];
}

/** The answer for one address or aggregate on some nodes. */
export interface ExplanationEntry {
  readonly prefix: string | null;
  readonly kind: AddressKind | null;
  /** Null for an aggregate. */
  readonly service: string | null;
  readonly answer: 'advertised' | 'withheld' | 'covered';
  readonly nodes: readonly string[];
  readonly reason: AdvertiseReason | WithholdReason;
  readonly because: string;
  /** The statement that decided; null if it was none, such as a missing range. */
  readonly at: string | null;
  readonly facts: readonly Fact[];
  readonly changes: readonly string[];
  readonly peers: readonly ExplainedPeer[];
}

/** What one peer gets of the route. */
export interface ExplainedPeer {
  readonly peer: string;
  readonly reason: PeerReason;
  readonly text: string;
  readonly at: string;
}

/** Nothing in the cluster or the policy has to do with the subject. */
export interface NothingFound {
  readonly kind: 'nothing-found';
  readonly subject: string;
  readonly message: string;
}
