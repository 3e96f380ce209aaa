// What a run of the agent is given by the command that starts it.

import type { BirdImage } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import type { EventWriter, SecretSource } from '../kube/index.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { Directories } from './directories.ts';
import type { LoadedPolicy } from './load-policy.ts';
import type { Log } from './log.ts';
import type { ListenAddress } from './metrics/listen-address.ts';
import type { Refusal } from './refusal.ts';

/** What an agent is started with. */
export interface RunOptions {
  readonly node: string;
  /** Policy files and directories, as given. */
  readonly policy: readonly string[];
  readonly denyWarnings: boolean;
  readonly cluster: ClusterChoice;
  /** Where metrics are served over TCP; absent: on the local API only. */
  readonly metrics: ListenAddress | undefined;
  readonly directories: Directories;
  readonly image: BirdImage;
  readonly version: string;
  readonly commit: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signals: Signals;
  /** Tells the user why the agent does not run. */
  readonly onRefusal: (refusal: Refusal) => void;
  /** Tells the user what is wrong with a policy that stands in the way of the first start. */
  readonly onRefusedPolicy: (loaded: LoadedPolicy) => void;
}

/** The cluster that an agent follows. */
export interface ClusterChoice {
  /** `kube`, or the path of the manifests. */
  readonly name: string;
  readonly open: (log: Log) => ClusterSource;
  readonly openSecrets?: () => SecretSource;
  /** Present if Events on Services are wanted. */
  readonly openEvents?: () => EventWriter;
}

/** What the outside asks of a running agent. */
export interface Signals {
  onStop(callback: () => void): void;
  onReload(callback: () => void): void;
}
