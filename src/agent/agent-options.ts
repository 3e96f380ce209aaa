// What the loop is given: everything that it touches, so that tests run it with fakes.

import type { Bird } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import type { DesiredState, NodeFacts, Snapshot } from '../engine/index.ts';
import type { SecretSource } from '../kube/index.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { Drain } from './drain.ts';
import type { KeptSession } from './kept-sessions.ts';
import type { LastGood, PolicyText } from './last-good.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { Refusal } from './refusal.ts';
import type { HeldRoute } from './route-guard.ts';
import type { Secrets } from './secrets.ts';
import type { ServiceEvents } from './service-events.ts';
import type { TrialFile } from './trial-file.ts';
import type { AskUrl } from './wait-gate.ts';

/** What an agent works with. */
export interface AgentOptions {
  readonly node: string;
  readonly keeper: PolicyKeeper;
  readonly source: ClusterSource;
  readonly bird: Pick<Bird, 'apply' | 'observe' | 'passwords' | 'routes' | 'sessionsAsIn' | 'state'>;
  /** Follows the Secrets that policies name; absent where none can be had. */
  readonly secrets?: Pick<SecretSource, 'read' | 'start' | 'stop' | 'want'>;
  /** The passwords of these sessions; `kept` are those that they have. */
  readonly readSecrets: (desired: DesiredState, kept: Secrets['passwords']) => Secrets;
  /** What this machine tells of itself. */
  readonly readFacts: () => NodeFacts;
  /** Asks a URL that the policy waits for. */
  readonly askUrl: AskUrl;
  /** Looks whether a BIRD that is not running yet could be started for this state. */
  readonly checkStart: (desired: DesiredState) => Promise<Refusal | undefined>;
  /** Keeps what was just applied for the next start; resolves with why it cannot. Never rejects. */
  readonly saveGood: (
    policy: PolicyText,
    snapshot: Snapshot,
    held: readonly HeldRoute[],
    kept: readonly KeptSession[],
  ) => Promise<string | undefined>;
  /** What an earlier life of this node's agent applied to this cluster, if that was in the same boot. */
  readonly recallGood: () => LastGood | undefined;
  /** Called with each state that BIRD has taken. */
  readonly onApplied?: (desired: DesiredState) => void;
  /** Called at most once, when the agent cannot do its work at all and its process should end. */
  readonly onFatal: (refusal: Refusal) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** Where a policy on trial is kept; absent: its trial ends with the agent. */
  readonly trialFile?: TrialFile;
  /** Whether the node is drained; absent: never. */
  readonly drain?: Drain;
  /** Absent: nobody wants to know what the loop counts. */
  readonly meters?: Meters;
  /** Told whenever BIRD has other routes than before. */
  readonly onRoutes?: ServiceEvents['applied'];
}
