// The cluster as it is known at one moment, and the engines that evaluate it: one per policy that is in effect or may be
// next. They keep the picture up to date, so that there is always one once there is something to keep.

import { type Change, createEngine, type Engine, type Snapshot } from '../engine/index.ts';
import { excludedPrefix } from './excluded-prefix.ts';
import type { CheckedPolicy } from './policy-keeper.ts';

/** The cluster as one node's agent sees it. */
export class ClusterPicture {
  readonly #node: string;
  readonly #engines = new Map<CheckedPolicy, Engine>();
  #snapshot: Snapshot | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  /** Absent until the cluster is complete. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  /** The cluster was read as a whole. */
  replace(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    for (const engine of this.#engines.values()) engine.replace(snapshot);
  }

  /** Something of it changed; `policy` is the one to evaluate it with where none did yet. */
  apply(changes: readonly Change[], policy: CheckedPolicy | undefined): void {
    if (this.#engines.size === 0 && policy !== undefined && this.#snapshot !== undefined) {
      this.engineFor(policy, this.#snapshot);
    }
    for (const engine of this.#engines.values()) {
      engine.apply(changes);
      this.#snapshot = engine.snapshot;
    }
  }

  /** The engine of a policy, made if need be. */
  engineFor(policy: CheckedPolicy, snapshot: Snapshot): Engine {
    const known = this.#engines.get(policy);
    if (known !== undefined) return known;
    const engine = createEngine(policy.policy, snapshot, { nodes: [this.#node] });
    this.#engines.set(policy, engine);
    return engine;
  }

  /** The engine of a policy that was evaluated already. */
  knownEngine(policy: CheckedPolicy): Engine | undefined {
    return this.#engines.get(policy);
  }

  /** This policy is in effect, and no other is. */
  keepOnly(policy: CheckedPolicy): void {
    for (const known of this.#engines.keys()) if (known !== policy) this.#engines.delete(known);
  }

  /** This policy will not be in effect. The last engine stays. */
  forget(policy: CheckedPolicy): void {
    if (this.#engines.size > 1) this.#engines.delete(policy);
  }

  /** A prefix that `previous` would announce now and `current` excludes. */
  excluded(previous: CheckedPolicy, current: CheckedPolicy | undefined): string | undefined {
    if (this.#snapshot === undefined || current === undefined) return undefined;
    const before = createEngine(previous.policy, this.#snapshot, { nodes: [this.#node] });
    return excludedPrefix(before, this.engineFor(current, this.#snapshot), this.#node);
  }
}
