// What belongs to one run of the agent, for the parts of it that need several of these.

import type { Bird } from '../bgp/index.ts';
import type { NodeFacts } from '../engine/index.ts';
import type { SecretSource } from '../kube/index.ts';
import type { Agent } from './agent-view.ts';
import type { BirdWatch } from './bird-watch.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { Drain } from './drain.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import type { NodeKernel } from './node-kernel.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Refusal } from './refusal.ts';
import type { RunOptions } from './run-options.ts';
import type { ServiceEvents } from './service-events.ts';
import type { SessionWatch } from './session-watch.ts';

/** How a run is to end. */
export type Ending =
  | { readonly kind: 'stop'; readonly withdraw: boolean }
  | { readonly kind: 'fatal'; readonly refusal: Refusal };

/** Everything that belongs to one run. */
export interface Run {
  readonly options: RunOptions;
  readonly keeper: PolicyKeeper;
  readonly source: ClusterSource;
  readonly secrets: SecretSource | undefined;
  readonly drain: Drain;
  readonly events: ServiceEvents | undefined;
  readonly bird: Bird;
  readonly birdWatch: BirdWatch;
  readonly registry: MetricsRegistry;
  readonly readFacts: () => NodeFacts;
  readonly kernel: NodeKernel;
  readonly startedAt: number;
  /** Asks for the end; only the first call counts. */
  readonly end: (ending: Ending) => void;
  readonly ending: Promise<Ending>;
}

/** A run whose agent is there. */
export interface AgentRun extends Run {
  readonly agent: Agent;
  readonly sessionWatch: SessionWatch;
}
