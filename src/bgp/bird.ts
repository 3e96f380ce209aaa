// The face of BIRD for the agent: hand in what should be, ask for what is.

import type { Clock } from '../clock.ts';
import type { DesiredState } from '../engine/desired-state.ts';
import type { BirdErrorCode } from './bird-error.ts';
import type { BirdImage, BirdPaths } from './bird-files.ts';
import type { BirdEvent, BirdState } from './bird-life.ts';
import type { LeftOutPeer } from './bird-peers.ts';
import type { ConfigError, Reply } from './bird-reply.ts';
import type { Observed } from './observe.ts';
import type { TableRoute } from './route-table.ts';

/** BIRD took the state. */
export interface Applied {
  readonly kind: 'applied';
  /** False: BIRD held this very state already, and was told nothing. */
  readonly changed: boolean;
  /** Some session or protocol is still shutting down because of it. */
  readonly inProgress: boolean;
  /** Peers without a session, because their password is missing or cannot be written. */
  readonly leftOut: readonly LeftOutPeer[];
}

/** BIRD did not take the configuration; it goes on with the one before. */
export interface Refused {
  readonly kind: 'refused';
  readonly errors: readonly ConfigError[];
}

/** The state could not be handed to BIRD. It is tried again when BIRD runs again, or with the next state. */
export interface Failed {
  readonly kind: 'failed';
  readonly code: BirdErrorCode | 'not-rendered' | 'stopped';
  readonly message: string;
}

export type ApplyResult = Applied | Refused | Failed;

/** What comes with a desired state. */
export interface ApplyOptions {
  /** Passwords by peer name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The policy changed: BIRD's parser is asked before anything happens, so that a refusal leaves no trace. */
  readonly checkFirst?: boolean;
  /** It ends sessions that would lose nothing if BIRD were replaced by one that asks peers to keep the routes: so it is. */
  readonly replace?: boolean;
}

/** The BIRD of one node. */
export interface Bird {
  readonly paths: BirdPaths;
  state(): BirdState;
  pid(): number | undefined;
  /** Makes this what BIRD should hold. Starts BIRD if none runs. Never rejects. */
  apply(desired: DesiredState, options: ApplyOptions): Promise<ApplyResult>;
  /** What BIRD reports of its sessions. Rejects with BirdError if it does not run. */
  observe(): Promise<Observed>;
  /** Everything in BIRD's tables; with a peer, what its export filter lets pass. Rejects as `observe` does. */
  routes(peer?: string): Promise<readonly TableRoute[]>;
  /** The passwords that these peers have in the configuration that BIRD holds, or last held in this boot. */
  passwords(peers: readonly string[]): ReadonlyMap<string, string>;
  /** The peers whose session the configuration that BIRD holds has as this state would have it. */
  sessionsAsIn(desired: DesiredState, secrets: ReadonlyMap<string, string>): ReadonlySet<string>;
  /** One command on a connection of its own. Rejects with BirdError. */
  command(text: string): Promise<Reply>;
  /** Replaces the process by the embedded version; peers keep the routes. */
  restart(): Promise<void>;
  /** `withdraw`: ends BIRD, so that peers drop its routes at once. Else BIRD goes on without us. */
  stop(options: { readonly withdraw: boolean }): Promise<void>;
}

/** What a BIRD is made of. */
export interface BirdOptions {
  /** The runtime directory; created if missing. */
  readonly directory: string;
  /** Where BIRD's program is written, a folder of nobody else's; the runtime directory by default. */
  readonly programFolder?: string;
  readonly image: BirdImage;
  readonly clock: Clock;
  readonly onEvent?: (event: BirdEvent) => void;
}
