// The seam between the agent and wherever the cluster is: manifests on disk, or the Kubernetes API.

import type { Change, Snapshot } from '../engine/snapshot.ts';

/** A cluster that can be watched. */
export interface Source {
  /** Starts reading. Never calls before its first snapshot is complete; changes come in order after it. */
  start(observer: SourceObserver): void;
  /** Ends watching; no call is made afterwards. */
  stop(): Promise<void>;
}

/** Who is told. */
export interface SourceObserver {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onChanges: (changes: readonly Change[]) => void;
  /** Something unreadable was left out or kept at its last readable content; the rest goes on. */
  readonly onProblem: (problem: SourceProblem) => void;
  /** A problem that was told is there no longer. */
  readonly onProblemOver?: (problem: SourceProblem) => void;
}

/** One unreadable thing. */
export interface SourceProblem {
  /** File and line, or API resource. */
  readonly where: string;
  /** What is wrong and what follows of it for the snapshot. */
  readonly message: string;
}
