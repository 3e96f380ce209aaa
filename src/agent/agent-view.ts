// An agent as everything around the loop sees it: what it can be asked to do, and what it knows.

import type { DesiredState, Engine } from '../engine/index.ts';
import type { HistoryEntry } from './history.ts';
import type { HoldView } from './holds.ts';
import type { NodePlan } from './plan-node.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import type { Problems } from './problems.ts';

/** A running agent. */
export interface Agent {
  /** Starts watching the cluster, with the policy that the keeper has or recalls. */
  start(first: CheckedPolicy): void;
  /** Reads the policy files again. If they are as they were, `resync` still compares everything once more. */
  reload(resync: boolean): void;
  /** Keeps a policy that is on trial, and lets go what `guard` holds; resolves once that is withdrawn. */
  confirm(): Promise<Confirmed>;
  /** Resolves when everything known so far has been carried out. */
  idle(): Promise<void>;
  /** Ends the loop and leaves BIRD as it is. */
  stop(): Promise<void>;
  view(): AgentView;
}

/** What a confirmation did. */
export interface Confirmed {
  /** Prefixes that were held. */
  readonly released: readonly string[];
  /** A policy was on trial, and is kept. */
  readonly policy: boolean;
}

/** What an agent knows at one moment. */
export interface AgentView extends HoldView {
  /** Absent until the cluster is complete. */
  readonly engine: Engine | undefined;
  readonly plan: NodePlan | undefined;
  /** What BIRD was last told. */
  readonly applied: DesiredState | undefined;
  readonly lastChangeAt: number | undefined;
  /** When the picture of the cluster was saved, while it is that of an earlier life. */
  readonly recalledFrom: number | undefined;
  /** When policy and cluster were last saved for the next start. */
  readonly savedAt: number | undefined;
  readonly problems: Problems;
  /** The last changes, the latest first. */
  readonly history: readonly HistoryEntry[];
}
